"""A campaign's overview."""

import re

import pytest
import time_machine

from campaigns.models import Classification, Demand, Party, Stance, Status
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
    assert "Not looked up yet: nobody has looked for an answer. Put to them on April 22, 2021." in page
    assert "No answer found" not in page
    assert "Longest silence" not in page


@TODAY
def test_silence_is_claimed_up_to_the_last_look_and_no_further(client):
    demand, person = asked()
    check(demand, person, "2021-05-03")
    page = overview(client, demand.campaign)
    silence = "No answer found up to May 3, 2021, 11 days after they were asked. Nobody has looked since."
    assert f"Longest silence on record {demand.title}, Ada Asked: {silence} Put to them on April 22, 2021." in page
    assert "Where somebody looked and found no answer" in page
    assert "254 days" not in page


@TODAY
@pytest.mark.parametrize(
    ("stance", "words"),
    [
        (Stance.ACKNOWLEDGES, "Announced an answer on April 24, 2021; none is on record since."),
        (Stance.DEFLECTS, "Replied on April 24, 2021 without taking a position."),
        (Stance.NO_POSITION, "Declined on April 24, 2021 to take a position."),
    ],
)
def test_words_without_a_position_are_said_with_their_date_and_are_no_silence(client, stance, words):
    demand, person = asked()
    answer(demand, stance, speaker=person, when="2021-04-24")
    check(demand, person, "2021-05-03")
    page = overview(client, demand.campaign)
    assert words in page
    assert "No answer found" not in page


@TODAY
def test_an_answer_is_said_with_its_stance_its_date_and_how_long_it_took(client):
    demand, person = asked()
    answer(demand, Stance.REJECTS, speaker=person, when="2021-05-02")
    assert (
        "Answered on May 2, 2021: rejects. Put to them on April 22, 2021. The position came 10 days later."
    ) in overview(client, demand.campaign)


@TODAY
def test_an_age_between_vague_dates_is_a_range(client):
    demand, person = asked(on="2020-06")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-22")
    page = overview(client, demand.campaign)
    assert "Put to them in June 2020. The position came 296 to 325 days later." in page


@TODAY
def test_the_tally_says_what_was_done_before_what_was_said_and_counts_each_demand_once(client):
    demand, person = asked()
    answer(demand, Stance.REJECTS, speaker=person, when="2021-05-02")
    make_outcome(demand, status=Status.REVERSED, when="2021-10")
    part, _other = asked(name="Bo Asked", on="2021-03-01", title="The older demand", parent=demand)
    Party.objects.create(demand=part, actor=person, role=Party.Role.ADDRESSEE, position=1)
    page = overview(client, demand.campaign)
    assert (
        "2 demands (1 is a part of another). What was done 1 reversed, 1 with nothing on record."
        " What was said 1 with a position, 1 not looked up yet."
    ) in page


@TODAY
def test_a_part_stands_under_its_demand(client):
    part, _person = asked(title="The part", position=0)
    asked(name="Bo Asked", title="Another", position=1)
    whole, _person = asked(name="Cy Asked", title="The whole", position=2)
    part.parent = whole
    part.save()
    page = client.get(whole.campaign.get_absolute_url()).content.decode()
    ledger = page[page.index('<section class="ledger"') :]
    assert re.findall(r'<article class="(demand[a-z -]*)" id="demand-([^"]+)"', ledger) == [
        ("demand", Demand.objects.get(title="Another").slug),
        ("demand", whole.slug),
        ("demand demand-part", part.slug),
    ]


@TODAY
def test_one_remark_about_a_letter_counts_once_among_remarks(client):
    mayor = make_person(name="The Mayor")
    letter = make_statement(when="2021-04-22", addressees=[mayor])
    for _ in range(3):
        raise_demand(make_demand([mayor]), letter)
    remark = answer(letter=letter, stance=Stance.DEFLECTS, speaker=mayor, when="2021-04-23")
    page = overview(client, letter.campaign)
    assert "What was said 3 with a reply but no position. One reply to the whole letter, by The Mayor, Ap" in page
    assert "April 23, 2021, covers 3 demands." in page
    assert remark.letter == letter


@TODAY
def test_said_is_never_mixed_with_done(client):
    demand, person = asked()
    answer(demand, Stance.ACCEPTS, speaker=person, when="2021-05-02")
    assert "Outcome nothing on record" in overview(client, demand.campaign)
    make_outcome(demand, status=Status.BLOCKED, when="2021-06")
    page = overview(client, demand.campaign)
    assert "Outcome blocked June 2021" in page
    assert "Answered on May 2, 2021: accepts." in page


@TODAY
def test_two_addressees_of_whom_the_same_is_true_share_a_sentence(client):
    demand = make_demand([make_person(name="Ada Asked"), make_person(name="Bo Asked")])
    raise_demand(demand, when="2021-04-22")
    # Once in the ledger; the chart's table has a row for each.
    words = "Raised in public since April 22, 2021; no document on record puts it to them by name."
    assert overview(client, demand.campaign).count(words) == 1 + 2


def test_who_asks_is_in_whose_name_it_was_raised_with_a_coalition_once_above_its_members(client):
    member, umbrella, signatory = (make_organization(name=name) for name in ("Member", "The Umbrella", "Signatory"))
    make_membership(member, umbrella)
    make_organization(name="A bystander", classification=Classification.COALITION_MEMBER)
    spokeswoman = make_person(name="A Spokeswoman")
    letter = make_statement(speaker=spokeswoman, on_behalf_of=umbrella, signatories=[member, signatory])
    raise_demand(make_demand(), letter)
    page = overview(client, letter.campaign)
    assert "Who asks The Umbrella, Signatory 1 demand." in page
    assert "Who asks The Umbrella Member Signatory Follow this record" in page
    assert "A bystander" not in page


@TODAY
def test_what_happened_last_stands_at_the_top_and_what_is_to_come_under_ahead(client):
    event = make_event(title="The ruling", when="2021-10")
    make_event(title="The hearing", when="2022-02-03")
    page = overview(client, event.campaign)
    assert "What happened last October 2021: The ruling" in page
    assert "Ahead Feb. 3, 2022: The hearing" in page
    assert page.count("The hearing") == 1


@TODAY
def test_three_unanswered_demands_and_no_statement_make_a_finished_page(client):
    for title in ("First", "Second", "Third"):
        demand = make_demand([make_person()], title=title)
        raise_demand(demand, when="2021-04-22")
    page = overview(client, demand.campaign)
    assert "3 demands. What was done 3 with nothing on record. What was said 3 not looked up yet." in page
    assert page.count("nobody has looked for an answer") == 3 + 3  # in the chart's table and in the ledger


@TODAY
def test_a_demand_that_nothing_on_record_raised_yet_is_no_part_of_the_figures(client):
    demand, _person = asked()
    asked(name="Bo Asked", title="The later demand", on="2022-02-03")
    page = overview(client, demand.campaign)
    assert "1 demand. What was done" in page
    assert "The later demand" not in page


def test_a_campaign_with_nothing_at_all_is_a_finished_page(client):
    page = overview(client, make_campaign(name="Just begun"))
    assert "No demand is on record yet." in page
    assert "Nothing is on record yet." in page
    assert "The record does not say yet who asks." in page
