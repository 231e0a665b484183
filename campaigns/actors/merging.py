"""Two records, one actor: what names the one names the other from then on. Were they two after all, it is taken back.

Both are one change of the history: the merge writes it, the split restores the records that nobody touched since.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.history.correction_note import Answer
from campaigns.history.restore import lacks, order, stale, write
from campaigns.history.rollback import Report, roll_back
from campaigns.models import (
    TRACKED,
    Actor,
    Check,
    Citation,
    Clearance,
    Correction,
    Membership,
    Participant,
    Party,
    Publishable,
    State,
    change,
    history_of,
    owner_of,
)
from campaigns.text.folding import fold

__all__ = ["MERGE", "SPLIT", "Merged", "NotTheSame", "merge", "split"]

#: The reason by which the history knows a merge.
MERGE, SPLIT = "merge", "split"
#: What was said of one of the two stays with it; and who was merged into it leads on by itself.
_STAYING: tuple[Any, ...] = (Correction, Clearance)
#: Columns that tell a link from all others: two that say the same there are one.
_ONCE: dict[Any, tuple[str, ...]] = {
    Membership: (
        *("member_id", "organization_id", "post_id"),
        *("start_date", "start_precision", "end_date", "end_precision"),
    ),
    Participant: ("statement_id", "role", "actor_id"),
    Party: ("demand_id", "role", "actor_id"),
    Check: ("demand_id", "letter_id", "addressee_id", "date", "precision", "found", "reported_by_id"),
    Citation: (*(f"{name}_id" for name in Citation.SUBJECTS), "source_id", "about", "says"),
}
#: So many rows that name the one are saved anew in one go: taking it back costs most, 60 ms of a core for each.
MOST = 500
#: Columns of a link that say nothing.
_SILENT = {"id", "position", "version"}
#: What an actor says of itself; of the one that goes it stays in its own record.
_OWN = ("sort_name", "url", "note", "classification", "scope", "parent", "organization", "speaks_for")


class NotTheSame(Exception):
    """Two cannot be made one; ``problems`` are records, each with a sentence that says what stands in the way."""

    def __init__(self, problems: list[tuple[Any, str]]) -> None:
        """Keep them."""
        super().__init__(" ".join(sentence for _record, sentence in problems))
        self.problems = problems


@dataclass(slots=True)
class Merged:
    """What was, or would be, done."""

    #: By what they say of the actor: the records that do, each once.
    moved: dict[str, list[Any]] = field(default_factory=dict)
    #: The names by which the one that is kept is found besides.
    names: list[str] = field(default_factory=list)
    #: What only the other one says of itself: (what, its words).
    behind: list[tuple[str, str]] = field(default_factory=list)
    #: The published records of which readers see something else from then on.
    told: list[Any] = field(default_factory=list)


@transaction.atomic
def merge(other: Actor, kept: Actor, by: Any, answer: Answer | None = None) -> Merged:
    """Let whatever names the other one name the one that is kept, and its address lead there.

    Published, the other one is withdrawn. The answer is what readers are told of it, in each published record that
    is another then; without one, only do it, to be looked at and taken back. Raise NotTheSame with what stands in the
    way, ValidationError where the answer does not do.
    """
    if problems := list(_unfit(other, kept)):
        raise NotTheSame(problems)
    done = Merged(behind=list(_behind(other, kept)))
    told: dict[Any, Any] = {}
    lacking = lacks(kept)
    with change(by, MERGE):
        for model, key in _naming():
            label = str(capfirst(model._meta.verbose_name_plural))
            if issubclass(model, Publishable):  # a statement can name it twice: by whom, and for whom
                label = f"{label}: {key.verbose_name}"
            for owner in _move(model, key, other, kept, problems):
                done.moved.setdefault(label, []).append(owner)
                if owner.state == State.PUBLISHED and owner not in (kept, other):
                    told[type(owner), owner.pk] = owner
        done.names = _take_names(kept, other)
        kept.refresh_from_db()
        problems += [(kept, sentence) for sentence in lacks(kept) if sentence not in lacking]
        if problems:
            raise NotTheSame(problems)
        if kept.state == State.PUBLISHED and (other.state == State.PUBLISHED or done.names or done.moved):
            told[Actor, kept.pk] = kept
        done.told = list(told.values())
        corrections = [answer.correction(record, by) for record in done.told] if answer else []
        _close(other, kept, answer)
        for correction in corrections:
            correction.save()
    return done


def _unfit(other: Actor, kept: Actor) -> Iterator[tuple[Any, str]]:
    """Yield what keeps two from being one whatever names them."""
    if other.pk == kept.pk:
        yield kept, _("That is the same record: choose the other one.")
    elif other.kind != kept.kind or other.campaign_id != kept.campaign_id:
        yield kept, _("Choose one of the same kind, in the same campaign.")
    elif kept.state == State.WITHDRAWN:
        yield kept, _("It is withdrawn: choose one that readers may see, or publish it first.")
    elif other.state == State.PUBLISHED != kept.state:
        yield kept, _("Readers see the other one and not this one: publish it first, or keep the other one.")
    elif (
        rows := sum(model._base_manager.filter(**{key.attname: other.pk}).count() for model, key in _naming())
    ) > MOST:
        said = _(
            "It is named in %(rows)d places, more than %(most)d: keep the other one, or replace it in a campaign file."
        )
        yield other, said % {"rows": rows, "most": MOST}


def _naming() -> "Iterator[tuple[Any, models.ForeignKey[Any, Any]]]":
    """Yield every foreign key by which something names an actor; what is a part of others before those."""
    for model in sorted((model for model in TRACKED if model not in _STAYING), key=order):
        keys = [key for key in model._meta.concrete_fields if isinstance(key, models.ForeignKey)]
        for key in keys:
            if key.related_model._meta.concrete_model is Actor and key.name != "merged_into":
                yield model, key


def _move(model: Any, key: Any, other: Actor, kept: Actor, problems: list[tuple[Any, str]]) -> list[Any]:
    """Have the rows name the one that is kept; return the records that they are parts of, each once."""
    touched: list[Any] = []
    owners: dict[Any, Any] = {}
    # Locked, or what a colleague saves between the reading and the writing would be lost.
    for row in model._base_manager.select_for_update().filter(**{key.attname: other.pk}).order_by("pk"):
        owner = owner_of(row)
        owners[type(owner), owner.pk] = owner
        try:
            touched += _rewrite(row, key.attname, kept.pk)
        except ValidationError as error:
            problems.append((owner, " ".join(error.messages)))
    stale(touched, kept)
    return list(owners.values())


def _rewrite(row: Any, column: str, pk: int) -> list[Any]:
    """Give a row another end. One that would say no more than another one goes, and what rests on it to that one."""
    model = type(row)
    columns = vars(row) | {column: pk}
    if (twin := _twin(row, columns)) is None:
        return write(model, row, SimpleNamespace(**columns), set())
    touched = [copy(row)]
    if cited := {Membership: "membership_id", Check: "look_id"}.get(model):
        for citation in row.citations.order_by("pk"):
            touched += _rewrite(citation, cited, twin.pk)
    row.delete()
    return touched


def _twin(row: Any, columns: dict[str, Any]) -> Any:
    """Return the row that says already all that this one would say; None where there is none."""
    model = type(row)
    names = _ONCE.get(model)
    if names is None:
        return None
    twin = model._base_manager.filter(**{name: columns[name] for name in names}).exclude(pk=row.pk).first()
    rest = {column.attname for column in model._meta.concrete_fields} - {*names} - _SILENT
    return twin if all(columns[name] in (None, "", False, getattr(twin, name, None)) for name in rest) else None


def _take_names(kept: Actor, other: Actor) -> list[str]:
    """Let the one that is kept be found by the other's names, too; return those that it had not."""
    known = {fold(name) for name in (kept.name, *kept.aliases)}
    found = []
    for name in (other.name, *other.aliases):
        if fold(name) not in known:
            known.add(fold(name))
            found.append(name)
    if found:
        row = Actor._base_manager.get(pk=kept.pk)
        write(Actor, row, SimpleNamespace(**vars(row) | {"aliases": [*row.aliases, *found]}), set())
    return found


def _behind(other: Actor, kept: Actor) -> Iterator[tuple[str, str]]:
    for name in _OWN:
        value, column = getattr(other, name), Actor._meta.get_field(name)
        if value and value != getattr(kept, name):
            shown = getattr(other, f"get_{name}_display", None)
            value = shown() if shown else _("yes") if value is True else value
            yield str(capfirst(column.verbose_name)), str(value)  # type: ignore[union-attr]
    for name, label in (("start", _("exists from")), ("end", _("existed until"))):
        if (span := getattr(other, name)) and span != getattr(kept, name):
            yield str(capfirst(label)), str(span)


def _close(other: Actor, kept: Actor, answer: Answer | None) -> None:
    """Withdraw the other one where readers saw it, and note whom it is the same as."""
    row = Actor._base_manager.get(pk=other.pk)
    if row.state == State.PUBLISHED:
        with translation.override(row.campaign.language):
            reason = (answer.sentence if answer else "") or _("The same as “%(name)s”.") % {"name": kept}
        row.withdraw(reason, merged=True)
    row.merged_into = kept
    row.version += 1
    row.save()


@transaction.atomic
def split(other: Actor, by: Any, sentence: str = "", *, apply: bool) -> Report:
    """Take a merge back, but for records that were changed since; without ``apply``, only say what that would be.

    Where the other one cannot be what it was, because a campaign file brought the merge or what it took along was
    changed since, the two only stop being the same. The sentence is what readers are told of it. Raise NoSentence where
    it is needed and empty, ValidationError where it is not fit to be read.
    """
    report = Report()
    if made := _merged_at(other):
        told: dict[str, Any] = {"sentence": sentence, "by": by, "reason": SPLIT}
        report = roll_back(made[0], made[1], made[1], but=(Correction,), apply=apply, **told)
    row = Actor._base_manager.get(pk=other.pk)
    if apply and row.merged_into_id is not None:
        with change(by, SPLIT):
            row.merged_into = None
            row.version += 1
            row.save()
    return report


def _merged_at(other: Actor) -> tuple[Any, datetime] | None:
    """Return by whom and when the desk found it to be the same as another; None where it was not the desk."""
    last: Any = None
    for version in history_of(Actor).filter(id=other.pk).select_related("history_user").order_by("history_id"):
        if last is None or last.merged_into_id != version.merged_into_id:
            last = version
    return (last.history_user, last.history_date) if last.history_change_reason == MERGE else None
