"""What verdicts add up to: each demand once, done before said; the rows of the board and their orders; who asks."""

import datetime as dt

import pytest

from campaigns.models import Classification, Stance, Status, nested
from campaigns.verdicts import AnswerState, longest_silences, ordered, rulings, tally, unaddressed, who_asks
from tests.factories import (
    answer,
    check,
    make_demand,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

AT = dt.date(2022, 1, 1)


def asked(name: str, when: str, **fields):
    """A demand on one person, put to that person by a letter."""
    who = make_person(name=name)
    demand = make_demand([who], slug=name, **fields)
    if when:
        raise_demand(demand, make_statement(addressees=[who], when=when))
    return demand, who


@pytest.fixture
def found():
    """Demands on one person each, one on nobody: slow, quick, looked, searched, early, announced, unraised."""
    dates = {"slow": "2021-01-01", "quick": "2021-06-01", "looked": "2021-03-01", "searched": "2021-02-01"}
    dates |= {"early": "2020", "announced": "2021-05", "unraised": ""}
    made = {name: asked(name, when, position=n) for n, (name, when) in enumerate(dates.items())}
    answer(made["slow"][0], speaker=made["slow"][1], when="2021-12-01")
    answer(made["quick"][0], speaker=made["quick"][1], when="2021-06-02")
    answer(made["announced"][0], Stance.ACKNOWLEDGES, speaker=made["announced"][1], when="2021-07")
    check(*made["looked"], "2021-05-03")
    check(*made["searched"], "2021-02-03")
    demands = [*(demand for demand, _who in made.values()), make_demand(slug="alone", position=9)]
    return demands, rulings(demands, AT)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("demand", ["slow", "quick", "looked", "searched", "early", "announced", "unraised"]),
        ("wait", ["looked", "searched", "early", "announced", "slow", "quick", "unraised"]),
        ("state", ["slow", "quick", "announced", "looked", "searched", "early", "unraised"]),
        ("latest", ["slow", "announced", "quick", "looked", "searched", "early", "unraised"]),
    ],
)
def test_each_order_keeps_every_row(found, order, names):
    assert [verdict.addressee.name for verdict in ordered(found[1], order)] == names


def test_the_longest_wait_is_shown_only_among_claimed_silences(found):
    silences = longest_silences(found[1])
    assert [(one.addressee.name, one.silence.words()) for one in silences] == [
        ("looked", "63 days"),
        ("searched", "2 days"),
    ]
    assert tally(found[1]).longest == silences[0]


def test_a_silence_that_ended_or_was_never_put_to_anybody_is_none():
    demand, who = asked("left", "2021-01-01")
    check(demand, who, "2021-03-01")
    make_membership(who, make_organization(classification=Classification.GOVERNMENT), end="2021-06")
    public = make_demand([make_person()])
    raise_demand(public, when="2020")
    check(public, public.parties.get().actor, "2021-03-01")
    found = rulings([demand, public], AT)
    assert (longest_silences(found), tally(found).longest) == ([], None)


def test_a_demand_that_is_put_to_nobody_is_not_lost(found):
    assert [demand.slug for demand in unaddressed(*found)] == ["alone"]


def test_a_demand_counts_once_by_the_best_of_its_addressees():
    yes, no = make_person(), make_person()
    demand = make_demand([yes, no])
    raise_demand(demand, make_statement(addressees=[yes, no], when="2020"))
    answer(demand, Stance.ACCEPTS, speaker=yes)
    later = make_demand([yes])
    raise_demand(later, when="2023")
    counted = tally(rulings([demand, later], AT))
    assert (counted.demands, dict(counted.states)) == (1, {AnswerState.ANSWERED: 1})


def test_what_was_done_is_counted_by_the_current_outcome():
    done, nothing = make_demand(), make_demand()
    for demand in (done, nothing):
        raise_demand(demand, when="2020")
    make_outcome(done, status=Status.DONE, when="2021-01")
    make_outcome(done, status=Status.REVERSED, when="2021-02")
    counted = tally(rulings([done, nothing], AT))
    assert dict(counted.outcomes) == {Status.REVERSED: 1, None: 1}
    assert counted.done_words == "1 reversed, 1 with nothing on record"


def test_what_is_answered_only_from_within_stands_beside_the_number():
    town = make_organization(classification=Classification.GOVERNMENT)
    part = make_organization(classification=Classification.GOVERNMENT, parent=town)
    demand = make_demand([town])
    raise_demand(demand, when="2020")
    answer(demand, speaker=part)
    counted = tally(rulings([demand], AT))
    assert (counted.within, counted.said_words) == (1, "1 with a position (1 only by people of those asked)")


def test_what_ended_is_not_counted_as_to_be_looked_up():
    town = make_organization()
    closed, waiting = make_demand([town]), make_demand([town])
    for demand in (closed, waiting):
        raise_demand(demand, when="2020")
    make_outcome(closed, status=Status.WITHDRAWN, when="2021-01")
    counted = tally(rulings([closed, waiting], AT))
    assert (counted.lapsed, counted.states[AnswerState.NOT_CHECKED]) == (1, 2)
    assert counted.said_words == "1 not looked up yet, 1 ended before anybody looked"


def test_one_remark_about_one_letter_counts_once():
    mayor, group = make_person(), make_organization()
    letter = make_statement(speaker=group, addressees=[mayor], when="2020")
    demands = [make_demand([mayor]) for _ in range(3)]
    for demand in demands:
        raise_demand(demand, letter)
    reply = make_statement(speaker=mayor, replies_to=letter)
    ((remark, covered),) = tally(rulings(demands, AT)).remarks
    assert (remark.statement, covered) == (reply, 3)


def test_parts_are_counted_and_stand_under_their_demand():
    other, whole = make_demand(position=1), make_demand(position=3)
    part = make_demand(position=2, parent=whole)
    for demand in (other, whole, part):
        raise_demand(demand, when="2020")
    assert tally(rulings([other, part, whole], AT)).parts == 1
    assert nested([other, part, whole]) == [(other, False), (whole, False), (part, True)]


def test_who_asks_is_in_whose_name_it_was_raised_and_a_coalition_stands_once():
    mayor, spokeswoman, alone = make_person(), make_person(), make_person(name="Alone")
    member, umbrella = make_organization(name="Member"), make_organization(name="Umbrella")
    national = make_organization(name="National")
    member.parent = national
    member.save()
    make_membership(member, umbrella)
    demand = make_demand([mayor])
    letter = make_statement(speaker=spokeswoman, on_behalf_of=umbrella, signatories=[member], when="2020")
    raise_demand(demand, letter)
    raise_demand(demand, make_statement(speaker=alone, when="2021"))
    raise_demand(demand, make_statement(speaker=national, when="2023"))
    named = [(actor.name, [one.name for one in members]) for actor, members in who_asks(rulings([demand], AT))]
    assert named == [("Umbrella", ["Member"]), ("Alone", [])]
