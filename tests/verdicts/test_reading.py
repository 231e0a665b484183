"""What verdicts read of the record: letters and replies to them, retractions, looks; and nothing that is private."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from campaigns.models import Classification, Relation, Stance, State
from campaigns.verdicts import AnswerState, Verdict, put_to, rulings
from tests.factories import (
    answer,
    check,
    make_campaign,
    make_demand,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_source,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

AT = dt.date(2021, 6, 1)


@pytest.fixture
def chief():
    return make_person(slug="chief")


@pytest.fixture
def group():
    return make_organization(slug="group", classification=Classification.COALITION_MEMBER)


@pytest.fixture
def letter(chief, group):
    """A letter of June 2020 to the chief."""
    return make_statement(slug="letter", speaker=group, signatories=[group], addressees=[chief], when="2020-06")


@pytest.fixture
def demand(chief, letter):
    """A demand on the chief, raised by the letter."""
    demand = make_demand([chief], slug="demand")
    raise_demand(demand, letter)
    return demand


def verdict(demand, at: dt.date = AT) -> Verdict:
    (only,) = rulings([demand], at)[demand.pk].verdicts
    return only


def slugs(answers) -> list[str]:
    return [answer.statement.slug for answer in answers]


# A whole letter.


def test_an_answer_to_the_letter_answers_each_of_its_demands(letter, demand, chief):
    second = make_demand([chief])
    raise_demand(second, letter)
    answer(letter=letter, stance=Stance.REJECTS, speaker=chief, note="In general.")
    for one in (demand, second):
        found = verdict(one).position
        assert (found.stance, found.whole_letter, found.note) == (Stance.REJECTS, True, "In general.")


def test_a_reply_to_the_letter_without_a_stance_replies_to_each_demand_without_a_position(letter, demand, chief):
    make_statement(slug="reply", speaker=chief, replies_to=letter)
    found = verdict(demand)
    assert (found.state, found.word.stance, found.word.whole_letter) == ("replied", None, True)


def test_a_reply_with_a_stance_on_one_demand_says_nothing_about_the_others(letter, demand, chief):
    second = make_demand([chief])
    raise_demand(second, letter)
    reply = make_statement(speaker=chief, replies_to=letter)
    answer(demand, Stance.REJECTS, statement=reply)
    assert (verdict(demand).state, verdict(second).state) == ("answered", "not_checked")


def test_what_is_said_to_the_demand_itself_wins_over_what_is_said_to_the_letter(letter, demand, chief):
    said = make_statement(speaker=chief)
    answer(letter=letter, stance=Stance.DEFLECTS, statement=said)
    answer(demand, Stance.ACCEPTS, statement=said)
    assert [(one.stance, one.whole_letter) for one in verdict(demand).answers] == [(Stance.ACCEPTS, False)]


def test_another_kind_of_relation_to_the_letter_is_no_answer(letter, demand, chief):
    rebuttal = make_statement(speaker=chief)
    Relation.objects.create(statement=rebuttal, to=letter, kind=Relation.Kind.REBUTS)
    assert verdict(demand).state == "not_checked"


@pytest.mark.parametrize("side", ["speaker", "co_speaker", "signatory", "on behalf of the speaker", "spoken for"])
def test_a_reply_of_the_letters_own_side_is_no_answer(side):
    group, chief, third = make_organization(), make_person(), make_person()
    parts = {
        "speaker": {"speaker": chief},
        "co_speaker": {"co_speakers": [chief]},
        "signatory": {"signatories": [chief]},
        "spoken for": {"on_behalf_of": chief},
    }
    letter = make_statement(**{"speaker": group, "when": "2020-06", **parts.get(side, {})})
    demand = make_demand([third])
    raise_demand(demand, letter)
    behalf = {"on_behalf_of": group} if side == "on behalf of the speaker" else {}
    make_statement(speaker=chief, co_speakers=[third], replies_to=letter, **behalf)
    assert verdict(demand).state == "not_checked"


def test_a_reply_of_a_letters_addressee_is_one_though_nobody_spoke_for_anybody(demand, letter, chief):
    """Empty “on behalf of” on both sides must not look alike."""
    make_statement(speaker=chief, replies_to=letter)
    assert verdict(demand).state == "replied"


# Voices.


def test_a_spokesman_speaks_for_the_principal_and_for_nobody_else(demand, chief):
    answer(demand, speaker=make_person(), on_behalf_of=make_organization())
    assert verdict(demand).state == "not_checked"
    answer(demand, speaker=make_person(), on_behalf_of=chief)
    assert verdict(demand).state == "answered"


def test_a_co_speaker_speaks_too_but_a_signatory_or_addressee_does_not(demand, chief):
    answer(demand, speaker=make_person(), addressees=[chief], signatories=[chief])
    assert verdict(demand).state == "not_checked"
    answer(demand, speaker=make_person(), co_speakers=[chief])
    assert verdict(demand).state == "answered"


@pytest.mark.parametrize("marked", ["role", "post", "neither"])
def test_a_role_or_a_post_marked_as_speaking_for_the_body_gives_the_bodys_own_answer(letter, marked):
    police, joe = make_organization(classification=Classification.GOVERNMENT), make_person()
    post = make_post(organization=police, speaks_for=marked == "post")
    make_membership(joe, post=post, speaks_for=marked == "role")
    demand = make_demand([police])
    raise_demand(demand)
    answer(demand, speaker=joe)
    assert verdict(demand).finding.by == ("member" if marked == "neither" else "own")


def test_one_addressees_answer_does_not_stop_the_others_clock(letter):
    one, other = make_person(), make_person()
    demand = make_demand([one, other])
    raise_demand(demand, make_statement(addressees=[one, other], when="2020-06"))
    answer(demand, speaker=one, when="2020-07-01")
    first, second = rulings([demand], AT)[demand.pk].verdicts
    assert (first.state, second.state) == ("answered", "not_checked")
    assert (first.took.words(), second.took) == ("1 to 30 days", None)


# Retractions.


def test_what_its_own_author_takes_back_is_no_answer_from_that_day_on(demand, chief):
    said = answer(demand, Stance.PROMISES, speaker=chief, when="2021-02-01").statement
    back = make_statement(speaker=chief, when="2021-03-01")
    Relation.objects.create(statement=back, to=said, kind=Relation.Kind.RETRACTS)
    days = [dt.date(2021, 2, 28), dt.date(2021, 3, 1)]
    assert [verdict(demand, day).state for day in days] == ["answered", "not_checked"]


def test_what_somebody_else_calls_back_stands(demand, chief):
    said = answer(demand, Stance.PROMISES, speaker=chief, when="2021-02-01").statement
    other = make_statement(speaker=make_person(), when="2021-03-01")
    Relation.objects.create(statement=other, to=said, kind=Relation.Kind.RETRACTS)
    assert verdict(demand).state == "answered"


def test_a_co_speaker_takes_back_what_was_said_together(demand, chief):
    other = make_person()
    said = answer(demand, Stance.PROMISES, speaker=chief, co_speakers=[other], when="2021-02-01").statement
    back = make_statement(speaker=other, when="2021-03-01")
    Relation.objects.create(statement=back, to=said, kind=Relation.Kind.RETRACTS)
    assert verdict(demand).state == "not_checked"


# Looks.


def test_a_look_counts_for_a_demand_for_a_whole_letter_and_for_everybody(letter, demand, chief):
    check(demand, chief, "2021-01-03")
    assert verdict(demand).silent_until.isoformat() == "2021-01-03"
    check(None, None, "2021-04", letter=letter, found="no_response", sources=[make_source()])
    assert verdict(demand).silent_until.isoformat() == "2021-04"


def test_what_the_asking_side_reports_is_no_look(demand, group, chief):
    check(demand, chief, "2021-05-03", found="no_response", reported_by=group, sources=[make_source()])
    assert (verdict(demand).state, verdict(demand).silent_until) == ("not_checked", None)


def test_a_report_that_they_declined_is_their_declining(demand, chief):
    check(demand, chief, "2021-05-03", found="declined", sources=[make_source()])
    found = verdict(demand)
    assert (found.state, found.finding.reported.isoformat(), found.word) == ("declined", "2021-05-03", None)


# Days.


def test_at_looks_back_in_time(demand, chief):
    check(demand, chief, "2020-09-01")
    answer(demand, Stance.ACKNOWLEDGES, speaker=chief, when="2020-10-01")
    answer(demand, Stance.REJECTS, speaker=chief, when="2021-04-22")
    days = [(2020, 5, 1), (2020, 7, 1), (2020, 9, 1), (2020, 10, 1), (2021, 4, 21), (2021, 4, 22)]
    assert [verdict(demand, dt.date(*day)).state for day in days] == [
        "not_checked", "not_checked", "no_answer", "announced", "announced", "answered",
    ]  # fmt: skip
    assert [rulings([demand], dt.date(*day))[demand.pk].raised is not None for day in days] == [False, *[True] * 5]


def test_readers_of_an_answer_are_told_that_it_was_taken_back_or_lies_ahead(client, demand, chief):
    taken, ahead = (
        answer(demand, Stance.ACCEPTS, speaker=chief, when=when, summary="Said.")
        for when in ("2021-05-01", "2062-11-05")
    )
    back = make_statement(speaker=chief, when="2021-06-01", summary="No more.")
    Relation.objects.create(statement=back, kind=Relation.Kind.RETRACTS, to=taken.statement)
    other = make_statement(speaker=make_person(), when="2021-07-01", summary="He does not mean it.")
    Relation.objects.create(statement=other, kind=Relation.Kind.RETRACTS, to=ahead.statement)
    campaign = demand.campaign
    for path in (demand.get_absolute_url(), f"/{campaign.slug}/timeline/"):
        page = " ".join(re.sub(r"<[^>]+>", "", client.get(path).text).split())
        assert page.count("taken back: June 1, 2021") == 1
        assert page.count("dated after today: counts for nothing yet") == 1
    assert back.get_absolute_url() in client.get(demand.get_absolute_url()).text


def test_an_answer_dated_in_the_future_is_no_answer_yet(demand, chief):
    answer(demand, Stance.ACCEPTS, speaker=chief, when="2062-11-05")
    assert (verdict(demand).state, verdict(demand, dt.date(2062, 11, 5)).state) == ("not_checked", "answered")


def test_known_leaves_out_what_was_recorded_later(demand, chief):
    now = timezone.now()
    answer(demand, speaker=chief, when="2020-07-01", recorded_at=now + dt.timedelta(1))
    (then,) = rulings([demand], AT, known=now)[demand.pk].verdicts
    assert (then.state, verdict(demand).state) == ("not_checked", "answered")


def test_a_successor_inherits_what_was_put_to_the_post_and_not_what_was_put_to_the_person():
    old, new, post = make_person(slug="old"), make_person(slug="new"), make_post()
    make_membership(old, post=post, start="2017-08", end="2020-12")
    make_membership(new, post=post, start="2021-01")
    to_post, to_person = make_demand([post], slug="to-post"), make_demand([old], slug="to-person")
    for demand in (to_post, to_person):
        raise_demand(demand, make_statement(addressees=[old], when="2020-06"))
        answer(demand, speaker=new, when="2021-05-20")
    assert (verdict(to_post).state, verdict(to_person).state) == ("answered", "not_checked")
    assert verdict(to_person).ended.why == "left_office"
    inherited = {pk: [one.demand.slug for one in found] for pk, found in put_to([old, new], AT).items()}
    assert inherited == {old.pk: ["to-post", "to-person"], new.pk: ["to-post"]}


def test_who_left_the_post_before_it_was_asked_was_never_asked():
    chief, post = make_person(), make_post()
    make_membership(chief, post=post, start="2011", end="2017")
    raise_demand(make_demand([post]), when="2020")
    assert put_to([chief], AT) == {chief.pk: []}


def test_the_newest_outcome_is_the_one_that_can_have_taken_effect_last(demand):
    make_outcome(demand, status="done", when="2021-05-20")
    make_outcome(demand, status="reversed", when="2021-05-21", position=1)
    make_outcome(demand, status="blocked", when="2030")
    status, _when = rulings([demand], AT)[demand.pk].outcome
    assert status == "reversed"


# What is private, and what it costs.


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_a_private_answer_letter_addressee_role_or_look_changes_nothing(demand, letter, chief, state):
    reason = {"withdrawal_reason": "x"} if state == State.WITHDRAWN else {}
    post = make_post()
    put_to_post = make_demand([post])
    raise_demand(put_to_post, when="2020-06")
    answer(demand, slug="promise", stance=Stance.PROMISES, speaker=chief, when="2020-07")
    before = rulings([demand, put_to_post], AT)
    said = make_statement(speaker=chief, replies_to=letter, state=state, **reason)
    answer(demand, statement=said)
    answer(letter=letter, statement=said)
    promise = demand.responses.get(statement__slug="promise").statement
    Relation.objects.create(statement=said, to=promise, kind=Relation.Kind.RETRACTS)
    private_letter = make_statement(addressees=[chief], when="2021-05", state=state, **reason)
    raise_demand(demand, private_letter)
    answer(letter=private_letter, speaker=chief, when="2020-08-01")
    nobody = make_person(state=state, **reason)
    demand.parties.create(role="addressee", actor=nobody)
    check(demand, nobody)
    make_membership(nobody, post=post, start="2000")
    answer(put_to_post, speaker=nobody, when="2020-08-01")
    letter.participants.create(role="addressee", actor=nobody, position=9)
    successor = make_demand([chief], predecessor=demand, state=state, **reason)
    raise_demand(successor, when="2020-07")
    assert rulings([demand, put_to_post], AT) == before


def test_a_demand_without_addressees_has_no_verdict():
    demand = make_demand([])
    ruling = rulings([demand], AT)[demand.pk]
    assert (ruling.verdicts, ruling.best, ruling.state) == ([], None, AnswerState.NOT_CHECKED)


@pytest.mark.parametrize("rows", [1, 12])
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(django_assert_num_queries, rows):
    campaign = make_campaign()
    given = {"campaign": campaign}
    body = make_organization(classification=Classification.GOVERNMENT, **given)
    demands = []
    for _ in range(rows):
        people = [make_person(**given) for _ in range(2)]
        letter = make_statement(addressees=people, speaker=body, **given)
        demand = make_demand([*people, make_post(organization=body, **given)], **given)
        raise_demand(demand, letter)
        answer(demand, speaker=people[0], co_speakers=people[1:], **given)
        answer(letter=letter, speaker=people[1], **given)
        reply = make_statement(speaker=people[1], replies_to=letter, **given)
        Relation.objects.create(statement=reply, to=letter, kind=Relation.Kind.RETRACTS)
        check(demand, people[0])
        make_outcome(demand)
        demands.append(demand)
    with django_assert_num_queries(12):
        rulings(demands, AT)


def test_only_the_latest_answers_are_read_whole_and_all_are_counted(demand, chief):
    for year in (2022, 2023, 2024):
        answer(demand, speaker=chief, when=str(year), stance=Stance.REJECTS if year == 2022 else Stance.PROMISES)
    short, none = (rulings([demand], dt.date(2025, 1, 1), history=n)[demand.pk].verdicts[0] for n in (1, 0))
    assert [one.statement.when.isoformat() for one in short.answers] == ["2024"]
    assert (short.given, short.position.stance, short.words) == (3, Stance.PROMISES, none.words)
    assert (none.given, none.state, none.answers) == (3, AnswerState.ANSWERED, [])
