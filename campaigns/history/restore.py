"""An older version of a record and its parts, made the newest one."""

from collections.abc import Container, Iterable, Sequence
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
    owner_of,
)

__all__ = ["database_refusal", "lacks", "order", "restore", "stale", "write"]

#: What an older version does not bring back: its address and whether readers see it are decided elsewhere.
KEPT = {*SILENT, "slug", "state", "withdrawal_reason", "merged_into"}


def order(model: type[models.Model]) -> int:
    """Return the place of a kind of parts among those that are made; they are deleted the other way round."""
    if model is Citation:  # they rest on the others
        return 2
    return 0 if model in PARTS and not issubclass(model, Publishable) else 1


@transaction.atomic
def restore(record: Publishable, serial: str) -> None:
    """Make the version after the change of that name the newest one, with its parts; raise Unpublishable with reasons.

    Its address, its state and when it was recorded stay. Everything is written as if an editor had typed it, so the
    history grows by one change. A published record keeps what a published record must have.
    """
    owner = owner_of(record)
    before = lacks(owner)
    history = History(record)
    model: Any = record._meta.concrete_model
    wanted = history.at(serial)
    own = wanted.pop((model, record.pk), None)
    if own is None:
        raise Unpublishable([_("There was no such version.")])
    there: dict[tuple[type[models.Model], int], Any] = {}
    for part in {part for part, _pk in history.rows if part is not model}:
        pks = [pk for one, pk in history.rows if one is part]
        there |= {(part, row.pk): row for row in part._base_manager.filter(pk__in=pks)}
    try:
        with transaction.atomic():
            touched: list[Any] = []
            for (_part, _pk), row in sorted(there.items(), key=lambda item: -order(item[0][0])):
                if (_part, _pk) not in wanted:
                    touched.append(copy(row))
                    row.delete()
            for (part, pk), version in sorted(wanted.items(), key=lambda item: (order(item[0][0]), item[0][1])):
                touched += write(part, there.get((part, pk)), version)
            was = copy(record)
            for column in model._meta.concrete_fields:
                if column.name not in KEPT:
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
