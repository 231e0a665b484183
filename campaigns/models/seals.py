"""The seal of each version in the history: one hash of what it says and of the seal before it.

Whoever changes a version past the triggers, or takes one away from between two, breaks the chain of its row. Whoever
takes the newest ones away, or makes the whole chain anew, is found by the heads that were kept elsewhere.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, models

__all__ = ["Sealed", "seal", "seal_all", "seals_before"]

#: Rows read at a time.
_BATCH = 2000


class Sealed(models.Model):
    """A version with its seal: 64 hexadecimal digits."""

    seal = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        abstract = True


def _said(version: Any) -> str:
    """Return what a version says, always the same text for the same values, on both databases.

    What is empty or as in every new row is left out: so a column that is added later changes no seal.
    """
    values = {}
    for field in version._meta.concrete_fields:
        if field.name in ("history_id", "seal"):
            continue
        value = field.to_python(getattr(version, field.attname))
        if value in (None, "", []) or value == field.default:
            continue
        if isinstance(value, dt.datetime):
            value = value.astimezone(dt.UTC)
        values[field.attname] = value.isoformat() if isinstance(value, dt.date) else value
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal(version: Any, before: str) -> str:
    """Return the seal of a version that follows upon the one with the seal ``before``; empty for a row's first."""
    text = f"{version._meta.model_name}\n{before}\n{_said(version)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def seals_before(model: type[models.Model], pks: Iterable[int]) -> dict[int, str]:
    """Return the seal of each row's newest version, by the row's key. One query.

    As SQL: to put it together from Django's parts takes ten times as long as to run it, and every save waits for it.
    """
    keys = list(pks)
    table = connection.ops.quote_name(model._meta.db_table)
    newest = f"SELECT MAX(history_id) FROM {table} WHERE id IN ({', '.join(['%s'] * len(keys))}) GROUP BY id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, seal FROM {table} WHERE history_id IN ({newest})", keys)  # noqa: S608
        return dict(cursor.fetchall())


def seal_all(model: Any) -> None:
    """Seal every version in a table anew: for a migration that changes what versions say, while there is no trigger."""
    before: dict[int, str] = {}
    batch = []
    for version in model._default_manager.order_by("history_id").iterator(_BATCH):
        version.seal = before[version.id] = seal(version, before.get(version.id, ""))
        batch.append(version)
        if len(batch) == _BATCH:
            model._default_manager.bulk_update(batch, ["seal"], batch_size=200)
            batch.clear()
    model._default_manager.bulk_update(batch, ["seal"], batch_size=200)
