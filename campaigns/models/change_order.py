"""The order of the changes of a record, by the serials that the database gave its versions and never by the clock."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import models

__all__ = ["Together", "in_order"]

Model = type[models.Model]


@dataclass(slots=True)
class Together:
    """The versions that were written in one go, by row; those of one row oldest first."""

    at: datetime
    rows: dict[tuple[Model, int], list[Any]] = field(default_factory=dict)
    #: The last serial in each table.
    last: dict[Model, int] = field(default_factory=dict)

    @property
    def serial(self) -> str:
        """Name the change by one of its versions, which stays whatever is written later."""
        return min(self.serials)

    @property
    def serials(self) -> set[str]:
        """Return the names of all versions."""
        return {
            f"{model._meta.model_name}-{version.history_id}"
            for (model, _pk), versions in self.rows.items()
            for version in versions
        }


def in_order(rows: dict[tuple[Model, int], list[Any]]) -> list[Together]:
    """Return what was written together, oldest first, whatever the clock said meanwhile.

    Written together is what has one moment and one author. Two changes that wrote to the same table come in the order
    of its serials. The clock decides only between two that have no table in common, as where two rows of two kinds
    were changed on their own pages: a form that is saved with its links writes to the record's own table as well.
    """
    found: dict[Any, Together] = {}
    for (model, pk), versions in rows.items():
        for version in versions:
            one = found.setdefault((version.history_date, version.history_user_id or 0), Together(version.history_date))
            one.rows.setdefault((model, pk), []).append(version)
            one.last[model] = max(one.last.get(model, 0), version.history_id)
    return [found[key] for key in _sorted(found)]


def _sorted(found: dict[Any, Together]) -> Iterable[Any]:
    """Yield the keys so that in every table the serials rise; of those that may come next the earliest moment first."""
    after: dict[Any, set[Any]] = {key: set() for key in found}
    waits = dict.fromkeys(found, 0)
    for model in {model for one in found.values() for model in one.last}:
        line = sorted((key for key in found if model in found[key].last), key=lambda key: found[key].last[model])
        for key, follower in pairwise(line):
            if follower not in after[key]:
                after[key].add(follower)
                waits[follower] += 1
    ready = [key for key, number in waits.items() if not number]
    heapq.heapify(ready)
    while waits:
        # Two that wrote at once to two tables, each first to one of them, wait for each other: the earlier one goes.
        key = heapq.heappop(ready) if ready else min(waits)
        if waits.pop(key, None) is None:
            continue
        yield key
        for follower in after[key] & waits.keys():
            waits[follower] -= 1
            if not waits[follower]:
                heapq.heappush(ready, follower)
