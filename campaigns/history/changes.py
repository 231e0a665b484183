"""What happened to a record and its parts: changes, field by field, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import (
    SILENT,
    UNSEEN,
    Campaign,
    Check,
    Issuance,
    Membership,
    Partial,
    Publishable,
    Statement,
    Together,
    Versions,
    in_order,
    owner_of,
    row_versions,
)
from campaigns.text.diff import Piece, compared, replaced

__all__ = [
    "Change",
    "Difference",
    "History",
    "Touched",
    "campaign_of",
    "change_at",
    "changes_of",
    "seen_by_readers",
]

REASONS = {
    "import": _lazy("import of a file"),
    "restore": _lazy("an older version brought back"),
    "merge": _lazy("found to be the same as another"),
    "split": _lazy("taken apart again"),
    "start": _lazy("as it was when the history began"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a row that was changed."""

    name: str
    label: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Touched:
    """One row of a change: which, and what it says now."""

    model: type[models.Model]
    label: str
    #: “+” created, “~” changed, “-” deleted.
    kind: str
    differences: list[Difference]


@dataclass(slots=True)
class Change:
    """All that was written in one go."""

    at: datetime
    by: Any
    reason: str
    #: What names it: no time, for clocks are set back.
    serial: str = ""
    rows: list[Touched] = field(default_factory=list)


def campaign_of(row: Any) -> Campaign:
    """Return the campaign that a row belongs to, by way of the record it is a part of; itself where it is one."""
    owner: Any = owner_of(row)
    campaign: Campaign = owner if isinstance(owner, Campaign) else owner.campaign
    return campaign


class _Value(NamedTuple):
    """A field's value; two texts are compared word by word, two of anything else are not."""

    label: str
    text: str
    prose: bool = False


class History:
    """The versions of one row or record, its parts, and the parts of those."""

    def __init__(self, record: models.Model, rows: Versions | None = None) -> None:
        """Read all versions, unless they are given; as many queries as there are kinds of parts."""
        model: Any = record._meta.concrete_model
        self.me = model, record.pk
        #: By model and key of the row, its versions, oldest first.
        self.rows = row_versions(record) if rows is None else rows

    @cached_property
    def names(self) -> dict[tuple[type[models.Model], int], str]:
        """What every row is called to which a version leads."""
        wanted: dict[Any, set[int]] = {}
        for (model, _pk), versions in self.rows.items():
            for key in _keys(model):
                wanted.setdefault(_concrete(key), set()).update(getattr(version, key.attname) for version in versions)
        found = {}
        for model, pks in wanted.items():
            rows = model._base_manager.filter(pk__in=pks - {None})
            rows = rows.select_related("speaker") if model is Statement else rows
            rows = rows.select_related("demand", "statement__speaker") if model is Issuance else rows
            rows = rows.select_related("member", "organization", "post") if model is Membership else rows
            rows = rows.select_related("demand", "letter__speaker", "addressee") if model is Check else rows
            rows = rows.select_related("demand") if model._meta.model_name == "outcome" else rows
            found.update({(model, row.pk): str(row) for row in rows})
        return found

    def changes(self) -> Iterator[Change]:
        """Yield what was written in one go, newest first."""
        for together in reversed(self.in_order):
            change: Change | None = None
            for (model, pk), now in together.rows.items():
                if change is None:
                    reason = now[-1].history_change_reason or ""
                    author = now[-1].history_user
                    change = Change(together.at, author, str(REASONS.get(reason, reason)), together.serial)
                if row := self.touched(model, _before(self.rows[model, pk], now[0]), now[-1]):
                    change.rows.append(row)
            if change is not None and change.rows:
                yield change

    def touched(self, model: type[models.Model], old: Any, new: Any) -> Touched | None:
        """Return what a row's newest version of a change makes of the one before; None where that is nothing."""
        was = old if old is not None and old.history_type != "-" else None
        kind = "-" if new.history_type == "-" else "~" if was is not None else "+"
        if kind == "-" and was is None:
            return None  # made and deleted in one go
        before, after = self.values(model, was), self.values(model, None if kind == "-" else new)
        differences = []
        for name, known in (before | after).items():
            gone, come = (side[name].text if name in side else "" for side in (before, after))
            if gone != come:
                pieces = (compared if known.prose else replaced)(gone, come)
                differences.append(Difference(name, known.label, [piece.shortened() for piece in pieces]))
        if kind == "~" and not differences:
            return None
        shown = new if kind != "-" else was
        return Touched(model, self.label(model, shown), kind, differences)

    def label(self, model: type[models.Model], version: Any) -> str:
        """Return the noun of a row, and what it leads to."""
        noun = capfirst(model._meta.verbose_name)
        if issubclass(model, Publishable):
            return str(noun)
        ends = [(_concrete(key), getattr(version, key.attname)) for key in _keys(model)]
        names = [self.names.get(end, _("no longer there")) for end in ends if end[1] is not None and end != self.me]
        return f"{noun}: {' · '.join(names)}" if names else str(noun)

    def values(self, model: type[models.Model], version: Any) -> "dict[str, _Value]":
        """Return by field its value, in words; nothing for a row that is not there."""
        if version is None:
            return {}
        row = version.instance
        partials = {name: value for name, value in vars(model).items() if isinstance(value, Partial)}
        parts = {part for value in partials.values() for part in (value.date, value.precision)}
        found = {}
        for column in model._meta.concrete_fields:
            if column.name in SILENT or column.name in parts:
                continue
            if isinstance(column, models.ForeignKey) and (_concrete(column), getattr(row, column.attname)) == self.me:
                continue
            prose = isinstance(column, models.CharField | models.TextField) and not column.choices
            found[column.name] = _Value(str(capfirst(column.verbose_name)), self._word(column, row), prose)
        for name, partial in partials.items():
            label = capfirst(model._meta.get_field(partial.date).verbose_name)  # type: ignore[union-attr]
            when = getattr(row, name) if getattr(row, partial.date) else None
            found[name] = _Value(str(label), when.words() if when else "")
        return found

    def _word(self, column: Any, row: Any) -> str:
        value = getattr(row, column.attname)
        if value is None or value == "":
            return ""
        if isinstance(column, models.ForeignKey):
            return self.names.get((_concrete(column), value), _("no longer there"))
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(column, models.BooleanField):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return " · ".join(map(str, value))
        return str(value)

    @cached_property
    def in_order(self) -> list[Together]:
        """What was written in one go, oldest first."""
        return in_order(self.rows)

    def at(self, serial: str) -> dict[tuple[type[models.Model], int], Any]:
        """Return the version of each row that was there after the change of that name; nothing where there is none."""
        place = self._place(serial)
        found = {key: versions[-1] for one in self.in_order[:place] for key, versions in one.rows.items()}
        return {key: version for key, version in found.items() if version.history_type != "-"}

    def when(self, serial: str) -> datetime | None:
        """Return what the clock said at the change of that name."""
        place = self._place(serial)
        return self.in_order[place - 1].at if place else None

    def _place(self, serial: str) -> int:
        return next((place for place, one in enumerate(self.in_order, 1) if serial in one.serials), 0)


def _keys(model: type[models.Model]) -> "list[models.ForeignKey[Any, Any]]":
    return [
        key
        for key in model._meta.concrete_fields
        if isinstance(key, models.ForeignKey) and key.name not in SILENT and key.related_model is not Campaign
    ]


def _concrete(key: Any) -> Any:
    return key.related_model._meta.concrete_model


def _before(versions: list[Any], version: Any) -> Any:
    place = versions.index(version)
    return versions[place - 1] if place else None


def changes_of(record: models.Model) -> list[Change]:
    """Return every change of a record and its parts, newest first."""
    return list(History(record).changes())


def change_at(record: models.Model, moment: datetime) -> Change | None:
    """Return what was changed of a record and its parts at that moment; None where that is nothing."""
    return next((one for one in History(record).changes() if one.at == moment), None)


def seen_by_readers(made: Change | None) -> bool:
    """Say whether a change, if there is one, is one of what readers see of a published record."""
    return made is not None and any(
        row.kind != "~" or any(difference.name not in UNSEEN for difference in row.differences) for row in made.rows
    )
