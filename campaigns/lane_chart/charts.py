"""The lane chart as it is shown: across a wide screen or a sheet of paper, and down a phone, each with its key."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.lane_chart.elements import Chart, Layout, Mark, Silence, in_order
from campaigns.lane_chart.facts import Fact, Family
from campaigns.lane_chart.geometry import chart, months
from campaigns.models import Demand
from campaigns.verdicts import Ruling

__all__ = ["Figure", "Sheet", "figure", "sheet"]

#: Facts from which marks are counted rather than stacked: more would be neither legible nor quick to send.
DENSE = 400
#: Pixels that a mark takes, and from line to line.
MARK, ROW = 16, 18


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart across, in percent and pixels; the same in blocks of columns, in pixels; and what the key explains."""

    at: dt.date
    across: Chart
    down: Sequence[Chart]
    #: One fact of each value that occurs.
    values: Sequence[Fact]
    silences: Sequence[Silence]

    @property
    def marks(self) -> list[Mark]:
        """Every mark of all charts."""
        return [mark for one in (self.across, *self.down) for lane in one.lanes for mark in lane.marks]

    @property
    def others(self) -> bool:
        """Whether somebody answered to whom the demand was not put."""
        return any(mark.other for mark in self.marks)

    @property
    def clusters(self) -> bool:
        """Whether something is counted instead of drawn."""
        return any(mark.count > 1 for mark in self.marks)

    @property
    def vague(self) -> bool:
        """Whether something covers more than a day."""
        return any(mark.vague for mark in self.marks)


def figure(
    demands: Sequence[Demand],
    rulings: Mapping[int, Ruling],
    facts: Sequence[Fact],
    at: dt.date,
    *,
    flipped: bool = False,
) -> Figure:
    """Return both charts. ``flipped`` is for languages that are read from right to left."""
    dense = len(facts) > DENSE
    alone = len(demands) == 1
    # The narrowest plot is 500 pixels wide, so a mark with its margin is 3.4 percent of it.
    rows = 1 if dense else 8 if alone else 4
    across = Layout(100, 6 if dense else 3.4, rows=rows, unit=ROW, flipped=flipped)
    over = months(facts, at)
    wide = chart(demands, rulings, facts, at, across, over)
    length = min(max((over[1] - over[0]).days * 0.3, 160), 1000)
    # Of 320 pixels the axis and the margins leave 250.
    most = 5 if any(fact.family == Family.DONE for fact in facts) else 7
    down = Layout(
        length, 48 if dense else 24, rows=8 if alone else 1, unit=MARK, labels=max(int(length / 44), 1), turned=True
    )
    blocks = -(-len(demands) // most)
    size = -(-len(demands) // blocks) if blocks else 1
    return Figure(
        at,
        wide,
        [chart(demands[n : n + size], rulings, facts, at, down, over) for n in range(0, len(demands), size)],
        in_order(facts),
        [one for one in Silence if any(one == s.silence for lane in wide.lanes for s in lane.stretches)],
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart across in pixels alone, with its key laid out, for a file that stands by itself."""

    at: dt.date
    chart: Chart
    #: Facts and silences, each with its place.
    key: Sequence[tuple[Fact | Silence, int, int]]
    #: Where the chart begins below the key, and the height of the whole.
    top: int
    height: int

    WIDTH, LEFT, PLOT = 1200, 300, 868


def sheet(demands: Sequence[Demand], rulings: Mapping[int, Ruling], facts: Sequence[Fact], at: dt.date) -> Sheet:
    """Return the chart for a newsroom: 1200 pixels wide, as high as it must be."""
    dense = len(facts) > DENSE
    layout = Layout(Sheet.PLOT, 44 if dense else 20, rows=1 if dense else 4, unit=ROW, least=2.5, pad=0.4, labels=14)
    drawn = chart(demands, rulings, facts, at, layout)
    silences = [one for one in Silence if any(one == s.silence for lane in drawn.lanes for s in lane.stretches)]
    explained: list[Fact | Silence] = [*in_order(facts), *silences]
    key = [(one, 24 + n % 6 * 190, 92 + n // 6 * 24) for n, one in enumerate(explained)]
    top = max([y for _, _, y in key], default=68) + 70
    return Sheet(at, drawn, key, top, round(top + drawn.height + 60))
