"""The lane chart: what is on record about each demand, where each mark of it stands, and the charts that are shown."""

from campaigns.lane_chart.charts import Figure, Sheet, figure, sheet
from campaigns.lane_chart.elements import Chart, Lane, Layout, Mark, Silence, Stretch, Tick
from campaigns.lane_chart.facts import Fact, Family, facts
from campaigns.lane_chart.geometry import chart

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
