"""What the lane chart is made of: layouts, ticks, marks, stretches, lanes; plain values without a query."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.lane_chart.facts import Fact, Family
from campaigns.models import Demand, Stance, Status
from campaigns.verdicts import AnswerState, Verdict, Whose

__all__ = ["Chart", "Lane", "Layout", "Mark", "Silence", "Stretch", "Tick", "in_order"]

_ORDER = [*Stance.values, "", *Status.values]


class Silence(StrEnum):
    """Why a stretch of an open question is quiet."""

    WAITED = "waited"
    NO_ANSWER = "no_answer"
    ANNOUNCED = "announced"
    REPLIED = "replied"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a chart is to be drawn. ``length`` and ``slot``, what a mark takes along the lane, are in one unit."""

    length: float
    slot: float
    #: Marks of one family that may stand on each other before they are counted instead.
    rows: int = 1
    unit: float = 1.0
    #: Rows that a lane has at least, and what is left free above them.
    least: float = 0
    pad: float = 0
    labels: int = 10
    #: Time runs down: the lanes are columns, all equally wide, what was done on their left.
    turned: bool = False
    #: Time runs from right to left.
    flipped: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month; ``year`` and ``month`` say what of it is written there: both, one, or nothing."""

    day: dt.date
    at: float
    year: bool = False
    month: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact, or several of one family that are too close to stand apart; ``start`` to ``stop`` is what they cover."""

    facts: Sequence[Fact]
    at: float
    start: float
    stop: float
    row: int = 0
    across: float = 0
    #: Whose words it is, where it is not the addressees': somebody else's answer is marked as one.
    other: Whose | None = None
    #: The first time that the demand was raised.
    first: bool = False

    @property
    def fact(self) -> Fact:
        """The first of them."""
        return self.facts[0]

    @property
    def count(self) -> int:
        """How many things on record it stands for."""
        return sum(fact.number for fact in self.facts)

    @property
    def parts(self) -> list[tuple[Fact, int, int]]:
        """For each value: a fact that has it, how many have it, and how many of other values stand before."""
        counts = Counter[str]()
        for fact in self.facts:
            counts[fact.value] += fact.number
        some = in_order(self.facts)
        return [(fact, counts[fact.value], sum(counts[f.value] for f in some[:n])) for n, fact in enumerate(some)]

    @property
    def value(self) -> str:
        """The value that all share; “mixed” where they differ."""
        return "mixed" if len({fact.value for fact in self.facts}) > 1 else self.fact.value

    @property
    def last(self) -> Fact:
        """The one that may have been last."""
        return max(self.facts, key=lambda fact: fact.last)

    @property
    def vague(self) -> bool:
        """Whether it covers more than one day."""
        return self.fact.when.first != self.last.last


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a question was open: no more of it than is certain."""

    silence: Silence
    start: float
    stop: float
    across: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Lane:
    """A demand's marks, in the order of the record, and each addressee's stretches around its ``line``."""

    demand: Demand
    marks: Sequence[Mark]
    stretches: Sequence[Stretch]
    verdicts: Sequence[Verdict]
    line: float
    top: float
    height: float

    @property
    def answered(self) -> int:
        """How many of the addressees took a position that stands."""
        return sum(verdict.state == AnswerState.ANSWERED for verdict in self.verdicts)

    @property
    def within(self) -> int:
        """For how many of these only somebody from within did."""
        return sum(verdict.state == AnswerState.ANSWERED and verdict.within for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Chart:
    """Lanes beside each other over one axis of whole months."""

    first: dt.date
    last: dt.date
    ticks: Sequence[Tick]
    today: float
    lanes: Sequence[Lane]
    layout: Layout
    height: float


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    """Return one fact of each value, in the order of the vocabulary."""
    some = {(fact.family, fact.value): fact for fact in facts}.values()
    return sorted(some, key=lambda fact: (list(Family).index(fact.family), _ORDER.index(fact.value)))
