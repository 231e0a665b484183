"""What one account wrote in a stretch of time, taken back: whole records that nobody else has touched since.

Each of them is restored, every other one is listed for a person to look at. All is done in one transaction; where it
is only asked what would be done, it is undone in the end.
"""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.history.changes import Change, Difference, History, Touched, campaign_of, change_at, seen_by_readers
from campaigns.history.restore import COUNTED, database_refusal, lacks, restore, rows_of, write
from campaigns.models import (
    TRACKED,
    Campaign,
    Clearance,
    Correction,
    State,
    Unpublishable,
    change,
    changed_columns,
    history_of,
    owner_key,
)
from campaigns.text.diff import replaced

__all__ = ["LeftAlone", "NoSentence", "Report", "roll_back"]

#: A row, by its table and primary key.
Key = tuple[Any, int]
Span = tuple[datetime, datetime]
#: What is said of a record and is no part of it, and in which field: each row goes by itself.
_SAID_OF: dict[Any, str] = {Correction: "sentence", Clearance: "reason"}


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
        work = _Work(user, (since, until), campaign, sentence, but)
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


@dataclass(slots=True)
class _Step:
    """One thing to take back: a record, or, with ``what``, a row that says something of one."""

    owner: Key
    take: Callable[[], Any]
    what: str = ""
    #: Why it could not be taken back when it was tried last.
    why: str = ""


class _Work:
    """One rollback."""

    def __init__(self, user: Any, when: Span, campaign: Campaign | None, sentence: str, but: Container[Any]) -> None:
        """Find what the account wrote, lock it against whoever writes now, and see what is to be done with it."""
        self.user, self.sentence = user, sentence
        #: By table the serials of the versions that the account wrote, with the keys of their rows.
        self.theirs: dict[Any, dict[int, int]] = {}
        for model in (model for model in TRACKED if model not in but):
            found = history_of(model).filter(history_user=user, history_date__range=when)
            self.theirs[model] = dict(found.values_list("history_id", "id"))
        rows: dict[Key, list[Any]] = {}
        for model, pks in _lock((model, pk) for model, wrote in self.theirs.items() for pk in wrote.values()).items():
            versions = history_of(model).filter(id__in=pks).select_related("history_user").order_by("id", "history_id")
            rows |= {(model, pk): list(found) for pk, found in groupby(versions, lambda version: version.id)}
        owners = {key: owner_key(key[0], versions[-1]) for key, versions in rows.items()}
        #: The records that the account wrote to, or to parts of, by their keys.
        self.records: dict[Key, Any] = {
            (model, record.pk): record
            for model, pks in _lock(owners.values()).items()
            for record in model._base_manager.filter(pk__in=pks).order_by("pk")
        }
        elsewhere = [key for key, one in self.records.items() if campaign not in (None, campaign_of(one))]
        self.elsewhere = len([self.records.pop(key) for key in elsewhere])
        #: What is there only because of the account, and nobody else has changed.
        self.made = {key for key, versions in rows.items() if all(map(self._wrote, versions))}
        self.left: list[LeftAlone] = []
        self.withdrawn: list[Any] = []
        self.done: set[Key] = set()
        #: By record, the lines about what was said of it: others read it, though it is no part of the record.
        self.said: dict[Key, list[Touched]] = {}
        steps = [self._step(owner) for owner in self.records]
        steps += [self._step_said(owners[key], key, rows[key]) for key in rows if key[0] in _SAID_OF]
        self.steps = list(filter(None, steps))

    def _wrote(self, version: Any) -> bool:
        return version.history_id in self.theirs.get(version.instance_type, ())

    def _step(self, owner: Key) -> _Step | None:
        """Return what there is to do with a record; list it where a person has to look at it."""
        record = self.records[owner]
        history = History(record, rows_of(record))
        turns = history.in_order
        theirs = [n for n, one in enumerate(turns) if any(self._wrote(found[0]) for found in one.rows.values())]
        if not theirs:
            return None
        others = [place for place in range(theirs[0], len(turns)) if place not in theirs]
        who = _who(next(iter(turns[others[-1]].rows.values()))[-1]) if others else ""
        if self._wrote(history.rows[owner][0]):
            return self._step_made(owner, record, who)
        before = turns[theirs[0] - 1].serial if theirs[0] else ""
        now, good = (history.at(serial) for serial in (turns[-1].serial, before))
        if _same(now, good):
            return None
        after = history.at(turns[theirs[-1]].serial)
        if others and (owner not in good or others[0] < theirs[-1] or not _same(now, after)):
            self.left.append(LeftAlone(record, "", _("%(who)s changed it afterwards: it stays.") % {"who": who}))
            return None
        return _Step(owner, lambda: self._restore(owner, before, good[owner]))

    def _step_made(self, owner: Key, record: Any, who: str) -> _Step | None:
        """Return what there is to do with a record that the account made; its parts stay with it."""
        if record.state == State.WITHDRAWN:
            return None
        if record.state != State.DRAFT and not who:
            return _Step(owner, lambda: self._take_from_readers(_found(owner)))
        said = _("%(name)s made it, and %(who)s changed it afterwards: it stays.")
        if record.state == State.DRAFT:
            said = _("%(name)s made it. Readers do not see it: it stays, as a draft.")
        self.left.append(LeftAlone(record, "", said % {"name": self.user.get_username(), "who": who}))
        return None

    def _step_said(self, owner: Key, key: Key, versions: list[Any]) -> _Step | None:
        """Return what there is to do with a row that says something of a record."""
        model, name = key[0], _SAID_OF[key[0]]
        first = next(place for place, one in enumerate(versions) if self._wrote(one))
        sides = versions[first - 1] if first else None, versions[-1]
        good, now = (None if one is None or one.history_type == "-" else one for one in sides)
        if owner not in self.records or not changed_columns(model, good, now, COUNTED):
            return None
        noun = str(capfirst(model._meta.verbose_name))
        if not all(map(self._wrote, versions[first:])):
            said = _("%(who)s changed it afterwards: it stays.") % {"who": _who(versions[-1])}
            self.left.append(LeftAlone(self.records[owner], noun, said))
            return None
        label = str(capfirst(model._meta.get_field(name).verbose_name))
        words = replaced(*("" if one is None else getattr(one, name) for one in (now, good)))
        line = Touched(
            model, noun, "-" if good is None else "+" if now is None else "~", [Difference(name, label, words)]
        )
        return _Step(owner, lambda: self._take_said(owner, key, good, line), noun)

    def run(self) -> None:
        """Take step after step, until there is none left that can be taken: one may have to wait for another."""
        waiting, before = self.steps, None
        while waiting and len(waiting) != before:
            before = len(waiting)
            waiting = [step for step in waiting if not self._taken(step)]
        self.left += [LeftAlone(self.records[step.owner], step.what, step.why) for step in waiting]

    def _taken(self, step: _Step) -> bool:
        step.why = ""
        try:
            with transaction.atomic():
                step.take()
        except (Unpublishable, ValidationError) as error:
            step.why = " ".join(error.problems if isinstance(error, Unpublishable) else error.messages)
        except IntegrityError as error:
            step.why = database_refusal(error)
        else:
            self.done.add(step.owner)
        return not step.why

    def _restore(self, owner: Key, serial: str, good: Any) -> None:
        """Make a record again what it was, its address and its state included; its open forms are stale then."""
        record = _found(owner)
        if record.state == State.PUBLISHED != good.state and (used := record.rests_on_it()):
            raise Unpublishable(used)
        record.version += 1
        restore(record, serial, COUNTED)

    def _take_said(self, owner: Key, key: Key, good: Any, line: Touched) -> None:
        record, there = _found(owner), key[0]._base_manager.filter(pk=key[1]).first()
        before = lacks(record)
        if good is None:
            there.delete()
        else:
            write(key[0], there, good, COUNTED)
        if problems := [problem for problem in lacks(record) if problem not in before]:
            raise Unpublishable([_("Readers see this record, and so it is not fit to be seen:"), *problems])
        record.advance([record.pk])
        self.said.setdefault(owner, []).append(line)

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
        found = Report(left=self.left, withdrawn=self.withdrawn, elsewhere=self.elsewhere)
        for owner, record in ((owner, _found(owner)) for owner in self.records if owner in self.done):
            made = change_at(record, at) or Change(at, None, "")
            if record.state == State.PUBLISHED and seen_by_readers(made):
                found.told.append(record)
            made.rows += self.said.get(owner, ())
            found.changes.append((record, made))
        return found


def _lock(keys: Iterable[Key]) -> dict[Any, list[int]]:
    """Lock rows for the rest of the transaction, in one order for all who do; return their keys by table."""
    found: dict[Any, list[int]] = {}
    for model, pk in sorted(set(keys), key=lambda key: (TRACKED.index(key[0]), key[1])):
        found.setdefault(model, []).append(pk)
    for model, pks in found.items():
        list(model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))
    return found


def _found(key: Key) -> Any:
    return key[0]._base_manager.get(pk=key[1])


def _same(one: dict[Key, Any], other: dict[Key, Any]) -> bool:
    """Say whether the same rows are there and say the same, whoever wrote them last."""
    return one.keys() == other.keys() and not any(
        changed_columns(key[0], version, other[key], COUNTED | {"edited_by"}) for key, version in one.items()
    )


def _who(version: Any) -> str:
    user = version.history_user
    by = user.get_username() if user else version.history_change_reason or _("a command")
    return f"{by} ({version.history_date:%Y-%m-%d %H:%M} UTC)"
