"""What was tried against the record, and must fail: each way past the second reader, the word and the role."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.admin.editing.private_details import _sign
from campaigns.models import (
    Clearance,
    Correction,
    Membership,
    PastTheGate,
    Person,
    Role,
    State,
    Statement,
    change,
)  # fmt: skip
from campaigns.saving.gate import Refused
from campaigns.saving.gate import save as gate
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, save
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SAID = {"correction_kind": "correction", "correction_sentence": "We put it right."}
SLIP = {"correction_kind": "typo", "correction_sentence": ""}
PHONE = "816-555-0142"


def state(record):
    return type(record).objects.get(pk=record.pk).state


def test_nothing_of_the_record_is_written_past_the_gate_in_the_desk(team):
    statement = make.make_statement(campaign=team.campaign, quote="No.")
    with pytest.raises(PastTheGate), change(team.users["pat"], guarded=True):
        statement.save()
    with change(team.users["pat"], guarded=True), gate(team.users["pat"]):
        statement.save()


def test_an_accusation_is_no_slip_and_a_letter_is_one(team):
    statement = make.make_statement(campaign=team.campaign, quote="He paid teh bill.")
    refused = save(team.ed, statement, quote="He stole the money.", **SLIP)
    assert "That is more than a slip (quotation)" in words(refused)
    assert Statement.objects.get().quote == "He paid teh bill."
    assert save(team.ed, statement, quote="He paid the bill.", **SLIP).status_code == 302
    assert Correction.objects.get().kind == "typo"


@pytest.mark.parametrize("typed", [{"responses-0-stance": "accepts"}, {"when": "May 2021"}, {"kind": "interview"}])
def test_another_stance_day_or_kind_is_no_slip(team, typed):
    statement = make.make_statement(campaign=team.campaign)
    make.answer(make.make_demand(campaign=team.campaign), statement=statement)
    assert "That is more than a slip" in words(save(team.ed, statement, **typed, **SLIP))
    assert save(team.ed, statement, **typed, **SAID).status_code == 302


def test_who_wrote_private_details_into_a_row_does_not_allow_them_alone(readers_first):
    team = readers_first
    person = make.make_person(campaign=team.campaign, state=State.DRAFT)
    role = make.make_membership(person, make.make_organization(campaign=team.campaign))
    assert save(team.pia, role, note=f"Call {PHONE}.").status_code == 302
    page = reverse("admin:campaigns_person_private", args=[person.pk])
    save(team.carl, person, note="A word of a colleague.")  # who is the last one to save, and no author of it
    tick = Clearance.objects.open_in([Person.objects.get(pk=person.pk)])[0]
    sent = {"detail": _sign(tick.detail), "reason": "Press office."}
    assert "You wrote it yourself" in words(team.pia.post(page, sent))
    assert team.pat.post(page, sent).status_code == 302
    assert Clearance.objects.get().asked_by == team.users["pia"]


def test_a_letter_of_a_contributor_lets_no_author_publish_the_accusation(readers_first):
    team = readers_first
    draft = make.make_statement(campaign=team.campaign, state=State.DRAFT, note="Said at the hal.")
    save(team.pia, draft, quote="He stole the money.")
    save(team.carl, draft, note="Said at the hall.")
    assert "you wrote it" in words(team.pia.get(save(team.pia, draft, _publish="1").url))
    assert state(draft) == State.DRAFT
    save(team.pat, draft, _publish="1")
    assert state(draft) == State.PUBLISHED


def test_a_role_without_the_right_publishes_nothing_in_any_way(team):
    draft = make.make_statement(campaign=team.campaign, state=State.DRAFT)
    with pytest.raises(Refused, match="may not publish"), gate(team.users["ed"]):
        draft.publish()
    shown = make.make_statement(campaign=team.campaign)
    with pytest.raises(Refused, match="may not publish"), gate(team.users["ed"]):
        shown.withdraw("Gone.")
    shown = Statement.objects.get(pk=shown.pk)
    shown.note = "Mine."
    with pytest.raises(Refused, match="your role may not change it"), gate(team.users["carl"]):
        shown.save()
    assert (state(draft), state(shown)) == (State.DRAFT, State.PUBLISHED)


def test_a_contributor_sends_a_draft_to_review_and_changes_it_no_more(team):
    draft = make.make_statement(campaign=team.campaign, state=State.DRAFT)
    save(team.carl, draft, quote="Never.", _send_to_review="1")
    draft = Statement.objects.get()
    assert (draft.state, draft.quote) == (State.IN_REVIEW, "Never.")
    draft.quote = "Not ever."
    with pytest.raises(Refused, match="your role may not change it"), gate(team.users["carl"]):
        draft.save()


def test_who_switches_the_second_reader_off_changes_nothing_else_in_the_same_save(readers_first):
    team = readers_first
    mia = enter(make.make_member(team.campaign, Role.MANAGER, username="mia"))
    values = form_values(mia.get(address(team.campaign))) | {"summary": "Another one."}
    values.pop("second_reader")
    assert mia.post(address(team.campaign), values).status_code == 302
    campaign = type(team.campaign).objects.get()
    assert (campaign.second_reader, campaign.summary == "Another one.") == (True, False)


def test_a_row_that_goes_to_another_record_is_asked_of_both(team):
    shown, draft = (make.make_person(campaign=team.campaign, state=one) for one in (State.PUBLISHED, State.DRAFT))
    role = make.make_membership(draft, make.make_organization(campaign=team.campaign))
    role.member = shown
    with pytest.raises(Refused, match="your role may not change it"), gate(team.users["carl"]):
        role.save()
    with pytest.raises(Refused, match="Say below"), gate(team.users["ed"]):
        role.save()
    assert Membership.objects.get().member_id == draft.pk


def test_what_readers_do_not_see_asks_for_no_word(team):
    demand = make.make_demand(campaign=team.campaign)
    draft = make.make_statement(campaign=team.campaign, state=State.DRAFT)
    before = Client().get(demand.get_absolute_url()).content
    assert save(team.carl, draft, **{"issuances-0-demand": demand.pk}).status_code == 302
    assert (Client().get(demand.get_absolute_url()).content, Correction.objects.count()) == (before, 0)


def test_a_row_that_names_a_draft_waits_for_no_publication_of_the_draft_to_be_live(readers_first):
    """An answer to a draft demand is a word of the published statement: the demand's second reader never read it."""
    team = readers_first
    shown = make.make_statement(campaign=team.campaign)
    draft = make.make_demand(campaign=team.campaign, state=State.DRAFT, title="Give it back")
    save(team.ed, shown, **{"responses-0-demand": draft.pk, "responses-0-stance": "accepts"}, **SAID)
    assert not shown.responses.exists()


def test_a_save_that_changes_nothing_is_asked_nothing_and_signed_by_nobody(readers_first):
    statement = make.make_statement(campaign=readers_first.campaign)
    save(readers_first.ed, statement)
    assert Statement.objects.get().edited_by is None
    assert Correction.objects.count() == 0


def test_the_row_of_a_published_record_is_proposed_from_its_own_page(readers_first):
    person = make.make_person(campaign=readers_first.campaign)
    role = make.make_membership(person, make.make_organization(campaign=readers_first.campaign))
    before = Client().get(person.get_absolute_url()).content
    answer = save(readers_first.pia, role, note="Acting.", **SAID)
    assert answer.status_code == 302
    assert Client().get(person.get_absolute_url()).content == before
    assert address(role) == answer.url
