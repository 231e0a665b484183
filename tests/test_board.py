"""The rows of the answer board and their orders."""

import datetime as dt

import pytest

from campaigns.answers import standings
from campaigns.board import longest_waits, ordered, unaddressed
from campaigns.models import Stance
from tests.factories import answer, check, make_demand, make_person, raise_demand

pytestmark = pytest.mark.django_db

AT = dt.date(2022, 1, 1)


@pytest.fixture
def found():
    """Five demands on one person each, one on nobody: slow, quick, checked, early, announced, unraised."""
    demands = {}
    for position, name in enumerate(("slow", "quick", "checked", "early", "announced", "unraised")):
        demands[name] = make_demand([make_person(name=name)], slug=name, position=position)
    alone = make_demand(slug="alone", position=9)
    for name, when in {"slow": "2021-01-01", "quick": "2021-06-01", "checked": "2021-03-01"}.items():
        raise_demand(demands[name], when=when)
    raise_demand(demands["early"], when="2020")
    raise_demand(demands["announced"], when="2021-05")
    for name, when in {"slow": "2021-12-01", "quick": "2021-06-02"}.items():
        answer(demands[name], speaker=demands[name].parties.get().actor, when=when)
    answer(demands["announced"], Stance.ACKNOWLEDGES, speaker=demands["announced"].parties.get().actor, when="2021-07")
    check(demands["checked"], demands["checked"].parties.get().actor)
    return [*demands.values(), alone], standings([*demands.values(), alone], AT)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("demand", ["slow", "quick", "checked", "early", "announced", "unraised"]),
        ("wait", ["early", "checked", "announced", "slow", "quick", "unraised"]),
        ("state", ["early", "unraised", "checked", "announced", "slow", "quick"]),
        ("latest", ["slow", "announced", "quick", "checked", "early", "unraised"]),
    ],
)
def test_each_order_keeps_every_row(found, order, names):
    assert [standing.addressee.name for standing in ordered(found[1], order)] == names


def test_who_waits_is_listed_without_who_has_answered_and_what_was_never_raised(found):
    assert [standing.addressee.name for standing in longest_waits(found[1])] == ["early", "checked", "announced"]


def test_of_two_equally_old_questions_the_surer_one_leads():
    vague, sure = make_demand([make_person(name="vague")]), make_demand([make_person(name="sure")])
    raise_demand(vague, when="2021-03")
    raise_demand(sure, when="2021-03-01")
    assert [standing.addressee.name for standing in longest_waits(standings([vague, sure], AT))] == ["sure", "vague"]


def test_a_demand_that_nobody_was_asked_is_not_lost(found):
    assert [demand.slug for demand in unaddressed(*found)] == ["alone"]
