"""The history held against its seals, and against the heads that were kept elsewhere."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models import Max

from campaigns.models import seal

__all__ = ["Examined", "Head", "examine"]

#: Rows read at a time.
_BATCH = 2000


class Head(NamedTuple):
    """A table of versions up to one of them: that one's key, and the hash of all seals until there."""

    table: str
    last: int
    seals: str

    @classmethod
    def of(cls, line: str) -> "Head":
        """Read a line that `str` wrote; raise ValueError for any other."""
        table, last, seals = line.split()
        if len(seals) != 64:
            raise ValueError(line)
        return cls(table, int(last), seals)

    def __str__(self) -> str:
        """Return it as a line that can be kept."""
        return f"{self.table} {self.last} {self.seals}"


@dataclass(slots=True)
class Examined:
    """What was found in a table of versions."""

    head: Head
    #: Versions that are not what was sealed, or that do not follow from one before them.
    broken: list[Any]
    #: Heads kept earlier that do not fit what is there now.
    lost: list[Head]
    #: Keys of the rows that do not say what their newest version says: somebody wrote them past the history.
    astray: list[int]


def _lasts(tables: Iterable[type[models.Model]]) -> dict[type[models.Model], int]:
    """Return by table the newest version below which no other can appear any more.

    Keys are given when a row is written and rows are seen when their transaction ends: so PostgreSQL waits here for
    those that write. SQLite has one writer.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
        return {model: model._default_manager.aggregate(last=Max("history_id"))["last"] or 0 for model in tables}


def examine(tables: Iterable[type[models.Model]], kept: Iterable[Head] = ()) -> Iterator[Examined]:
    """Yield what each table of versions holds, against its seals and against the heads that were kept."""
    tables = list(tables)
    expected: dict[str, list[Head]] = {}
    for head in sorted(kept, key=lambda head: head.last):
        expected.setdefault(head.table, []).append(head)
    for model, last in _lasts(tables).items():
        yield _examine(model, last, expected.pop(str(model._meta.model_name), []))
    for heads in expected.values():
        yield Examined(heads[0], [], heads, [])  # a table that is gone


def _examine(model: type[models.Model], last: int, kept: list[Head]) -> Examined:
    #: All seals of each row: two writers outside any transaction can both follow upon the same version.
    seals: dict[int, list[str]] = {}
    broken: list[Any] = []
    lost: list[Head] = []
    running = hashlib.sha256()
    waiting = list(kept)

    def passed(key: float) -> None:
        while waiting and waiting[0].last < key:
            head = waiting.pop(0)
            if head.seals != running.hexdigest():
                lost.append(head)

    versions: Any = model._default_manager.filter(history_id__lte=last).order_by("history_id")
    for version in versions.iterator(_BATCH):
        passed(version.history_id)
        before = seals.setdefault(version.id, [])
        if not any(seal(version, one) == version.seal for one in reversed(before or [""])):
            broken.append(version)
        before.append(version.seal)
        running.update(version.seal.encode())
    passed(float("inf"))
    return Examined(Head(str(model._meta.model_name), last, running.hexdigest()), broken, lost, _astray(model))


def _astray(model: Any) -> list[int]:
    """Return the keys of the rows that are not as their newest version says: there or not, and with which values.

    In one query, so that it sees both as they were at one moment. The number of a row's version says nothing.
    """
    quoted, differs = connection.ops.quote_name, "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    rows, versions = quoted(model.instance_type._meta.db_table), quoted(model._meta.db_table)
    columns = [quoted(field.column) for field in model.tracked_fields if field.name != "version"]
    other = " OR ".join(f"record.{column} {differs} version.{column}" for column in columns)
    newest = f"(SELECT MAX(history_id) FROM {versions} AS one WHERE one.id = record.id)"  # noqa: S608
    sql = (
        f"SELECT record.id FROM {rows} AS record LEFT JOIN {versions} AS version ON version.history_id = {newest}"  # noqa: S608
        f" WHERE version.history_id IS NULL OR version.history_type = '-' OR {other}"
        f" UNION SELECT version.id FROM {versions} AS version WHERE version.history_type <> '-'"
        f" AND NOT EXISTS (SELECT 1 FROM {rows} AS record WHERE record.id = version.id) AND NOT EXISTS"
        f" (SELECT 1 FROM {versions} AS later WHERE later.id = version.id AND later.history_id > version.history_id)"
        " ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]
