"""Where everything in the lane chart stands: computing on plain values; no SVG, no HTML, no query.

Along a lane a position runs from 0 to the chart's ``length``, in whatever unit the caller draws in; across it, from 0,
in rows of ``unit``. A partial date is a span, and its mark stands in the middle. What would overlap is stacked, and
counted where the stack would grow too high: nothing is left out, the counts add up.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from campaigns.lane_chart.elements import Chart, Lane, Layout, Mark, Silence, Stretch, Tick
from campaigns.lane_chart.facts import Fact, Family
from campaigns.models import Demand, PartialDate, Precision
from campaigns.verdicts import AnswerState, Ruling, Verdict, Whose

__all__ = ["chart", "months"]

#: Months from label to label: the first of these that leaves room for the words.
STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000)


def chart(
    demands: Sequence[Demand],
    rulings: Mapping[int, Ruling],
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
        lane = _lane(rulings[demand.pk], by_demand[demand.pk], at, axis, top, done)
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
    ruling: Ruling,
    facts: Sequence[Fact],
    at: dt.date,
    axis: _Axis,
    top: float,
    done: bool,
) -> Lane:
    layout = axis.layout
    verdicts = ruling.verdicts
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
            other=_other(mark.facts, ruling) if verdicts and family == Family.SAID else None,
            first=family == Family.RAISED and mark is found[0],
        )
        for family, found in families.items()
        for mark in found
    ]
    gap = min(0.2, 0.9 / max(len(verdicts), 1))
    stretches = [
        Stretch(
            silence, *axis.span(begin, end), across(lines[Family.RAISED] + (n - (len(verdicts) - 1) / 2) * gap), one
        )
        for n, one in enumerate(verdicts)
        for silence, begin, end in _silences(one, at)
    ]
    marks.sort(key=lambda mark: mark.fact.key)
    return Lane(ruling.demand, marks, stretches, verdicts, across(lines[Family.RAISED]), top, height * layout.unit)


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


def _other(facts: Sequence[Fact], ruling: Ruling) -> Whose | None:
    """Return whose words these all are, where none is an addressee's; what was taken back is in no ruling."""
    found = [ruling.whose.get(fact.pk, Whose.OWN) for fact in facts]
    others = (Whose.ABOVE, Whose.DECIDES, Whose.NOT_ADDRESSED)
    return found[0] if all(whose in others for whose in found) else None


#: Words after which a question stays open, and how the line runs on behind them.
_AFTER = {
    AnswerState.REPLIED: Silence.REPLIED,
    AnswerState.DECLINED: Silence.REPLIED,
    AnswerState.ANNOUNCED: Silence.ANNOUNCED,
}


def _silences(verdict: Verdict, at: dt.date) -> Iterator[tuple[Silence, dt.date, dt.date]]:
    """Yield why the addressee was not heard, from when, and to the day on which that ends.

    A question that may have been put on any day of a month is drawn from its last one.
    """
    answered = verdict.finding.answered
    begun = answered[0] if answered else verdict.opened
    if begun is None:
        return
    asked = min(begun.last, at)
    end = min(verdict.ended.when.last, at) if verdict.ended else at
    word = verdict.word.statement.when.last if verdict.word else verdict.finding.reported
    turns: list[tuple[Silence, dt.date]]
    if answered:
        turns = [(Silence.WAITED, answered[1].first)]
    elif verdict.state in _AFTER and word:
        said = word if isinstance(word, dt.date) else word.last
        turns = [(Silence.WAITED, min(said, end)), (_AFTER[verdict.state], end)]
    else:
        looked = verdict.silent_until.last if verdict.silent_until else asked
        turns = [(Silence.NO_ANSWER, min(looked, end)), (Silence.NOT_CHECKED, end)]
    for silence, until in turns:
        if until > asked:
            yield silence, asked, until
            asked = until
