"""Who wrote what of a record, as the history has it."""

import pytest
import time_machine

from campaigns.models import Role, State, authors_of, change
from campaigns.models.authorship import first_writers
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make.make_statement(state=State.DRAFT, quote="He took the money.", summary="")


@pytest.fixture
def people(draft):
    return [make.make_member(draft.campaign, Role.PUBLISHER, username=name) for name in ("ann", "ben")]


def write(record, user, **values):
    with change(user):
        for name, value in values.items():
            setattr(record, name, value)
        record.edited_by = user
        record.save()


def test_who_wrote_is_an_author_and_who_puts_a_letter_right_is_none(draft, people):
    ann, ben = people
    write(draft, ann, quote="He took the mony and left.")
    write(draft, ben, quote="He took the money and left.")
    assert authors_of(draft) == {ann.pk}
    write(draft, ben, quote="He stole the money and left.")
    assert authors_of(draft) == {ann.pk, ben.pk}


def test_slip_after_slip_is_no_slip(draft, people):
    ann, ben = people
    write(draft, ann, quote="abcdefgh.")
    for quote in ("abcdefgi.", "abcdefji.", "abcdekji.", "abcdlkji."):
        write(draft, ben, quote=quote)
        assert ben.pk not in authors_of(draft)
    write(draft, ben, quote="abcmlkji.")
    assert ben.pk in authors_of(draft)


def test_a_row_and_its_sources_count(draft, people):
    ann, ben = people
    demand = make.make_demand(campaign=draft.campaign)
    with change(ann):
        answer = make.answer(demand, statement=draft)
    assert authors_of(draft) == {ann.pk}
    with change(ben):
        answer.statement.responses.get().delete()
    assert authors_of(draft) == {ann.pk, ben.pk}


def test_what_readers_have_seen_makes_no_author_any_more(draft, people):
    ann, ben = people
    write(draft, ann, quote="He left.")
    draft.publish(by=ben)
    draft.refresh_from_db()
    draft.withdraw("Not sure.")
    assert authors_of(draft) == set()
    draft.refresh_from_db()
    write(draft, ben, quote="He went away.")
    assert authors_of(draft) == {ben.pk}


def test_a_clock_that_is_set_back_makes_nobodys_words_read(draft, people):
    ann, ben = people
    draft.publish(by=ben)
    draft.refresh_from_db()
    draft.withdraw("Not sure.")
    draft.refresh_from_db()
    with time_machine.travel("2020-01-01T12:00:00Z"):
        write(draft, ann, quote="He stole it.")
    assert authors_of(draft) == {ann.pk}


def test_of_what_a_command_brought_whoever_changed_it_last_is_the_author(draft, people):
    draft.edited_by = people[0]
    draft.save()
    assert authors_of(draft) == {people[0].pk}


def test_who_wrote_some_words_first(draft, people):
    ann, ben = people
    write(draft, ann, summary="Call 816-555-0142.")
    write(draft, ben, summary="Call 816-555-0142, or write.")
    assert first_writers(draft, "816-555-0142") == [ann]
    write(draft, ann, summary="")
    write(draft, ben, summary="Call 816-555-0142.")
    assert first_writers(draft, "816-555-0142") == [ann, ben]
