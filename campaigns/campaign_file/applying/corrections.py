"""Corrections of a file → rows. What readers were told is added to and put right, and never taken away."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from campaigns import models, schemas
from campaigns.campaign_file.applying.links import BATCH, Noun
from campaigns.campaign_file.existing import SAME, Existing
from campaigns.campaign_file.report import Tally
from campaigns.models import Correction

__all__ = ["write_corrections"]

#: The campaign, and the foreign keys to what was corrected in it.
_SUBJECT = ("campaign_id", *(f"{name}_id" for name in Correction.SUBJECTS))


def write_corrections(existing: Existing, said: Iterable[tuple[Noun, list[schemas.Correction]]]) -> Tally:
    """Write the corrections that stand under each record of a file, and return what that was.

    A correction is known by its record and its moment. It is no part of what its record says: the record stays as it
    was. One that the file does not have is left alone, whatever is asked.
    """
    rows = {(_subject(row), row.at): row for row in existing.corrections}
    labels: dict[tuple[int | None, ...], str] = {}
    tally = Tally()
    new: list[Correction] = []
    changed: list[Correction] = []
    for noun, corrections in said:
        name = Correction.arc(noun.row)
        ends: dict[str, int | None] = dict.fromkeys(_SUBJECT) | {"campaign_id": noun.row.pk}
        if name:
            ends |= {"campaign_id": noun.row.campaign_id, f"{name}_id": noun.row.pk}
        subject = tuple(ends.values())
        labels[subject] = noun.label
        for item in corrections:
            at = dt.datetime.fromisoformat(item.at)
            values = {column: getattr(item, column) for column in SAME[Correction]}
            row = rows.pop((subject, at), None)
            label = f"{noun.label}: {item.sentence or item.kind}"
            if row is None:
                new.append(Correction(at=at, **ends, **values))
                tally.created.append(label)
            elif any(getattr(row, column) != value for column, value in values.items()):
                for column, value in values.items():
                    setattr(row, column, value)
                changed.append(row)
                tally.updated.append(label)
            else:
                tally.unchanged.append(label)
    tally.kept += [f"{labels[end]}: {row.sentence or row.kind}" for (end, _), row in rows.items() if end in labels]
    Correction.objects.bulk_create(new, batch_size=BATCH)
    models.remember(new, "+")
    if changed:
        Correction.objects.bulk_update(changed, SAME[Correction], batch_size=BATCH)
        models.remember(changed, "~")
    return tally


def _subject(row: Any) -> tuple[int | None, ...]:
    return tuple(getattr(row, column) for column in _SUBJECT)
