"""An older version of a record and its parts, made the newest one."""

from collections.abc import Container, Iterable, Sequence, Set
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from campaigns.history.changes import History
from campaigns.models import (
    PARTS,
    SILENT,
    Citation,
    Publishable,
    State,
    Unpublishable,
    Versioned,
    Versions,
    history_of,
    owner_of,
    row_versions,
)

__all__ = ["COUNTED", "database_refusal", "lacks", "order", "restore", "rows_of", "stale", "write"]

#: What an older version does not bring back: its address and whether readers see it are decided elsewhere.
KEPT = {*SILENT, "slug", "state", "withdrawal_reason", "merged_into"}
#: Columns that follow from the others, or only count: no restore brings them back.
COUNTED = {"id", "version", "updated_at", "folded_name"}


def order(model: type[models.Model]) -> int:
    """Return the place of a kind of parts among those that are made; they are deleted the other way round."""
    if model is Citation:  # they rest on the others
        return 2
    return 0 if model in PARTS and not issubclass(model, Publishable) else 1


def _whole(record: models.Model) -> tuple[Versions, Versions]:
    """Return what is or was a part of a record, by row: the versions as that, and all, those elsewhere too."""
    as_parts, found = row_versions(record), Versions()
    for model in {model for model, _pk in as_parts}:
        pks = [pk for one, pk in as_parts if one is model]
        for version in history_of(model).filter(id__in=pks).select_related("history_user").order_by("history_id"):
            found.setdefault((model, version.id), []).append(version)
    return as_parts, found


def rows_of(record: models.Model) -> Versions:
    """Return the rows of a record, gone ones too, with all their versions; what is one of another now is left to it."""
    as_parts, whole = _whole(record)
    return {key: found for key, found in whole.items() if found[-1].history_id == as_parts[key][-1].history_id}


def _then(record: models.Model, serial: str) -> dict[Any, Any]:
    """Return by row of a record its version after the change of that name; None where it was not there.

    One that came from another record since is as it was there last.
    """
    as_parts, whole = _whole(record)
    then = History(record, whole).at(serial)
    wanted = {}
    for key, versions in whole.items():
        if versions[-1].history_id == as_parts[key][-1].history_id:
            there = [one for one in versions if one.history_id < as_parts[key][0].history_id][-1:]
            wanted[key] = then.get(key) or next((one for one in there if one.history_type != "-"), None)
    return wanted


@transaction.atomic
def restore(record: Publishable, serial: str, kept: Set[str] = KEPT) -> None:
    """Make the version after the change of that name the newest one, with its parts; raise Unpublishable with reasons.

    The columns in ``kept`` stay: its address, its state and when it was recorded. Everything is written as if an editor
    had typed it, so the history grows by one change. A published record keeps what a published record must have.
    """
    owner = owner_of(record)
    before = lacks(owner)
    model: Any = record._meta.concrete_model
    wanted = _then(record, serial)
    own = wanted.pop((model, record.pk), None)
    if own is None:
        raise Unpublishable([_("There was no such version.")])
    there: dict[tuple[type[models.Model], int], Any] = {}
    for part in {part for part, _pk in wanted}:
        pks = [pk for one, pk in wanted if one is part]
        there |= {(part, row.pk): row for row in part._base_manager.filter(pk__in=pks)}
    try:
        with transaction.atomic():
            touched: list[Any] = []
            for (_part, _pk), row in sorted(there.items(), key=lambda item: -order(item[0][0])):
                if wanted[_part, _pk] is None:
                    touched.append(copy(row))
                    row.delete()
            for (part, pk), version in sorted(wanted.items(), key=lambda item: (order(item[0][0]), item[0][1])):
                if version is not None:
                    touched += write(part, there.get((part, pk)), version, kept & SILENT)
            was = copy(record)
            for column in model._meta.concrete_fields:
                if column.name not in kept:
                    setattr(record, column.attname, getattr(own, column.attname))
            record.full_clean()
            if problems := [problem for problem in lacks(owner) if problem not in before]:
                raise Unpublishable([_("Readers see this record, and that version is not fit to be seen:"), *problems])
            record.save()
            stale([*touched, was, record], record)
    except ValidationError as error:
        raise Unpublishable(error.messages) from error
    except IntegrityError as error:
        raise Unpublishable([database_refusal(error)]) from error


def database_refusal(error: IntegrityError) -> str:
    """Return what the database says against a change, as a sentence; its first line names the rule."""
    return _("The database refuses it: %(why)s") % {"why": str(error).splitlines()[0]}


def lacks(record: Publishable) -> list[str]:
    """Return what a published record lacks for being published, as sentences; nothing of one that is not."""
    return record.missing() if record.state == State.PUBLISHED else []


def write(model: type[models.Model], row: Any, version: Any, kept: Container[str] = SILENT) -> list[Any]:
    """Give a row the values of a version, where it has others; make it anew where it is gone.

    Return the row as it was and as it is, where it has changed.
    """
    columns: Sequence[Any] = [column for column in model._meta.concrete_fields if column.name != "version"]
    if row is None:
        row = model(**{column.attname: getattr(version, column.attname) for column in columns})
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save(force_insert=True)
        return [row]
    changed = [c for c in columns if c.name not in kept and getattr(row, c.attname) != getattr(version, c.attname)]
    if not changed:
        return []
    was = copy(row)
    for column in changed:
        setattr(row, column.attname, getattr(version, column.attname))
    if isinstance(row, Versioned):
        row.version += 1
    row.full_clean()
    row.save()
    return [was, row]


def stale(parts: Iterable[Any], record: models.Model | None) -> None:
    """Give whatever else has one of the parts on its page its next version: its open forms are stale now.

    The parts are rows or versions of rows.
    """
    for model, hanging in PARTS.items():
        for part, key in hanging:
            mine = (row for row in parts if getattr(row, "instance_type", type(row)) is part)
            pks = {getattr(row, f"{key}_id") for row in mine} - {None}
            if issubclass(model, Versioned) and pks:
                model.advance(pks - ({record.pk} if isinstance(record, model) else set()))
