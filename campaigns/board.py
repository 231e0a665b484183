"""The answer board: the standings of several demands as rows, in the orders that a reader may choose."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from campaigns.answers import AnswerState, Standing
from campaigns.models import Demand

__all__ = ["ORDERS", "longest_waits", "ordered", "unaddressed"]

#: The orders, the first being the demands' own; each with what heads its link.
ORDERS = {
    "demand": _lazy("by demand"),
    "wait": _lazy("the longest without an answer first"),
    "state": _lazy("by answer state"),
    "latest": _lazy("the latest answer first"),
}
_STATES = list(AnswerState)


def _by_wait(standing: Standing) -> tuple[int, int, int]:
    """Who still waits comes first, the longest at the top; then the answered by how long it took; then the unasked."""
    waited = standing.waited
    if waited is None:
        return 2, 0, 0
    return 0 if standing.waiting else 1, -waited.most, -waited.least


def _by_state(standing: Standing) -> int:
    return _STATES.index(standing.state)


def _by_latest(standing: Standing) -> tuple[int, int, int]:
    """The newest answer first; of two dates with one first day the sharper one; whoever has not answered comes last."""
    if standing.latest is None:
        return 1, 0, 0
    when = standing.latest.statement.when
    return 0, -when.first.toordinal(), -when.precision


_KEYS: Mapping[str, Callable[[Standing], Any]] = {"wait": _by_wait, "state": _by_state, "latest": _by_latest}


def ordered(standings: Mapping[int, Sequence[Standing]], order: str = "demand") -> list[Standing]:
    """Return the standings of several demands in one list; rows that are equal in that order stay in the demands'."""
    rows = [standing for group in standings.values() for standing in group]
    return sorted(rows, key=_KEYS[order]) if order in _KEYS else rows


def longest_waits(standings: Mapping[int, Sequence[Standing]]) -> list[Standing]:
    """Return the rows that still wait for an answer, the longest without an answer first."""
    return [standing for standing in ordered(standings, "wait") if standing.waiting]


def unaddressed(demands: Iterable[Demand], standings: Mapping[int, Sequence[Standing]]) -> list[Demand]:
    """Return the demands that nobody on record was asked: they have no row, and are named beneath the board."""
    return [demand for demand in demands if not standings[demand.pk]]
