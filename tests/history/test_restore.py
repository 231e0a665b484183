"""An older version made the newest: what was written since as a part of another record is not lost by it."""

import pytest

from campaigns.history.changes import changes_of
from campaigns.history.restore import restore
from tests import factories as make
from tests.history.test_rollback import edit, rows, verify

pytestmark = pytest.mark.django_db


def test_a_part_that_came_from_another_record_goes_back_there():
    one, two, ann = make.make_person(name="Ada"), make.make_person(name="Bob"), make.make_user(username="ann")
    role = make.make_membership(one, make.make_organization(), note="Since the flood.")
    before, serial = rows()["Membership"], changes_of(two)[0].serial
    edit(role, ann, member=two)
    edit(two, ann, note="A note.")
    restore(two, serial)
    two.refresh_from_db()
    assert (rows()["Membership"], two.note) == (before, "")
    verify()


def test_a_part_that_is_one_of_another_record_now_stays_there():
    one, two, ann = make.make_person(name="Ada"), make.make_person(name="Bob"), make.make_user(username="ann")
    role = make.make_membership(one, make.make_organization())
    serial = changes_of(one)[0].serial
    edit(role, ann, member=two, note="Since the flood.")
    edit(one, ann, note="A note.")
    restore(one, serial)
    role.refresh_from_db()
    one.refresh_from_db()
    assert (role.member_id, role.note, one.note) == (two.pk, "Since the flood.", "")
    verify()
