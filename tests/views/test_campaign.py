"""A campaign's overview."""

import pytest
import time_machine

from campaigns.models import Classification, Stance, State, Status
from tests.factories import (
    answer,
    check,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db

TODAY = time_machine.travel("2022-01-01T12:00:00Z", tick=False)


def asked(*, on: str = "2021-04-22", **fields):
    """A person and a demand that a letter puts to that person."""
    person = make_person(name=fields.pop("name", "Ada Asked"))
    demand = make_demand([person], **fields)
    raise_demand(demand, make_statement(when=on, addressees=[person]))
    return demand, person


def overview(client, campaign) -> str:
    return text(client.get(campaign.get_absolute_url()))


@TODAY
def test_a_demand_without_a_look_for_an_answer_is_our_backlog_and_not_their_silence(client):
    demand, _person = asked()
    page = overview(client, demand.campaign)
    assert "Not yet checked; raised April 22, 2021, 254 days ago" in page
    assert "No answer found" not in page
    assert "waiting" not in page


@TODAY
def test_a_look_that_found_nothing_is_said_with_its_day_and_the_wait(client):
    demand, person = asked()
    check(demand, person, "2021-05-03")
    assert "No answer found, last checked May 3, 2021; waiting 254 days" in overview(client, demand.campaign)


@TODAY
def test_an_announcement_does_not_stop_the_clock(client):
    demand, person = asked()
    answer(demand, Stance.ACKNOWLEDGES, speaker=person, when="2021-04-24")
    assert "Answer announced April 24, 2021; waiting 254 days" in overview(client, demand.campaign)


@TODAY
def test_an_answer_is_said_with_its_stance_its_date_and_how_long_it_took(client):
    demand, person = asked()
    answer(demand, Stance.REJECTS, speaker=person, when="2021-05-02")
    assert "Answered: rejects, May 2, 2021; first answered after 10 days" in overview(client, demand.campaign)


@TODAY
def test_an_age_between_vague_dates_is_a_range(client):
    demand, person = asked(on="2020-06")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-22")
    assert "first answered after 296 to 325 days" in overview(client, demand.campaign)


@TODAY
def test_the_tally_counts_demands_and_says_out_of_how_many(client):
    demand, person = asked()
    answer(demand, Stance.REJECTS, speaker=person, when="2021-05-02")
    asked(name="Bo Asked", on="2021-03-01", title="The older demand")
    page = overview(client, demand.campaign)
    assert "2 demands. 1 has an answer from somebody it was put to; 1 has none on record." in page
    assert "Put to somebody 2 times, answered 1 time; the latest word each time rejects 1" in page
    assert "Longest without an answer on record 306 days (not yet checked): The older demand, Bo Asked" in page


@TODAY
def test_answered_is_never_mixed_with_done(client):
    demand, person = asked()
    answer(demand, Stance.ACCEPTS, speaker=person, when="2021-05-02")
    page = overview(client, demand.campaign)
    assert "Outcome nothing on record" in page
    make_outcome(demand, status=Status.BLOCKED, when="2021-06")
    page = overview(client, demand.campaign)
    assert "Outcome blocked June 2021" in page
    assert "Answered: accepts" in page


@TODAY
def test_two_addressees_of_whom_the_same_is_true_share_a_sentence(client):
    demand = make_demand([make_person(name="Ada Asked"), make_person(name="Bo Asked")])
    raise_demand(demand, when="2021-04-22")
    # Once in the ledger; the chart's table has a row for each.
    assert overview(client, demand.campaign).count("Not yet checked; raised") == 1 + 2


def test_the_coalition_leads_with_its_umbrella_and_counts_the_rest(client):
    members = [
        make_organization(name=f"Member {letter}", classification=Classification.COALITION_MEMBER) for letter in "ABC"
    ]
    umbrella = make_organization(name="The Umbrella", classification=Classification.COALITION_MEMBER)
    make_membership(members[0], umbrella)
    make_organization(name="A bystander")
    page = overview(client, umbrella.campaign)
    assert "Who asks The Umbrella , Member A and 2 more" in page.replace("Umbrella,", "Umbrella ,")
    assert "A bystander" not in page


def test_what_happened_last_stands_at_the_top(client):
    event = make_event(title="The ruling", when="2021-10")
    assert "What happened last October 2021: The ruling" in overview(client, event.campaign)


@TODAY
def test_three_unanswered_demands_and_no_statement_make_a_finished_page(client):
    for title in ("First", "Second", "Third"):
        demand = make_demand([make_person()], title=title)
    page = overview(client, demand.campaign)
    assert "3 demands. No answer is on record." in page
    assert page.count("Not yet checked") == 3 + 3 + 1  # in the chart's table, in the ledger, and once in the method
    assert "Nothing is on record yet." in page


def test_a_campaign_with_nothing_at_all_is_a_finished_page(client):
    page = overview(client, make_campaign(name="Just begun"))
    assert "No demand is on record yet." in page
    assert "Nothing is on record yet." in page
    assert "No member organization is on record." in page


def test_a_draft_leaves_no_trace(client):
    campaign = make_campaign()
    make_demand(campaign=campaign, title="The secret demand", state=State.DRAFT)
    make_organization(name="Secret", classification=Classification.COALITION_MEMBER, state=State.DRAFT)
    assert "ecret" not in overview(client, campaign)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow_with_the_record(client, django_assert_num_queries, rows):
    for number in range(rows):
        day = f"2021-05-{number + 1:02}"  # so that the newest five are of every kind at both sizes
        demand, person = asked(name=f"Person {number}", on=day)
        answer(demand, Stance.REJECTS, speaker=person, when=day)
        make_outcome(demand, when=day)
        make_event(when=day)
        make_organization(classification=Classification.COALITION_MEMBER)
    with django_assert_num_queries(29):
        client.get(demand.campaign.get_absolute_url())
