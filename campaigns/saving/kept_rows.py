"""The rows of a save as JSON and back: what is kept of a change until a second person has read it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

from campaigns.history.changes import campaign_of
from campaigns.history.correction_note import Answer
from campaigns.models import ProposedChange
from campaigns.saving.difference import Step

__all__ = ["MOST", "Row", "keep", "rows_of", "values_of"]

#: Columns that are made anew with each write.
_MADE = {"version", "updated_at", "edited_by"}
#: So many rows are kept as one proposed change; nobody reads more.
MOST = 500


class Row(NamedTuple):
    """One row of a proposed change: its columns as they were and as they would be; None where it is not there."""

    model: Any
    pk: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def keep(record: Any, steps: list[Step], answer: Answer, by: Any) -> ProposedChange:
    """Keep the rows of a save that was taken back, and return them as a proposed change of a record."""
    return ProposedChange.objects.create(
        campaign=campaign_of(record),
        noun=record._meta.concrete_model._meta.model_name,
        record=record.pk,
        label=str(record)[:200],
        rows=[
            {"model": step.model._meta.model_name, "pk": step.pk}
            | {"before": values_of(step.model, step.before), "after": values_of(step.model, step.after)}
            for step in steps
        ],
        kind=answer.kind,
        sentence=answer.sentence,
        hides_earlier=answer.hides,
        by=by,
    )


def values_of(model: Any, version: Any) -> dict[str, Any] | None:
    """Return the columns of a version with their values; None where there is no row."""
    if version is None:
        return None
    columns = (column for column in model._meta.concrete_fields if column.name not in _MADE)
    return {column.attname: getattr(version, column.attname) for column in columns}


def rows_of(proposal: ProposedChange) -> Iterator[Row]:
    """Yield the rows of a proposed change."""
    for row in proposal.rows:
        model = apps.get_model("campaigns", row["model"])
        yield Row(model, row["pk"], *(_read(model, row[name]) for name in ("before", "after")))


def _read(model: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the columns of a row as they were before they became JSON."""
    if values is None:
        return None
    found = {}
    for column in model._meta.concrete_fields:
        if column.attname in values:
            value = values[column.attname]
            target = column.target_field if isinstance(column, models.ForeignKey) else column
            found[column.attname] = None if value is None else target.to_python(value)
    return found
