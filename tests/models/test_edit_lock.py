"""A record's version is claimed once: whoever names an older one gets nothing."""

import pytest

from campaigns.models import Membership, Source
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_version_is_claimed_once():
    source = make.make_source()
    assert Source.claim(source.pk, 1) is True
    assert Source.claim(source.pk, 1) is False
    assert Source.objects.get().version == 2


def test_a_record_that_is_not_there_cannot_be_claimed():
    assert Source.claim(1, 1) is False


def test_links_with_a_page_of_their_own_have_a_version_too():
    one, other = (make.make_membership(make.make_person(), make.make_organization()) for _ in range(2))
    Membership.advance([one.pk])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.version, other.version) == (2, 1)
