"""Where everything in the lane chart stands: computing on plain values; no SVG, no HTML, no query.

Along a lane a position runs from 0 to the chart's ``length``, in whatever unit the caller draws in; across it, from 0,
in rows of ``unit``. A partial date is a span, and its mark stands in the middle. What would overlap is stacked, and
counted where the stack would grow too high: nothing is left out, the counts add up.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from campaigns.answers import Standing
from campaigns.lanes.reading import Fact, Family
from campaigns.lanes.shapes import Chart, Lane, Layout, Mark, Silence, Stretch, Tick
from campaigns.models import Demand, PartialDate, Precision, Stance

__all__ = ["chart", "months"]

#: Months from label to label: the first of these that leaves room for the words.
STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)


def chart(
    demands: Sequence[Demand],
    standings: Mapping[int, Sequence[Standing]],
    facts: Sequence[Fact],
    at: dt.date,
    layout: Layout,
    over: tuple[dt.date, dt.date] | None = None,
) -> Chart:
    """Return a lane for each demand, in their order; a demand of which nothing is on record has an empty one.

    The axis is ``over`` the months between two days, so that several charts can share one; as a rule over the facts'.
    """
    first, last = over or months(facts, at)
    axis = _Axis(first, last, layout)
    done = any(fact.family == Family.DONE for fact in facts)
    by_demand = defaultdict[int, list[Fact]](list)
    for fact in facts:
        by_demand[fact.demand].append(fact)
    lanes: list[Lane] = []
    top = 0.0
    for demand in demands:
        lane = _lane(demand, standings.get(demand.pk, ()), by_demand[demand.pk], at, axis, top, done)
        lanes.append(lane)
        top += lane.height
    return Chart(first, last, axis.ticks(), axis.place(at, 0.5), lanes, layout, top)


def months(facts: Sequence[Fact], at: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the months from the first fact to today, or to what may lie after it."""
    first = min([at, *(fact.when.first for fact in facts)])
    last = max([at, *(fact.last for fact in facts)])
    return first.replace(day=1), PartialDate.of(last, Precision.MONTH).last


class _Axis:
    """Days to positions. Half a slot is left free at both ends, so that a mark lies inside even on the first day."""

    def __init__(self, first: dt.date, last: dt.date, layout: Layout) -> None:
        self.first, self.last, self.layout = first, last, layout
        self.scale = (layout.length - layout.slot) / ((last - first).days + 1)

    def place(self, day: dt.date, part: float = 0) -> float:
        at = self.layout.slot / 2 + ((day - self.first).days + part) * self.scale
        return round(self.layout.length - at if self.layout.flipped else at, 3)

    def span(self, first: dt.date, last: dt.date) -> tuple[float, float]:
        ends = self.place(first), self.place(last, 1)
        return min(ends), max(ends)

    def ticks(self) -> list[Tick]:
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        n = next(n for n, step in enumerate(STEPS) if count <= step * self.layout.labels)
        step, minor = STEPS[n], STEPS[max(n - 1, 0)]
        begin = self.first.year * 12 + self.first.month - 1
        ticks: list[Tick] = []
        for month in range(begin, begin + count):
            year, january, labelled = month // 12, month % 12 == 0, month % step == 0
            start = month == begin and -month % step * 2 >= step  # nothing labelled follows too closely
            if labelled or start or month % minor == 0:
                named, day = start or labelled, dt.date(year, month % 12 + 1, 1)
                first_named = named and not any(tick.year for tick in ticks)
                ticks.append(
                    Tick(day, self.place(day), first_named or (named and january), named and not january and step < 12)
                )
        return ticks


def _lane(
    demand: Demand,
    standings: Sequence[Standing],
    facts: Sequence[Fact],
    at: dt.date,
    axis: _Axis,
    top: float,
    done: bool,
) -> Lane:
    layout = axis.layout
    own = {answer.statement.pk for standing in standings for answer in standing.answers}
    anybody = not standings  # where nobody is on record as asked, nobody is marked as not asked
    families = {family: _arranged([f for f in facts if f.family == family], axis) for family in Family}
    said = layout.rows if layout.turned else max([mark.row + 1 for mark in families[Family.SAID]], default=0)
    under = done if layout.turned else bool(families[Family.DONE])
    height = max(said + 1 + under, layout.least) + layout.pad
    lines = {Family.RAISED: height - under - 0.5, Family.SAID: height - under - 1.5, Family.DONE: height - 0.5}

    def across(row: float) -> float:
        return round((height - row if layout.turned else row) * layout.unit, 3)

    marks = [
        replace(
            mark,
            across=across(lines[family] - mark.row),
            own=anybody or family != Family.SAID or any(fact.pk in own for fact in mark.facts),
            first=family == Family.RAISED and mark is found[0],
        )
        for family, found in families.items()
        for mark in found
    ]
    gap = min(0.2, 0.9 / max(len(standings), 1))
    stretches = [
        Stretch(
            silence, *axis.span(begin, end), across(lines[Family.RAISED] + (n - (len(standings) - 1) / 2) * gap), one
        )
        for n, one in enumerate(standings)
        for silence, begin, end in _silences(one, at)
    ]
    marks.sort(key=lambda mark: mark.fact.key)
    return Lane(demand, marks, stretches, standings, across(lines[Family.RAISED]), top, height * layout.unit)


def _arranged(facts: Sequence[Fact], axis: _Axis) -> list[Mark]:
    """Return the marks of one family in the order of their places, each with its row."""
    slot = axis.layout.slot
    rows = axis.layout.rows if facts and facts[0].family == Family.SAID else 1
    marks = sorted((_mark([fact], axis) for fact in facts), key=lambda mark: mark.at)
    arranged: list[Mark] = []
    for crowd in _crowds(marks, slot):
        ends: list[float] = []
        stacked = []
        for mark in crowd:
            row = next((n for n, end in enumerate(ends) if mark.at - end >= slot), len(ends))
            ends[row : row + 1] = [mark.at]
            stacked.append(replace(mark, row=row))
        arranged += stacked if len(ends) <= rows else _counted(crowd, axis)
    return arranged


def _crowds(marks: Sequence[Mark], slot: float) -> Iterator[list[Mark]]:
    """Yield the runs in which each mark stands closer than a slot to the one before it."""
    crowd: list[Mark] = []
    for mark in marks:
        if crowd and mark.at - crowd[-1].at >= slot:
            yield crowd
            crowd = []
        crowd.append(mark)
    if crowd:
        yield crowd


def _counted(crowd: Sequence[Mark], axis: _Axis) -> Iterator[Mark]:
    """Yield clusters in the middle of what they count, at least a slot apart.

    A cluster's middle only moves away from the cluster before it, and what begins the next is a slot beyond it.
    """
    group: list[Mark] = []
    for mark in crowd:
        if group and mark.at - sum(m.at for m in group) / len(group) >= axis.layout.slot:
            yield _cluster(group, axis)
            group = []
        group.append(mark)
    yield _cluster(group, axis)


def _cluster(group: Sequence[Mark], axis: _Axis) -> Mark:
    facts = sorted((fact for mark in group for fact in mark.facts), key=lambda fact: fact.key)
    return replace(_mark(facts, axis), at=round(sum(mark.at for mark in group) / len(group), 3))


def _mark(facts: Sequence[Fact], axis: _Axis) -> Mark:
    start, stop = axis.span(min(fact.when.first for fact in facts), max(fact.last for fact in facts))
    return Mark(facts, round((start + stop) / 2, 3), start, stop)


def _silences(standing: Standing, at: dt.date) -> Iterator[tuple[Silence, dt.date, dt.date]]:
    """Yield why the addressee was not heard, from when, and to the day on which that ends.

    A clock that may have started on any day of a month is drawn from its last one.
    """
    if standing.asked is None:
        return
    asked = min(standing.asked.last, at)
    real = (answer for answer in standing.answers if answer.stance != Stance.ACKNOWLEDGES)
    answered = next((answer.statement.when.first for answer in real), None)
    announced = standing.answers[0].statement.when.last if standing.answers else None
    turns: list[tuple[Silence, dt.date]]
    if answered is not None:
        turns = [(Silence.WAITED, min(announced or answered, answered)), (Silence.ANNOUNCED, answered)]
    elif announced is not None:
        turns = [(Silence.WAITED, announced), (Silence.ANNOUNCED, at)]
    else:
        turns = [(Silence.NO_ANSWER, standing.last_check or asked), (Silence.NOT_CHECKED, at)]
    for silence, until in turns:
        if until > asked:
            yield silence, asked, until
            asked = until
