"""The lane chart: what is on record about each demand, where each mark of it stands, and the charts that are shown."""

from campaigns.lanes.figures import Figure, Sheet, figure, sheet
from campaigns.lanes.geometry import chart
from campaigns.lanes.reading import Fact, Family, facts
from campaigns.lanes.shapes import Chart, Lane, Layout, Mark, Silence, Stretch, Tick

__all__ = [
    "Chart",
    "Fact",
    "Family",
    "Figure",
    "Lane",
    "Layout",
    "Mark",
    "Sheet",
    "Silence",
    "Stretch",
    "Tick",
    "chart",
    "facts",
    "figure",
    "sheet",
]
