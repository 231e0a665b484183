"""A demand's page."""

import re

import pytest
import time_machine

from campaigns.models import Stance, State, Status
from tests.factories import (
    answer,
    check,
    cite,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_source,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, demand) -> str:
    return text(client.get(demand.get_absolute_url()))


def test_every_stance_stays_and_the_latest_leads(client):
    person = make_person(name="Ada Asked")
    demand = make_demand([person])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.ACCEPTS, speaker=person, when="2021-05-01")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-06-01", note="After the vote.")
    page = page_of(client, demand)
    assert "Answered: rejects, June 1, 2021; first answered after 9 days First asked April 22, 2021" in page
    history = page[page.index("Every answer, the oldest first") :]
    assert history.index("accepts May 1, 2021 Ada Asked") < history.index("rejects June 1, 2021 Ada Asked")
    assert "After the vote." in history


def test_an_answer_given_before_the_question_says_so(client):
    person = make_person()
    demand = make_demand([person])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-01")
    assert "had spoken to it before being asked" in page_of(client, demand)


def test_an_answer_on_the_same_day_is_not_called_earlier(client):
    person = make_person()
    demand = make_demand([person])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-22")
    assert "first answered the same day" in page_of(client, demand)


@time_machine.travel("2022-01-01T12:00:00Z", tick=False)
def test_one_answer_does_not_stop_the_others_clocks(client):
    one, other = make_person(name="One"), make_person(name="Other")
    demand = make_demand([one, other])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, speaker=one, when="2021-04-23")
    check(demand, other, "2021-05-03")
    page = page_of(client, demand)
    assert "first answered after 1 day" in page
    assert "No answer found, last checked May 3, 2021; waiting 254 days" in page


def test_a_relatives_answer_stands_beside_and_is_marked(client):
    board, member = make_organization(name="The Board"), make_person(name="A Member")
    make_membership(member, board)
    demand = make_demand([board])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, speaker=member, when="2021-05-01")
    page = page_of(client, demand)
    assert "The Board Not yet checked" in page
    assert "Related, but not its own answer: from a parent, a part or a member rejects May 1, 2021 A Member" in page


def test_earlier_wordings_stand_with_their_dates_and_signatories_where_they_differ_from_todays(client):
    league = make_organization(name="Urban League")
    demand = make_demand(text="REMOVE the chief")
    raise_demand(
        demand, make_statement(when="2020-06-03", speaker=league, signatories=[league]), text="the chief’s resignation"
    )
    raise_demand(demand, make_statement(when="2021-04-22", kind="open_letter"), text="REMOVE the chief")
    raise_demand(demand, when="2022")
    page = page_of(client, demand)
    raised = page[page.index("in which words") : page.index("The exchange")]
    assert "June 3, 2020 the chief’s resignation Other statement or act: Urban League Signed by Urban League" in raised
    assert "April 22, 2021 In today’s wording. Open letter:" in raised
    assert "2022 No wording of its own is on record for this occasion. No statement is on record" in raised


def test_what_was_done_is_a_log_of_its_own_the_newest_first(client):
    demand = make_demand()
    make_outcome(demand, status=Status.UNDER_WAY, when="2021-05-20", reason="Voted.")
    make_outcome(
        demand, status=Status.REVERSED, when="2021-10-05", reason="Ruled void.", assessor=make_person(name="A Clerk")
    )
    page = page_of(client, demand)
    done = page[page.index("What was done") : page.index("When it was raised")]
    assert done.index("reversed Oct. 5, 2021") < done.index("under way May 20, 2021")
    assert "Voted. Assessed by the editors of this record" in done
    assert "Ruled void. Assessed by A Clerk" in done


def test_nothing_done_and_nobody_asked_are_said(client):
    page = page_of(client, make_demand())
    assert "Nobody is on record as having been asked." in page
    assert "Nothing is on record as done or undone about this demand." in page
    assert "No occasion is on record on which it was raised." in page
    assert "Who could grant it Not recorded." in page


def test_it_names_who_could_grant_it_what_it_is_part_of_replaced_and_became(client):
    whole, old = make_demand(title="The whole"), make_demand(title="The old one")
    demand = make_demand(
        [make_person()], [make_organization(name="The Board")], title="The demand", parent=whole, predecessor=old
    )
    make_demand(title="The part", parent=demand)
    make_demand(title="The new one", predecessor=demand)
    make_demand(title="A secret part", parent=demand, state=State.DRAFT)
    page = page_of(client, demand)
    assert "Part of The whole Its parts The part It replaced The old one It became The new one" in page
    assert "Who could grant it The Board" in page
    assert "secret" not in page


def test_its_exchange_is_in_order_and_holds_only_what_concerns_it(client):
    demand, other = make_demand(), make_demand()
    letter = make_statement(when="2021-04-22")
    raise_demand(demand, letter)
    answer(demand, when="2021-05-01", slug="the-answer")
    answer(other, when="2021-05-02", slug="elsewhere")
    make_event(slug="unrelated")
    page = client.get(demand.get_absolute_url()).content.decode()
    assert re.findall(r'<article class="entry [^"]*" id="([^"]+)"', page) == [
        f"statement-{letter.slug}",
        "statement-the-answer",
    ]


def test_its_own_sources_are_named(client):
    demand = make_demand()
    cite(demand, make_source(publisher="FOX4", title="Coalition calls", published="2021-04"))
    assert "Sources FOX4, Coalition calls, April 2021 news.example.org" in page_of(client, demand)


def test_a_withdrawn_demand_is_gone_with_its_reason(client):
    demand = make_demand(state=State.WITHDRAWN, withdrawal_reason="Recorded twice.")
    response = client.get(demand.get_absolute_url())
    assert response.status_code == 410
    assert "Recorded twice." in text(response)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow_with_the_record(client, django_assert_num_queries, rows):
    people = [make_person() for _number in range(rows)]
    demand = make_demand(people, people)
    for person in people:
        letter = make_statement(addressees=[person])
        raise_demand(demand, letter)
        answer(demand, speaker=person, replies_to=letter)
        make_outcome(demand, when=f"2021-05-{people.index(person) + 1:02}", assessor=person)
        make_demand(parent=demand, predecessor=demand)
        cite(demand)
    with django_assert_num_queries(34):
        client.get(demand.get_absolute_url())
