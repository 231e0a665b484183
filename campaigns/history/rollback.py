"""What one account wrote in a stretch of time, taken back: as new versions, and nothing that others wrote is lost.

It is done and looked at in one transaction; where it is only asked what would be done, all of it is then undone.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.history.changes import (
    Change,
    Difference,
    History,
    Touched,
    campaign_of,
    change_at,
    seen_by_readers,
)
from campaigns.history.restore import database_refusal, lacks, order, stale, write
from campaigns.history.rollback_rows import UNTOUCHED, Key, Row, rows_of
from campaigns.models import (
    TRACKED,
    Campaign,
    Clearance,
    Correction,
    State,
    Unpublishable,
    change,
    history_of,
    owner_key,
)
from campaigns.text.diff import replaced

__all__ = ["LeftAlone", "NoSentence", "Report", "roll_back"]

#: What is said of a record and is no part of it, and in which field: nothing rests on it, it goes with who said it.
_SAID_OF: dict[Any, str] = {Correction: "sentence", Clearance: "reason"}
#: One thing to take back: a field of a row, or, without a name, that the row is there or is not.
Step = tuple[Row, str]


class NoSentence(Exception):
    """Readers have seen some of it, and there is no sentence for them."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Something that stays as it is, and why: somebody has to look at it."""

    record: Any
    what: str
    why: str


@dataclass(slots=True)
class Report:
    """What was, or would be, done."""

    changes: list[tuple[Any, Change]] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)
    #: The published records of which readers are told that they were corrected.
    told: list[Any] = field(default_factory=list)
    #: Those that are withdrawn, and readers are told why.
    withdrawn: list[Any] = field(default_factory=list)
    #: How many records of other campaigns the account wrote to, where only one was asked for.
    elsewhere: int = 0


@transaction.atomic
def roll_back(
    user: Any,
    since: datetime,
    until: datetime,
    *,
    campaign: Campaign | None = None,
    sentence: str = "",
    by: Any = None,
    reason: str = "",
    but: Container[Any] = (),
    apply: bool,
) -> Report:
    """Take back what the account wrote from one moment to the other; without ``apply``, only say what that would be.

    The sentence is for readers: the correction of published records, the reason where one is withdrawn. ``by`` and
    ``reason`` are what the history says of it; rows of the models in ``but`` stay.
    Raise NoSentence where it is needed and empty, ValidationError where it is not fit to be read.
    """
    Correction._meta.get_field("sentence").run_validators(sentence)
    with change(by, reason or f"rollback_user --since {since.isoformat()} {user.get_username()}") as now:
        work = _Work(user, since, until, campaign, sentence, but)
        work.run()
        report = work.report(now.at)
        if not apply:
            transaction.set_rollback(True)
        elif report.told or report.withdrawn:
            if not sentence:
                raise NoSentence
            for record in report.told:
                Correction.of(record, Correction.Kind.CORRECTION, sentence, by).save()
    return report


class _Refused(Exception):
    """A step cannot be taken, or not yet."""


class _Work:
    """One rollback."""

    def __init__(
        self,
        user: Any,
        since: datetime,
        until: datetime,
        campaign: Campaign | None,
        sentence: str,
        but: Container[Any],
    ) -> None:
        """Find what the account wrote, lock it against whoever writes now, and read all versions of it."""
        self.user, self.sentence = user, sentence
        theirs: dict[Any, set[int]] = {}
        wrote: list[Key] = []
        for model in (model for model in TRACKED if model not in but):
            found = history_of(model).filter(history_user=user, history_date__range=(since, until))
            for key, pk in found.values_list("history_id", "id"):
                theirs.setdefault(model, set()).add(key)
                wrote.append((model, pk))
        by_model = _lock(wrote)
        rows = [row for model, pks in by_model.items() for row in rows_of(model, pks, theirs[model])]
        owners = [owner_key(row.key[0], row.newest) for row in rows]
        #: The records that the account wrote to, or to parts of, by their keys.
        self.records: dict[Key, Any] = {
            (model, record.pk): record
            for model, pks in _lock(owners).items()
            for record in model._base_manager.filter(pk__in=pks).order_by("pk")
        }
        touched = len(self.records)
        if campaign is not None:
            self.records = {key: one for key, one in self.records.items() if campaign_of(one) == campaign}
        self.elsewhere = touched - len(self.records)
        self.rows: dict[Key, list[Row]] = {owner: [] for owner in self.records}
        for owner, row in zip(owners, rows, strict=True):
            if owner in self.rows:
                self.rows[owner].append(row)
        #: What is there only because of the account, and nobody else has changed.
        self.made = {row.key for row in rows if row.made and not row.used}
        self.done: set[Key] = set()
        self.withdrawn: list[Any] = []
        self.refused: dict[Key, list[tuple[Step, str]]] = {}

    def run(self) -> None:
        """Take step after step, until there is none left that can be taken: one may have to wait for another."""
        waiting = {owner: self._steps(owner) for owner in self.records}
        progress = True
        while progress:
            progress = False
            for owner, steps in waiting.items():
                self.refused[owner] = self._take(owner, steps)
                waiting[owner] = [step for step, _why in self.refused[owner]]
                if len(waiting[owner]) < len(steps):
                    self.done.add(owner)
                    progress = True

    def _own(self, owner: Key) -> Row | None:
        return next((row for row in self.rows[owner] if row.key == owner), None)

    def _steps(self, owner: Key) -> list[Step]:
        """Return what there is to do with a record; the parts of one that the account made stay with it."""
        own = self._own(owner)
        if own is not None and own.made:
            shown = self.records[owner].state in (State.IN_REVIEW, State.PUBLISHED)
            return [(own, "")] if shown and not own.used else []
        return [(row, name) for row in self.rows[owner] if not row.used for name in row.changed]

    def _take(self, owner: Key, steps: Sequence[Step]) -> list[tuple[Step, str]]:
        """Take the steps of a record all at once, or each alone where that is refused; return those that are left."""
        try:
            self._together(owner, steps)
        except _Refused as error:
            if len(steps) == 1:
                return [(steps[0], str(error))]
            return [left for step in steps for left in self._take(owner, [step])]
        return []

    def _together(self, owner: Key, steps: Sequence[Step]) -> None:
        if not steps:
            return
        names: dict[Key, set[str]] = {}
        for row, name in steps:
            names.setdefault(row.key, set()).add(name)
        try:
            with transaction.atomic():
                self._write(_found(owner), {row.key: row for row, _name in steps}, names)
        except ProtectedError as error:
            resting = ", ".join(sorted(map(str, error.protected_objects)))
            raise _Refused(_("Others use it since: %(what)s.") % {"what": resting}) from error
        except Unpublishable as error:
            raise _Refused(" ".join(error.problems)) from error
        except ValidationError as error:
            raise _Refused(" ".join(error.messages)) from error
        except IntegrityError as error:
            raise _Refused(database_refusal(error)) from error

    def _write(self, record: Any, rows: dict[Key, Row], names: dict[Key, set[str]]) -> None:
        """Write what the rows of a record would say; raise what keeps it from being written."""
        own: Key = (type(record), record.pk)
        if own in rows and rows[own].made:
            self._take_from_readers(record)
            return
        before, touched = lacks(record), []
        if own in rows and "state" in names[own] and record.state == State.PUBLISHED and (used := record.rests_on_it()):
            raise Unpublishable(used)
        for row in sorted((row for row in rows.values() if row.good is None), key=lambda row: -order(row.key[0])):
            there: Any = _found(row.key)
            touched.append(copy(there))
            there.delete()
        wanted = [row for row in rows.values() if row.good is not None]
        for row in sorted(wanted, key=lambda row: (row.key == own, order(row.key[0]))):
            there = row.key[0]._base_manager.filter(pk=row.key[1]).first()
            columns = (vars(there) if there else {}) | row.without(names[row.key])
            touched += write(row.key[0], there, SimpleNamespace(**columns), UNTOUCHED)
        if own not in rows:
            record.advance([record.pk])
        now = _found(own)
        if problems := [problem for problem in lacks(now) if problem not in before]:
            raise Unpublishable([_("Readers see this record, and so it is not fit to be seen:"), *problems])
        stale(touched, now)

    def _take_from_readers(self, record: Any) -> None:
        """Withdraw a record that the account made, or return it to draft; not where the work of others rests on it."""
        used: list[str] = []
        for model in TRACKED:
            for key in model._meta.concrete_fields if model not in _SAID_OF else ():
                if isinstance(key, models.ForeignKey) and key.related_model._meta.concrete_model is type(record):
                    rows = model._base_manager.filter(**{key.attname: record.pk})
                    used += [f"{row._meta.verbose_name} “{row}”" for row in rows if (model, row.pk) not in self.made]
        if used:
            raise Unpublishable([_("Others use it since: %(what)s.") % {"what": ", ".join(used)}])
        if record.state == State.PUBLISHED:
            record.withdraw(self.sentence or "…")
            self.withdrawn.append(record)
        else:
            record.return_to_draft()

    def report(self, at: datetime) -> Report:
        """Return what was done, and what was left alone; in words, because it may all be undone at once."""
        found = Report(withdrawn=self.withdrawn, elsewhere=self.elsewhere)
        for owner in self.records:
            record = _found(owner)
            if owner in self.done:
                made = change_at(record, at) or Change(at, None, "")
                if record.state == State.PUBLISHED and seen_by_readers(made):
                    found.told.append(record)
                refused = {row.key for (row, _name), _why in self.refused[owner]}
                made.rows += [line for row in self.rows[owner] if row.key not in refused for line in _sentence(row)]
                found.changes.append((record, made))
            found.left += self._left(owner, record)
        return found

    def _left(self, owner: Key, record: Any) -> Iterator[LeftAlone]:
        if not self.refused[owner] and not any(row.made or row.later for row in self.rows[owner]):
            return
        history, name = History(record), self.user.get_username()
        for row in self.rows[owner]:
            what = "" if row.key == owner else _label(history, row)
            if row.made and row.used and record.state != State.WITHDRAWN:
                said = _("%(name)s made it, and %(who)s changed it afterwards: it stays.")
                yield LeftAlone(record, what, said % {"name": name, "who": _who(row.used)})
            elif row.made and row.key == owner and record.state == State.DRAFT:
                said = _("%(name)s made it. Readers do not see it: it stays, as a draft.")
                yield LeftAlone(record, what, said % {"name": name})
            for field_, later in row.later.items():
                why = _("%(who)s changed it afterwards.") % {"who": _who(later.by)}
                yield from _values(record, history, row, field_, later.before, why)
        for (row, field_), why in self.refused[owner]:
            if field_:
                yield from _values(record, history, row, field_, row.good_from[field_], why)
            else:
                yield LeftAlone(record, "" if row.key == owner else _label(history, row), why)


def _values(record: Any, history: History, row: Row, name: str, before: Any, why: str) -> Iterator[LeftAlone]:
    """Yield a field that is left alone, with both values; nothing of one that says nothing to a person."""
    model = row.key[0]
    now, then = history.values(model, row.newest), history.values(model, before)
    if name in now:
        what = [_label(history, row)] if model is not type(record) else []
        said = _("%(why)s It stays %(now)s; it would be %(then)s.") % {
            "why": why,
            "now": _quoted(now[name].text),
            "then": _quoted(then[name].text),
        }
        yield LeftAlone(record, " · ".join([*what, now[name].label]), said)


def _label(history: History, row: Row) -> str:
    """Return what a row is called under its record."""
    model = row.key[0]
    return _noun(model) if model in _SAID_OF else history.label(model, row.newest)


def _noun(model: type[models.Model]) -> str:
    return str(capfirst(model._meta.verbose_name))


def _lock(keys: Iterable[Key]) -> dict[Any, list[int]]:
    """Lock rows for the rest of the transaction, in one order for all who do; return their keys by table."""
    found: dict[Any, set[int]] = {}
    for model, pk in keys:
        found.setdefault(model, set()).add(pk)
    by_model = {model: sorted(found[model]) for model in TRACKED if model in found}
    for model, pks in by_model.items():
        rows: Any = model._base_manager
        list(rows.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
    return by_model


def _found(key: Key) -> Any:
    model, pk = key
    return model._base_manager.get(pk=pk)


def _sentence(row: Row) -> Iterator[Touched]:
    """Yield a line about what they said of a record: it was read by others, though it is no part of the record."""
    model, name = row.key[0], _SAID_OF.get(row.key[0])
    if name is None or not row.changed:
        return
    now, good = ("" if said is None else said[name][0] for said in (row.now, row.good))
    if now != good:
        kind = "-" if row.good is None else "+" if row.now is None else "~"
        label: Any = model._meta.get_field(name)
        difference = Difference(name, str(capfirst(label.verbose_name)), replaced(now, good))
        yield Touched(model, _noun(model), kind, [difference])


def _who(version: Any) -> str:
    user = version.history_user
    by = user.get_username() if user else version.history_change_reason or _("a command")
    return f"{by} ({version.history_date:%Y-%m-%d %H:%M} UTC)"


def _quoted(text: str) -> str:
    return f"“{text}”" if text else _("empty")
