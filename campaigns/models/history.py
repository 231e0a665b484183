"""Who changed what when: every version of every row of the record and of its links, never changed afterwards.

django-simple-history makes a table of versions beside each table and writes to it whenever a row is saved or deleted.
What is written in one go (a form with its links, an import) is one change: it has one moment and one author.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone
from simple_history.models import HistoricalRecords

from campaigns.models.actor import Actor, Official, Organization, Person, Post
from campaigns.models.clearance import Clearance
from campaigns.models.correction import Correction
from campaigns.models.owned_rows import PARTS
from campaigns.models.seals import Sealed, seal, seals_before

__all__ = ["TRACKED", "Change", "PastTheGate", "change", "history_of", "remember"]

#: Every model of which versions are kept.
TRACKED: tuple[type[models.Model], ...] = tuple(
    dict.fromkeys([*PARTS, *(model for parts in PARTS.values() for model, _ in parts), Correction, Clearance])
)


#: Rows in one query; SQLite takes fewer where they are wide.
_BATCH = 4000


@dataclass(frozen=True, slots=True)
class Change:
    """What all versions written together share. ``user`` is None where no person did it, as in a command."""

    user: Any
    at: dt.datetime
    reason: str
    #: In a save by the gate: of each row that was written, its kind and key, the first version that the save made.
    rows: dict[tuple[type[models.Model], int], int] | None = None
    #: Whether only a save by the gate may write: so in every request to the desk.
    guarded: bool = False


class PastTheGate(RuntimeError):
    """A request to the desk writes to the record past the gate (`campaigns.saving.gate`): a fault of the code."""


_current: ContextVar[Change | None] = ContextVar("change", default=None)


@contextmanager
def change(user: Any = None, reason: str = "", *, guarded: bool | None = None, noted: bool = False) -> Iterator[Change]:
    """Let everything written inside be one change of that user; ``reason`` is at most 100 characters long.

    Inside another change it keeps that one's moment, and its user unless there is another. ``guarded``: nothing can be
    written but by the gate, which alone opens a change that is ``noted``.
    """
    outer = _current.get()
    inner = Change(
        user or (outer and outer.user),
        outer.at if outer else timezone.now(),
        reason[:100],
        {} if noted else outer.rows if outer else None,
        not noted and bool(outer and outer.guarded if guarded is None else guarded),
    )
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)


def history_of(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Return the versions of all rows of a model, newest first, those of deleted rows included."""
    found: models.QuerySet[Any] = model.history.all()  # type: ignore[attr-defined]
    return found


def remember(rows: Iterable[Any], kind: str) -> None:
    """Write a version of each row as it is in memory; ``kind`` is “+” created, “~” changed or “-” deleted.

    Saving and deleting one row calls this by itself; whoever writes in bulk calls it afterwards.
    """
    now = _current.get() or Change(None, timezone.now(), "")
    if now.guarded:
        raise PastTheGate
    author = now.user if now.user is not None and now.user.is_authenticated else None
    by_model: dict[Any, list[Any]] = {}
    for row in rows:
        model = row.history.model
        fields = {field.attname: getattr(row, field.attname) for field in model.tracked_fields}
        version = model(
            history_type=kind,
            history_date=now.at,
            history_user=author,
            history_change_reason=now.reason or None,
            **fields,
        )
        by_model.setdefault(model, []).append(version)
    for model, made in by_model.items():
        for start in range(0, len(made), _BATCH):
            batch = made[start : start + _BATCH]
            before = seals_before(model, {version.id for version in batch})
            for version in batch:
                version.seal = before[version.id] = seal(version, before.get(version.id, ""))
            model.objects.bulk_create(batch)
            if now.rows is not None:
                for version in batch:
                    now.rows.setdefault((model.instance_type, version.id), version.history_id)


class _Versions(HistoricalRecords):  # type: ignore[misc]  # it has no types
    """The versions of one model."""

    def __init__(self, model: type[models.Model]) -> None:
        """Index what a record's history is looked up by, and nothing else: each index costs with every write."""
        needed = {key for parts in PARTS.values() for part, key in parts if part is model}
        keys = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
        super().__init__(
            history_id_field=models.BigAutoField(),
            bases=[Sealed],
            no_db_index=[key for key in keys if key not in needed],
        )

    def _get_history_user_fields(self) -> dict[str, Any]:
        """Name the author for good: an account with changes to its name can be closed, and not deleted."""
        user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
        return {"history_user": user}

    def post_save(self, instance: models.Model, created: bool, **kwargs: Any) -> None:
        """Take a save of some columns from the database: the others may be stale in memory."""
        if kwargs.get("update_fields") is not None:
            instance = type(instance)._base_manager.get(pk=instance.pk)
        super().post_save(instance, created, **kwargs)

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        """Write a version of a row that was saved or deleted just now."""
        remember([instance], history_type)


def _track(model: type[models.Model], *proxies: type[models.Model]) -> None:
    """Keep versions of a model; Django tells of what is saved as a proxy under the proxy's own name."""
    records = _Versions(model)
    records.manager_name, records.module, records.cls = "history", __name__, model
    records.finalize(model)
    for proxy in proxies:
        post_save.connect(records.post_save, sender=proxy, weak=False)
        pre_delete.connect(records.pre_delete, sender=proxy, weak=False)
        post_delete.connect(records.post_delete, sender=proxy, weak=False)


for _model in TRACKED:
    _track(_model, *((Person, Organization, Post, Official) if _model is Actor else ()))
