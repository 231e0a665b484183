"""The answer board: the verdicts on several demands as rows, in the orders that a reader may choose."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import Demand
from campaigns.verdicts.facts import AnswerState
from campaigns.verdicts.verdict import Ruling, Verdict

__all__ = ["ORDERS", "longest_silences", "ordered", "unaddressed"]

#: The orders, the first being the demands' own; each with what heads its link.
ORDERS = {
    "demand": _lazy("by demand"),
    "wait": _lazy("the longest silence first"),
    "state": _lazy("by answer state"),
    "latest": _lazy("the latest answer first"),
}
_STATES = list(AnswerState)


def _by_wait(verdict: Verdict) -> tuple[int, int, int]:
    """Claimed silences come first, the longest at the top; then other open questions; then the answered; then ended."""
    if verdict.silence is not None:
        return 0, -verdict.silence.most, -verdict.silence.least
    if verdict.opened is not None and verdict.open:
        return 1, verdict.opened.first.toordinal(), verdict.opened.precision
    if verdict.took is not None:
        return 2, -verdict.took.most, -verdict.took.least
    return 3, 0, 0


def _by_state(verdict: Verdict) -> int:
    return _STATES.index(verdict.state)


def _by_latest(verdict: Verdict) -> tuple[int, int, int]:
    """The newest answer first; of two dates with one first day the sharper one; whoever has not answered comes last."""
    if not verdict.answers:
        return 1, 0, 0
    when = verdict.answers[-1].statement.when
    return 0, -when.first.toordinal(), -when.precision


_KEYS: Mapping[str, Callable[[Verdict], Any]] = {"wait": _by_wait, "state": _by_state, "latest": _by_latest}


def ordered(found: Mapping[int, Ruling], order: str = "demand") -> list[Verdict]:
    """Return the verdicts on several demands in one list; rows that are equal in that order stay in the demands'."""
    rows = [verdict for ruling in found.values() for verdict in ruling.verdicts]
    return sorted(rows, key=_KEYS[order]) if order in _KEYS else rows


def longest_silences(found: Mapping[int, Ruling]) -> list[Verdict]:
    """Return the claimed silences, the longest first."""
    return [verdict for verdict in ordered(found, "wait") if verdict.silence is not None]


def unaddressed(demands: Iterable[Demand], found: Mapping[int, Ruling]) -> list[Demand]:
    """Return the demands that are put to nobody on record: they have no row, and are named beneath the board."""
    return [demand for demand in demands if not found[demand.pk].verdicts]
