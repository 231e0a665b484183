"""Whose answer it is: every rule of docs/decisions/0003, and the four kinds of silence."""

import datetime as dt

import pytest

from campaigns.answers import AnswerState, Standing, put_to, standings
from campaigns.models import Classification, Relation, Stance, State
from tests.factories import (
    answer,
    check,
    make_campaign,
    make_demand,
    make_membership,
    make_organization,
    make_person,
    make_post,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

AT = dt.date(2021, 6, 1)


@pytest.fixture
def chief():
    return make_person(slug="chief")


@pytest.fixture
def letter(chief):
    """A letter of June 2020 to the chief."""
    group = make_organization(slug="group", classification=Classification.COALITION_MEMBER)
    return make_statement(slug="letter", speaker=group, signatories=[group], addressees=[chief], when="2020-06")


@pytest.fixture
def demand(chief, letter):
    """A demand on the chief, raised by the letter."""
    demand = make_demand([chief], slug="demand")
    raise_demand(demand, letter)
    return demand


def standing(demand, at: dt.date = AT) -> Standing:
    (only,) = standings([demand], at)[demand.pk]
    return only


def slugs(answers) -> list[str]:
    return [answer.statement.slug for answer in answers]


# Four kinds of silence.


def test_nobody_has_looked(demand):
    found = standing(demand)
    assert (found.state, found.last_check, found.latest, found.waiting) == ("not_checked", None, None, True)


def test_somebody_has_looked_and_found_nothing(demand, chief):
    check(demand, chief, "2021-05-03")
    check(demand, chief, "2021-01-03")
    found = standing(demand)
    assert (found.state, found.last_check, found.waiting) == ("no_answer", dt.date(2021, 5, 3), True)


def test_a_look_for_somebody_elses_answer_is_none_for_this_one(demand):
    check(demand, make_person(), "2021-05-03")
    assert standing(demand).state == "not_checked"


def test_they_declined_which_is_an_answer(demand, chief):
    answer(demand, Stance.NO_POSITION, speaker=chief)
    found = standing(demand)
    assert (found.state, found.latest.stance, found.waiting) == ("answered", Stance.NO_POSITION, False)


def test_they_announced_an_answer_and_the_clock_runs_on(demand, chief):
    answer(demand, Stance.ACKNOWLEDGES, speaker=chief, when="2020-07-01")
    found = standing(demand)
    assert (found.state, found.waiting, found.waited.words()) == ("announced", True, "336 to 365 days")


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance != Stance.ACKNOWLEDGES])
def test_every_other_stance_is_an_answer(demand, chief, stance):
    answer(demand, stance, speaker=chief)
    assert (standing(demand).state, standing(demand).latest.stance) == ("answered", stance)


# Whose answer it is.


def test_an_answer_of_somebody_who_was_not_asked_is_not_the_addressees(demand):
    answer(demand, speaker=make_person())
    found = standing(demand)
    assert (found.state, found.answers, found.related) == ("not_checked", [], [])


def test_one_addressees_answer_does_not_stop_the_others_clock(letter):
    one, other = make_person(), make_person()
    demand = make_demand([one, other])
    raise_demand(demand, letter)
    answer(demand, speaker=one, when="2020-07-01")
    first, second = standings([demand], AT)[demand.pk]
    assert (first.state, second.state) == ("answered", "not_checked")
    assert (first.waited.words(), second.waited.words()) == ("1 to 30 days", "336 to 365 days")


def test_a_spokesman_speaks_for_the_principal(demand, chief):
    answer(demand, speaker=make_person(), on_behalf_of=chief)
    assert standing(demand).state == "answered"


def test_a_spokesman_for_somebody_else_does_not(demand, chief):
    answer(demand, speaker=make_person(), on_behalf_of=make_organization())
    assert standing(demand).state == "not_checked"


def test_a_co_speaker_speaks_too(demand, chief):
    answer(demand, speaker=make_person(), co_speakers=[chief])
    assert standing(demand).state == "answered"


def test_a_signatory_or_addressee_of_the_answer_has_not_spoken(demand, chief):
    answer(demand, speaker=make_person(), addressees=[chief], signatories=[chief])
    assert standing(demand).state == "not_checked"


@pytest.fixture
def post():
    return make_post(slug="post", organization=make_organization(classification=Classification.GOVERNMENT))


@pytest.fixture
def put_to_post(post):
    """A demand on a post, raised in June 2020."""
    demand = make_demand([post], slug="to-post")
    raise_demand(demand, when="2020-06")
    return demand


def test_the_holder_answers_for_the_post(put_to_post, post, chief):
    make_membership(chief, post=post, start="2017-08", end="2022-04")
    answer(put_to_post, speaker=chief, when="2020-07-01")
    assert standing(put_to_post).state == "answered"


def test_who_speaks_for_the_holder_answers_for_the_post(put_to_post, post, chief):
    make_membership(chief, post=post, start="2017-08")
    answer(put_to_post, speaker=make_person(), on_behalf_of=chief, when="2020-07-01")
    assert standing(put_to_post).state == "answered"


@pytest.mark.parametrize("said", ["2017-07-31", "2022-05-01", "2016", "2023"])
def test_a_holder_before_or_after_the_term_does_not_answer_for_the_post(put_to_post, post, chief, said):
    make_membership(chief, post=post, start="2017-08", end="2022-04")
    answer(put_to_post, speaker=chief, when=said)
    assert standing(put_to_post, dt.date(2024, 1, 1)).answers == []


@pytest.mark.parametrize("said", ["2017-08", "2017", "2022-04-30", "2022"])
def test_a_date_that_may_lie_in_the_term_counts(put_to_post, post, chief, said):
    make_membership(chief, post=post, start="2017-08", end="2022-04")
    answer(put_to_post, speaker=chief, when=said)
    assert len(standing(put_to_post, dt.date(2024, 1, 1)).answers) == 1


def test_what_the_post_says_answers_for_the_person_who_holds_it(demand, post, chief):
    make_membership(chief, post=post, start="2017-08")
    answer(demand, speaker=post, when="2020-07-01")
    assert standing(demand).state == "answered"


def test_a_successor_inherits_what_was_put_to_the_post(put_to_post, post):
    old, new = make_person(slug="old"), make_person(slug="new")
    make_membership(old, post=post, start="2017-08", end="2020-12")
    make_membership(new, post=post, start="2021-01")
    answer(put_to_post, speaker=new, when="2021-05-20")
    found = standing(put_to_post)
    assert (found.state, found.waited.words()) == ("answered", "324 to 353 days")
    assert [[one.demand for one in several] for several in put_to([old, new], AT).values()] == [[put_to_post]] * 2


def test_a_successor_does_not_inherit_what_was_put_to_the_person(demand, post, chief):
    new = make_person()
    make_membership(chief, post=post, start="2017-08", end="2020-12")
    make_membership(new, post=post, start="2021-01")
    answer(demand, speaker=new, when="2021-05-20")
    assert standing(demand).state == "not_checked"
    assert put_to([new], AT) == {new.pk: []}


def test_who_left_the_post_before_it_was_asked_was_never_asked(put_to_post, post, chief):
    make_membership(chief, post=post, start="2011", end="2017")
    assert put_to([chief], AT) == {chief.pk: []}


# Relatives.


@pytest.mark.parametrize("tie", ["parent", "part", "member", "member of"])
def test_a_related_organizations_answer_is_shown_beside_and_stops_no_clock(letter, tie):
    body = make_organization(classification=Classification.GOVERNMENT)
    near = make_organization(classification=Classification.GOVERNMENT)
    match tie:
        case "parent":
            body.parent = near
            body.save()
        case "part":
            near.parent = body
            near.save()
        case "member":
            make_membership(near, body)
        case _:
            make_membership(body, near)
    demand = make_demand([body])
    raise_demand(demand, letter)
    answer(demand, slug="near", speaker=near)
    found = standing(demand)
    assert (found.state, slugs(found.answers), slugs(found.related)) == ("not_checked", [], ["near"])
    assert found.waited.words() == "336 to 365 days"


def test_one_member_is_not_the_board_unless_it_says_so(letter):
    board, member = make_organization(classification=Classification.GOVERNMENT), make_person()
    make_membership(member, board, start="2010")
    demand = make_demand([board])
    raise_demand(demand, letter)
    answer(demand, slug="alone", speaker=member)
    assert standing(demand).state == "not_checked"
    answer(demand, slug="together", speaker=member, on_behalf_of=board)
    found = standing(demand)
    assert (found.state, slugs(found.answers), slugs(found.related)) == ("answered", ["together"], ["alone"])


# A whole letter.


def test_an_answer_to_the_letter_answers_each_of_its_demands(letter, demand, chief):
    second = make_demand([chief])
    raise_demand(second, letter)
    answer(letter=letter, stance=Stance.DEFLECTS, speaker=chief, note="In general.")
    for one in (demand, second):
        latest = standing(one).latest
        assert (latest.stance, latest.whole_letter, latest.note) == (Stance.DEFLECTS, True, "In general.")


def test_a_reply_to_the_letter_without_a_stance_answers_each_demand_without_one(letter, demand, chief):
    make_statement(slug="reply", speaker=chief, replies_to=letter)
    found = standing(demand)
    assert (found.state, found.latest.stance, found.latest.whole_letter) == ("answered", None, True)


def test_a_reply_with_a_stance_on_one_demand_says_nothing_about_the_others(letter, demand, chief):
    second = make_demand([chief])
    raise_demand(second, letter)
    reply = make_statement(speaker=chief, replies_to=letter)
    answer(demand, Stance.REJECTS, statement=reply)
    assert (standing(demand).state, standing(second).state) == ("answered", "not_checked")


def test_what_is_said_to_the_demand_itself_wins_over_what_is_said_to_the_letter(letter, demand, chief):
    said = make_statement(speaker=chief)
    answer(letter=letter, stance=Stance.DEFLECTS, statement=said)
    answer(demand, Stance.ACCEPTS, statement=said)
    found = standing(demand)
    assert [(one.stance, one.whole_letter) for one in found.answers] == [(Stance.ACCEPTS, False)]


def test_another_kind_of_relation_to_the_letter_is_no_answer(letter, demand, chief):
    rebuttal = make_statement(speaker=chief)
    Relation.objects.create(statement=rebuttal, to=letter, kind=Relation.Kind.REBUTS)
    assert standing(demand).state == "not_checked"


@pytest.mark.parametrize("side", ["speaker", "co_speaker", "signatory", "on behalf of the speaker"])
def test_a_reply_of_the_letters_own_side_is_no_answer(side):
    group, chief = make_organization(), make_person()
    parts = {"speaker": {}, "co_speaker": {"co_speakers": [chief]}, "signatory": {"signatories": [chief]}}
    speaker = chief if side == "speaker" else group
    letter = make_statement(speaker=speaker, addressees=[chief], when="2020-06", **parts.get(side, {}))
    demand = make_demand([chief])
    raise_demand(demand, letter)
    if side == "on behalf of the speaker":
        make_statement(speaker=chief, on_behalf_of=group, replies_to=letter)
    else:
        make_statement(speaker=chief, replies_to=letter)
    assert standing(demand).state == "not_checked"


def test_a_reply_of_a_letters_addressee_is_an_answer_though_nobody_spoke_for_anybody(demand, letter, chief):
    """Empty “on behalf of” on both sides must not look alike."""
    make_statement(speaker=chief, replies_to=letter)
    assert standing(demand).state == "answered"


# The clock.


def test_the_clock_starts_when_a_statement_first_names_the_addressee(demand, letter, chief):
    late = make_person()
    demand.parties.create(role="addressee", actor=late, position=9)
    renewal = make_statement(addressees=[late], when="2021-04-22")
    raise_demand(demand, renewal)
    first, second = standings([demand], AT)[demand.pk]
    assert (first.asked.isoformat(), second.asked.isoformat()) == ("2020-06", "2021-04-22")
    assert second.waited.words() == "40 days"


def test_where_none_names_the_addressee_it_starts_when_the_demand_was_first_raised(demand):
    late = make_person()
    demand.parties.create(role="addressee", actor=late, position=9)
    assert standings([demand], AT)[demand.pk][1].asked.isoformat() == "2020-06"


def test_a_post_is_asked_when_its_holder_is(post, letter, chief):
    make_membership(chief, post=post, start="2017-08")
    demand = make_demand([post])
    raise_demand(demand, when="2019")
    raise_demand(demand, letter)
    assert standing(demand).asked.isoformat() == "2020-06"


def test_before_the_demand_was_raised_there_is_no_clock(demand):
    found = standing(demand, dt.date(2020, 5, 31))
    assert (found.asked, found.waited, found.waiting) == (None, None, False)


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        ("2021-04-22", "296 to 325 days"),
        ("2020-06-15", "0 to 14 days"),
        ("2020", "0 to 213 days"),
        ("2020-05", "0 days"),
    ],
)
def test_how_long_it_took_is_said_honestly(demand, chief, answered, words):
    answer(demand, speaker=chief, when=answered)
    assert standing(demand).waited.words() == words


def test_an_answer_may_precede_the_demand(demand, chief):
    answer(demand, speaker=chief, when="2019-11")
    found = standing(demand)
    assert (found.state, found.spoke_before, found.waited.words()) == ("answered", True, "0 days")


def test_an_answer_on_the_same_day_took_no_day(chief):
    letter = make_statement(speaker=make_organization(), addressees=[chief], when="2021-04-22")
    demand = make_demand([chief])
    raise_demand(demand, letter)
    answer(demand, speaker=chief, when="2021-04-22", position=2)
    found = standing(demand)
    assert (found.state, found.spoke_before, found.waited.words()) == ("answered", False, "0 days")


def test_the_clock_stops_at_the_first_answer_and_the_latest_leads(demand, chief):
    answer(demand, Stance.ACCEPTS, slug="yes", speaker=chief, when="2020-07-01")
    answer(demand, Stance.REJECTS, slug="no", speaker=chief, when="2021-05-01")
    found = standing(demand)
    assert (slugs(found.answers), found.latest.stance, found.waited.words()) == (
        ["yes", "no"],
        Stance.REJECTS,
        "1 to 30 days",
    )


def test_an_announcement_after_an_answer_does_not_undo_it(demand, chief):
    answer(demand, Stance.REJECTS, speaker=chief, when="2020-07-01")
    answer(demand, Stance.ACKNOWLEDGES, speaker=chief, when="2020-08-01")
    found = standing(demand)
    assert (found.state, found.waited.words(), found.latest.stance) == ("answered", "1 to 30 days", Stance.ACKNOWLEDGES)


def test_answers_of_one_day_follow_their_order_in_the_day(demand, chief):
    answer(demand, Stance.REJECTS, slug="second", speaker=chief, when="2021-04-22", position=2)
    answer(demand, Stance.ACCEPTS, slug="first", speaker=chief, when="2021-04-22", position=1)
    assert slugs(standing(demand).answers) == ["first", "second"]


def test_at_looks_back_in_time(demand, chief):
    check(demand, chief, "2020-09-01")
    answer(demand, Stance.ACKNOWLEDGES, speaker=chief, when="2020-10-01")
    answer(demand, Stance.REJECTS, speaker=chief, when="2021-04-22")
    days = [(2020, 5, 1), (2020, 7, 1), (2020, 9, 1), (2020, 10, 1), (2021, 4, 21), (2021, 4, 22)]
    assert [standing(demand, dt.date(*day)).state for day in days] == [
        "not_checked", "not_checked", "no_answer", "announced", "announced", "answered",
    ]  # fmt: skip


# What is private, and what it costs.


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_a_private_answer_letter_addressee_or_role_changes_nothing(demand, letter, chief, post, put_to_post, state):
    reason = {"withdrawal_reason": "x"} if state == State.WITHDRAWN else {}
    before = standings([demand, put_to_post], AT)
    said = make_statement(speaker=chief, replies_to=letter, state=state, **reason)
    answer(demand, statement=said)
    answer(letter=letter, statement=said)
    private_letter = make_statement(addressees=[chief], when="2019", state=state, **reason)
    raise_demand(demand, private_letter)
    answer(letter=private_letter, speaker=chief, when="2020-08-01")
    nobody = make_person(state=state, **reason)
    demand.parties.create(role="addressee", actor=nobody)
    check(demand, nobody)
    make_membership(nobody, post=post, start="2000")
    answer(put_to_post, speaker=nobody, when="2020-08-01")
    assert standings([demand, put_to_post], AT) == before


def test_a_demand_without_addressees_has_no_standing():
    demand = make_demand([])
    assert standings([demand], AT) == {demand.pk: []}


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
        make_statement(speaker=people[1], replies_to=letter, **given)
        check(demand, people[0])
        demands.append(demand)
    with django_assert_num_queries(10):
        standings(demands, AT)


def test_only_the_latest_answers_are_read_whole_and_all_are_counted(demand, chief):
    for year in (2022, 2023, 2024):
        answer(demand, speaker=chief, when=str(year), stance=Stance.REJECTS if year == 2022 else Stance.PROMISES)
    short = standings([demand], dt.date(2025, 1, 1), history=1)[demand.pk][0]
    assert [one.statement.when.isoformat() for one in short.answers] == ["2024"]
    assert (short.given, short.first.isoformat(), short.latest.stance) == (3, "2022", Stance.PROMISES)
    none = standings([demand], dt.date(2025, 1, 1), history=0)[demand.pk][0]
    assert (none.given, none.state, none.answers, none.latest) == (3, AnswerState.ANSWERED, [], None)
