"""Paging: the window of a timeline and the slice of a list that an address asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest

from campaigns.text.numbers import as_number
from campaigns.timeline.stream import Key, Stream, Window

__all__ = ["Slice", "cursor", "slice_after", "window_of"]

R = TypeVar("R", bound=Model)


T = TypeVar("T")


def cursor(request: HttpRequest, name: str) -> Key | None:
    """Return the key that a paging link carries; None where it is absent or was not made here."""
    try:
        return Key.parse(request.GET.get(name, ""))
    except ValueError:
        return None


def window_of(request: HttpRequest, stream: Stream, limit: int, *, oldest_first: bool) -> Window:
    """Return the window that a link asks for (``after``, ``before``, ``at``), else the first in reading order."""
    after, before, at = cursor(request, "after"), cursor(request, "before"), cursor(request, "at")
    if at and not (after or before):
        return stream.around(at, limit, newest_first=not oldest_first)
    if after or (oldest_first and not before):
        return stream.oldest(limit, after)
    return stream.newest(limit, before)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some consecutive rows of a list; ``more`` is what the address takes to go on, ``before`` the row before them."""

    rows: list[T]
    more: int | None = None
    before: T | None = None

    @property
    def begun(self) -> bool:
        """Whether there are rows before these."""
        return self.before is not None


def slice_after(
    request: HttpRequest, rows: "QuerySet[R]", order: Sequence[str], limit: int = 100, *, parameter: str = "after"
) -> Slice[R]:
    """Return the rows after the one whose pk the address names; the first where it names none of these rows.

    ``order`` is like ``order_by``'s and ends with the pk; empty values stand last. The cost does not depend on how far
    back the slice lies, and a row that may not be shown is as unknown as one that never was. ``parameter`` tells
    several lists of one page apart.
    """
    pk = as_number(request.GET.get(parameter))
    last = None if pk is None else rows.filter(pk=pk).first()
    beyond, same, ordering = Q(pk__in=[]), Q(), []
    for column in order:
        name = column.removeprefix("-")
        nullable = rows.model._meta.get_field(name).null if "__" not in name and name != "pk" else False
        empty_last = {"nulls_last": True} if nullable else {}
        ordering.append(F(name).desc(**empty_last) if column != name else F(name).asc(**empty_last))
        value = reduce(lambda row, part: getattr(row, part, None), name.split("__"), last)
        if value is None:
            same &= Q(**{f"{name}__isnull": True})
            continue
        further = Q(**{f"{name}__{'lt' if column != name else 'gt'}": value})
        beyond |= same & (further | Q(**{f"{name}__isnull": True}) if nullable else further)
        same &= Q(**{name: value})
    found = list((rows.filter(beyond) if last else rows).order_by(*ordering)[: limit + 1])
    return Slice(found[:limit], found[limit - 1].pk if len(found) > limit else None, last)


def slice_from(request: HttpRequest, rows: Sequence[T], limit: int) -> Slice[T]:
    """Return the rows after as many as the address says in ``after``; the first where it says nothing of use.

    For rows that were computed and are all at hand; those of a table have `slice_after`.
    """
    start = as_number(request.GET.get("after")) or 0
    start = start if start < len(rows) else 0
    end = start + limit
    return Slice(list(rows[start:end]), end if end < len(rows) else None, rows[start - 1] if start else None)
