"""What each row of the record would say had one account not written to it; read from the versions, field by field."""

from collections.abc import Container, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.db import models

from campaigns.models import Partial, Publishable, history_of

__all__ = ["UNTOUCHED", "Key", "Later", "Row", "rows_of"]

#: A row: its table and its primary key.
Key = tuple[type[models.Model], int]
#: Columns that follow from the others, or only count.
UNTOUCHED = {"id", "version", "updated_at", "folded_name"}


class Later(NamedTuple):
    """A field that somebody else changed after the account: the version before the account's, and the other's."""

    before: Any
    by: Any


@cache
def fields_of(model: type[models.Model]) -> dict[str, tuple[str, ...]]:
    """Return by field the columns that make sense together only: a date and its precision, a state and its reason."""
    partials = {name: value for name, value in vars(model).items() if isinstance(value, Partial)}
    found: dict[str, tuple[str, ...]] = {name: (one.date, one.precision) for name, one in partials.items()}
    if issubclass(model, Publishable):
        found["state"] = ("state", "withdrawal_reason")
    taken = {column for columns in found.values() for column in columns}
    for column in model._meta.concrete_fields:
        if column.name not in taken | UNTOUCHED:
            found[column.name] = (column.attname,)
    return found


class Row:
    """One row: what it says now, and what it would say without what the account did."""

    def __init__(self, model: type[models.Model], versions: list[Any], theirs: Container[int]) -> None:
        """Follow the versions, the oldest first; ``theirs`` are the keys of those that the account wrote."""
        self.key: Key = model, versions[-1].id
        self.newest = versions[-1]
        #: By field; None where the row is not there, or would not be.
        self.now: dict[str, Any] | None = None
        self.good: dict[str, Any] | None = None
        #: The first change by somebody else of a row that is there only because of the account.
        self.used: Any = None
        #: By field, the version that its good value is from.
        self.good_from: dict[str, Any] = {}
        self._later: dict[str, Later] = {}
        before: dict[str, Any] = {}
        last: Any = None
        for version in versions:
            then: dict[str, Any] | None = self.now
            now = self._said(version)
            changed: list[str] = [name for name in now if then[name] != now[name]] if then and now else []
            if version.history_id in theirs:
                before |= {name: last for name in changed if name not in before}
            elif then is None or now is None:
                self.good, self.used = now, None
                self.good_from = dict.fromkeys(now or (), version)
            elif self.good is None:
                self.used = self.used or (version if changed else None)
            else:
                self.good = self.good | {name: now[name] for name in changed}
                self.good_from |= dict.fromkeys(changed, version)
                self._later |= {name: Later(before[name], version) for name in changed if name in before}
            self.now, last = now, version

    def _said(self, version: Any) -> dict[str, Any] | None:
        if version.history_type == "-":
            return None
        fields = fields_of(self.key[0])
        return {name: tuple(getattr(version, column) for column in columns) for name, columns in fields.items()}

    @property
    def made(self) -> bool:
        """Whether it is there only because of the account."""
        return self.good is None and self.now is not None

    @property
    def changed(self) -> list[str]:
        """The fields that the account left other than they would be; one without a name where the row itself is it."""
        if self.good is None or self.now is None:
            return [] if self.good is self.now else [""]
        return [name for name, value in self.good.items() if value != self.now[name]]

    @property
    def later(self) -> dict[str, Later]:
        """The fields that somebody else gave another value after the account: theirs stays."""
        if self.good is None or self.now is None:
            return {}
        columns = fields_of(self.key[0])
        return {
            name: one
            for name, one in self._later.items()
            if self.good[name] == self.now[name]
            and self.now[name] != tuple(getattr(one.before, column) for column in columns[name])
        }

    def without(self, names: Container[str]) -> dict[str, Any]:
        """Return the columns of these fields as they would be; of all fields where the row is gone."""
        fields, good = fields_of(self.key[0]), self.good or {}
        wanted = [name for name in fields if self.now is None or name in names]
        columns = {c: v for name in wanted for c, v in zip(fields[name], good[name], strict=True)}
        return columns | {"id": self.key[1]}


def rows_of(model: type[models.Model], pks: list[int], theirs: Container[int]) -> Iterator[Row]:
    """Yield the rows with these keys, each from all its versions."""
    versions = history_of(model).filter(id__in=pks).select_related("history_user").order_by("id", "history_id")
    for _pk, found in groupby(versions, lambda version: version.id):
        yield Row(model, list(found), theirs)
