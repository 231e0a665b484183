"""A demand's page."""

import re

import pytest
import time_machine

from campaigns.models import Classification, Effect, Stance, State, Status
from tests.factories import (
    affect,
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
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[person]))
    answer(demand, Stance.ACCEPTS, speaker=person, when="2021-05-01")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-06-01", note="After the vote.")
    page = page_of(client, demand)
    assert (
        "Answered on June 1, 2021: rejects. Put to them on April 22, 2021. The first position came 9 days later."
        " The words of June 1, 2021"
    ) in page
    history = page[page.index("Every answer, the oldest first") :]
    assert history.index("accepts May 1, 2021 Ada Asked") < history.index("rejects June 1, 2021 Ada Asked")
    assert "After the vote." in history


def test_an_answer_given_before_the_question_says_so(client):
    person = make_person()
    demand = make_demand([person])
    raise_demand(demand, when="2021-04-22")
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-01")
    assert "They had spoken before they were asked." in page_of(client, demand)


def test_an_answer_on_the_same_day_is_not_called_earlier(client):
    person = make_person()
    demand = make_demand([person])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[person]))
    answer(demand, Stance.REJECTS, speaker=person, when="2021-04-22")
    assert "The position came the same day." in page_of(client, demand)


def test_a_question_asked_again_after_a_position_is_open_and_the_position_stays_in_sight(client):
    person = make_person()
    demand = make_demand([person])
    for day in ("2020-06-03", "2020-08-27"):
        raise_demand(demand, make_statement(when=day, addressees=[person]))
    answer(demand, Stance.REJECTS, speaker=person, when="2020-06-04")
    page = page_of(client, demand)
    assert (
        "Not looked up yet: nobody has looked for an answer. Asked again on Aug. 27, 2020; before that: rejects,"
        " June 4, 2020. The words of June 4, 2020"
    ) in page


def test_whoever_left_office_has_no_clock_and_the_end_is_said(client):
    chief = make_person(name="The Chief")
    make_membership(chief, make_organization(classification=Classification.GOVERNMENT), end="2022-04-22")
    demand = make_demand([chief])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[chief]))
    check(demand, chief, "2021-05-03")
    words = "They left office on April 22, 2022, with the question still open; no document puts the demand to the succ"
    assert words in page_of(client, demand)


def test_what_happened_while_a_question_was_open_stands_beside_it(client):
    person = make_person()
    demand = make_demand([person])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[person]))
    affect(make_event(title="The vote", when="2021-05-20"), demand)
    affect(make_event(title="The earlier vote", when="2021-01-20"), demand)
    page = page_of(client, demand)
    assert "Meanwhile The vote, May 20, 2021" in page
    assert "The earlier vote, " not in page  # it stands among what advanced the demand, not beside the question


@time_machine.travel("2022-01-01T12:00:00Z", tick=False)
def test_one_answer_does_not_stop_the_others_clocks(client):
    one, other = make_person(name="One"), make_person(name="Other")
    demand = make_demand([one, other])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[one, other]))
    answer(demand, Stance.REJECTS, speaker=one, when="2021-04-23")
    check(demand, other, "2021-05-03")
    page = page_of(client, demand)
    assert "The position came 1 day later." in page
    assert "No answer found up to May 3, 2021, 11 days after they were asked. Nobody has looked since." in page


def test_an_answer_from_within_counts_and_is_marked_and_one_from_above_stands_beside(client):
    city, member = make_organization(name="The City"), make_person(name="A Member")
    board = make_organization(name="The Board", parent=city)
    make_membership(member, board)
    demand = make_demand([board])
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[board]))
    answer(demand, Stance.ACCEPTS, speaker=city, when="2021-04-30")
    page = page_of(client, demand)
    assert "The Board Not looked up yet: nobody has looked for an answer." in page
    assert "Said by the body above it accepts April 30, 2021 The City" in page
    answer(demand, Stance.REJECTS, speaker=member, when="2021-05-01")
    assert (
        "The Board No answer of their own. From their own ranks, A Member answered on May 1, 2021: rejects."
        in page_of(client, demand)
    )


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
    assert "April 22, 2021 In today’s wording. Worded anew since June 3, 2020 Open letter:" in raised
    assert "2022 No wording of its own is on record for this occasion. No statement is on record" in raised


def test_what_changed_in_the_words_is_marked_and_what_did_not_is_said(client):
    demand = make_demand(text="Fire the chief today")
    for when, words in (("2020", "Fire the chief <now>"), ("2021", "Fire the chief <now>"), ("2022", "Fire the boss")):
        raise_demand(demand, make_statement(when=when), text=words)
    page = client.get(demand.get_absolute_url()).content.decode()
    assert "Fire the <del>chief &lt;now&gt;</del><ins>boss</ins>" in page
    assert page.count("<blockquote><p>Fire the chief &lt;now&gt;</p></blockquote>") == 1
    assert "In the same words as before: 2020" in page_of(client, demand)


def test_who_joined_and_who_is_no_longer_there_is_said_of_each_occasion(client):
    league, union, naacp = (make_organization(name=name) for name in ("League", "Union", "NAACP"))
    demand = make_demand()
    raise_demand(demand, make_statement(when="2020", signatories=[league, union]))
    raise_demand(demand, make_statement(when="2021", signatories=[league, naacp]))
    raise_demand(demand, make_statement(when="2022", signatories=[league], signatories_incomplete=True))
    raised = page_of(client, demand).partition("in which words")[2].partition("The exchange")[0]
    assert "Joined NAACP No longer there Union Compared with 2020" in raised
    assert "Not on this list NAACP Compared with 2021; a list is incomplete, so nobody is known" in raised


def test_what_events_did_to_it_stands_in_order_with_the_note(client):
    demand = make_demand()
    affect(make_event(title="The ruling", when="2021-10-05"), demand, Effect.Kind.SETS_BACK, note="Void.")
    affect(make_event(title="The vote", when="2021-05"), demand, Effect.Kind.ADVANCES)
    affect(make_event(title="A secret event", state=State.DRAFT), demand)
    words = page_of(client, demand).partition("What advanced it, or set it back ")[2]
    assert words.startswith("May 2021 Advances The vote Oct. 5, 2021 Sets back The ruling Void.")
    assert "secret" not in words


def test_more_occasions_than_fit_are_on_the_next_page_and_are_compared_across(client):
    demand = make_demand(text="")
    for day in range(101):
        raise_demand(demand, make_statement(when=f"{1900 + day}"), text=f"Do it {(day % 100 and 'now') or 'today'}")
    first = client.get(demand.get_absolute_url())
    following = re.search(r'href="(\?raised_after=[0-9]+)"', first.content.decode())
    assert following is not None
    second = client.get(demand.get_absolute_url() + following[1])
    raised = text(second).partition("in which words ")[2].partition("The exchange")[0]
    assert raised.startswith("2000 Do it today What changed in the words since 1999 Do it now today")
    assert "1900. In:" in text(second)  # it is cited by its first occasion on every page


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
