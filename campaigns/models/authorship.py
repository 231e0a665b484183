"""Who wrote what of a record, as its history has it: rows included, and whoever saved last is not taken for the author.

The second reader of a record is somebody who wrote none of what readers have not seen yet. Who puts a few letters
right is no author: else one letter of a colleague would let the author publish alone.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Any

from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.models.change_order import in_order
from campaigns.models.owned_rows import PARTS
from campaigns.models.publishing import Publishable, State
from campaigns.text.slips import MOST, slip_letters

__all__ = [
    "SILENT",
    "UNSEEN",
    "Versions",
    "authors_of",
    "changed_columns",
    "first_writers",
    "letters_changed",
    "row_versions",
]

#: Columns that say nothing to a person, or that follow from others.
SILENT = {"id", "version", "recorded_at", "updated_at", "recorded_by", "edited_by", "folded_name", "campaign"}
#: Columns of which readers see nothing.
UNSEEN = {"state", "withdrawal_reason", *Campaign.TEAM}

#: By kind and key of a row, all its versions, the oldest first.
Versions = dict[tuple[type[models.Model], int], list[Any]]


def row_versions(record: models.Model) -> Versions:
    """Return the versions of a record or row, of its parts and of the parts of those; one query for each kind."""
    found: Versions = {}

    def add(model: Any, rows: models.Q) -> list[int]:
        pks = set()
        for version in model.history.filter(rows).order_by("history_id").select_related("history_user"):
            found.setdefault((model, version.id), []).append(version)
            pks.add(version.id)
        return sorted(pks)

    def parts(model: Any, pks: list[int]) -> dict[Any, list[int]]:
        keys: dict[Any, models.Q] = {}
        for part, key in PARTS.get(model, ()) if pks else ():
            keys[part] = keys.get(part, models.Q()) | models.Q(**{f"{key}__in": pks})
        return {part: add(part, rows) for part, rows in keys.items()}

    model: Any = record._meta.concrete_model
    add(model, models.Q(id=record.pk))
    for part, pks in parts(model, [record.pk]).items():
        parts(part, pks)
    return found


def changed_columns(model: Any, before: Any, after: Any, but: Container[str] = SILENT | UNSEEN) -> list[Any]:
    """Return the columns in which two versions of a row differ; None is a row that is not there, and says nothing."""
    found = []
    for column in model._meta.concrete_fields:
        if column.name not in but:
            was, now = (getattr(one, column.attname, None) for one in (before, after))
            if (was or None) != (now or None):
                found.append(column)
    return found


def letters_changed(model: Any, before: Any, after: Any) -> int | None:
    """Return how many letters of its texts were put right between two versions of a row; None where it is no slip.

    A row that came or went is none, nor is another choice, day, number or end of a link.
    """
    columns = changed_columns(model, before, after)
    if columns and (before is None or after is None):
        return None
    letters = 0
    for column in columns:
        if column.name == "position":  # the order of rows says nothing
            continue
        prose = isinstance(column, models.CharField | models.TextField) and not column.choices
        if not prose or isinstance(column, models.SlugField | models.URLField) or column.name == "language":
            return None
        apart = slip_letters(getattr(before, column.attname), getattr(after, column.attname))
        if apart is None:
            return None
        letters += apart
    return letters if letters <= MOST else None


def _steps(versions: list[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (what a row said before, what it says then, the version) for each version; None where it is not there."""
    before = None
    for version in versions:
        after = version if version.history_type != "-" else None
        yield before, after, version
        before = after


def authors_of(record: Publishable) -> set[int]:
    """Return the keys of the accounts that wrote what no reader has seen yet of a record; a slip makes no author.

    Where the history names nobody, as of what a command brought, whoever changed it last.
    """
    model: Any = record._meta.concrete_model
    own, versions = (model, record.pk), row_versions(record)
    changes = in_order(versions)  # by serials: a clock that is set back makes nobody's words read
    public = [
        place
        for place, change in enumerate(changes)
        if any(version.state == State.PUBLISHED for version in change.rows.get(own, ()))
    ]
    # What was written up to the change that took it from readers they had seen.
    gone = [place for place, change in enumerate(changes) if public and place > public[-1] and own in change.rows]
    seen = gone[0] if gone else public[-1] if public else -1
    unread = {id(version) for change in changes[seen + 1 :] for rows in change.rows.values() for version in rows}
    letters: dict[int, int] = defaultdict(int)
    for (kind, _pk), rows in versions.items():
        for before, after, version in _steps(rows):
            if id(version) in unread and version.history_user_id is not None:
                apart = letters_changed(kind, before, after)
                letters[version.history_user_id] += MOST + 1 if apart is None else apart
    found = {user for user, apart in letters.items() if apart > MOST}
    last = record.edited_by_id
    return found or ({last} if last is not None and last not in letters and seen < 0 else set())


def first_writers(record: Publishable, words: str) -> list[Any]:
    """Return who wrote words into a record or into a row of it, the first before the others; no command is named."""
    found: list[Any] = []
    for (model, _pk), rows in row_versions(record).items():
        kinds = (models.CharField, models.TextField, models.JSONField)
        texts = [column.attname for column in model._meta.concrete_fields if isinstance(column, kinds)]
        for before, after, version in _steps(rows):
            had, has = (any(words in str(getattr(one, name, "")) for name in texts) for one in (before, after))
            if has and not had and version.history_user not in [None, *found]:
                found.append(version.history_user)
    return found
