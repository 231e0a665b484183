"""The public difference of a save: what readers would get of which record, whoever wrote it and in whatever way.

The history is the witness: every write leaves a version of its row there, so nobody has to say beforehand what a form,
an import or a merge will touch.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from campaigns.models import (
    PARTS,
    Change,
    Check,
    Clearance,
    Correction,
    Publishable,
    State,
    changed_columns,
    history_of,
    letters_changed,
    owner_key,
)

__all__ = ["Difference", "Step", "differences", "steps"]

Key = tuple[Any, int]


class Step(NamedTuple):
    """One row of a save: the version from before it and the newest one; None where the row was or is not there."""

    model: Any
    pk: int
    before: Any
    after: Any

    @property
    def versions(self) -> list[Any]:
        """Those of the two that there are."""
        return [version for version in (self.before, self.after) if version is not None]


@dataclass(slots=True)
class Difference:
    """What a save makes of one record; ``record`` is the record as saved now."""

    record: Any
    #: Its state before the save; a draft before it was made.
    was: str
    #: Its own row and those of its parts, where readers would get another.
    steps: list[Step] = field(default_factory=list)
    #: What the save itself tells readers of it: a file brings its corrections along.
    told: list[Any] = field(default_factory=list)
    #: Whether it adds looks for an answer from elsewhere, which corrects nothing (`gate.save`).
    news: bool = False

    @property
    def shown(self) -> bool:
        """Whether readers had the record before and have it after."""
        return {self.was, self.record.state} == {State.PUBLISHED}

    @property
    def only_adds(self) -> bool:
        """Whether rows came, and nothing that was there has changed or gone."""
        return all(step.before is None for step in self.steps)

    @property
    def only_adds_looks(self) -> bool:
        """Whether looks for an answer came, with their sources, and nothing else changed."""
        looks = {step.pk for step in self.steps if step.model is Check}
        return all(
            step.before is None and (step.model is Check or getattr(step.after, "look_id", None) in looks)
            for step in self.steps
        )

    def beyond_slip(self) -> list[str]:
        """Return what was changed that is no slip: the names of columns, and the nouns of rows that came or went."""
        found: dict[str, None] = {}
        for step in self.steps:
            if letters_changed(step.model, step.before, step.after) is None:
                there = step.before is not None and step.after is not None
                columns = changed_columns(step.model, step.before, step.after) if there else []
                names = [column.verbose_name for column in columns] or [step.model._meta.verbose_name]
                found |= dict.fromkeys(map(str, names))
        return list(found)


def steps(saved: Change) -> list[Step]:
    """Return what a save did to each row; two queries for each kind of row. Rows that came and went are left out."""
    firsts: dict[Any, dict[int, int]] = defaultdict(dict)
    for (model, pk), first in (saved.rows or {}).items():
        firsts[model][pk] = first
    found = []
    for model, rows in firsts.items():
        before: dict[int, Any] = {}
        after: dict[int, Any] = {}
        for version in history_of(model).filter(id__in=rows).order_by("history_id"):
            (before if version.history_id < rows[version.id] else after)[version.id] = version
        for pk in rows:
            old, new = (None if one is None or one.history_type == "-" else one for one in (before.get(pk), after[pk]))
            if old is not None or new is not None:
                found.append(Step(model, pk, old, new))
    return found


def differences(made: list[Step], on: Key | None = None) -> list[Difference]:
    """Return what a save makes of each record, of those alone that are touched; drafts included.

    A row may be a part of several records: it counts for the one ``on`` whose page it was written, where it is a part
    of that; else for one of them that readers do not see; else for the one that it belongs to. One query for each kind
    of record.
    """
    ends = {(step.model, step.pk): step for step in made}
    drafts = _drafts(made)
    found: dict[Key, list[Step]] = {}
    told: dict[Key, list[int]] = defaultdict(list)
    for step in made:
        if step.model is Clearance:
            continue
        if step.model is Correction:
            told[owner_key(Correction, step.after or step.before)].append(step.pk)
            continue
        # A row that goes to another record is gone from the one and new in the other.
        owners = [one if one is None else _owner_on(step, one, on, drafts) for one in (step.before, step.after)]
        for key in dict.fromkeys(owner for owner in owners if owner is not None):
            both = (one if owner == key else None for one, owner in zip(step[2:], owners, strict=True))
            found.setdefault(key, []).append(Step(step.model, step.pk, *both))
    by_model: dict[Any, list[int]] = defaultdict(list)
    for model, pk in found:
        by_model[model].append(pk)
    records = {
        (model, row.pk): row for model, pks in by_model.items() for row in model._base_manager.filter(pk__in=pks)
    }
    said = Correction.objects.in_bulk([pk for pks in told.values() for pk in pks]) if told else {}
    result = []
    for key, rows in found.items():
        record, own = records[key], ends.get(key)
        was = record.state if own is None else own.before.state if own.before is not None else State.DRAFT
        changed = [step for step in rows if changed_columns(step.model, step.before, step.after)]
        if own is not None or changed:
            corrections = [said[pk] for pk in told.get(key, ()) if pk in said]
            result.append(Difference(record, was, changed, corrections))
    return result


def _owner_on(step: Step, version: Any, on: Key | None, drafts: set[Key]) -> Key:
    """Return the record that a version of a row counts for."""
    parts = [
        (model, pk)
        for model, keys in PARTS.items()
        for part, key in keys
        if part is step.model and (pk := getattr(version, f"{key}_id")) is not None
    ]
    if on in parts:
        return on
    return next((key for key in parts if key in drafts), None) or owner_key(step.model, version)


def _drafts(made: list[Step]) -> set[Key]:
    """Return of the records of which one row is a part together those that readers do not see.

    Nobody sees such a row before that record is published, and whoever publishes the record reads the row with it.
    """
    named: dict[Any, set[int]] = defaultdict(set)
    for model, keys in PARTS.items():
        for part, key in keys:
            if issubclass(model, Publishable):
                pks = (getattr(one, f"{key}_id") for step in made if step.model is part for one in step.versions)
                named[model] |= {*pks} - {None}
    return {
        (model, pk)
        for model, pks in named.items()
        if pks
        for pk in model._base_manager.filter(pk__in=pks).exclude(state=State.PUBLISHED).values_list("pk", flat=True)
    }
