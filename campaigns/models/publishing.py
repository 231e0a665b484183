"""Draft, in review, published, withdrawn: what a reader may see is decided here, once.

A record is published only when all that it names is published too, so that no page has to hide half a sentence. What
else belongs to it (`brings`) is published along with it, and what readers do not see of it is said (`unseen`).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Self, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.edit_lock import Versioned
from campaigns.text.private_details import private_details

__all__ = [
    "UNREADY",
    "Publishable",
    "PublishableQuerySet",
    "State",
    "Unpublishable",
    "account",
    "leads_back",
    "on_record_by",
    "published_or_none",
    "shown",
    "told_unseen",
    "unready",
    "withdrawal_has_reason",
]

M = TypeVar("M", bound="Publishable")
R = TypeVar("R", bound="Publishable")


class State(models.TextChoices):
    """Where a record stands between its first note and its last."""

    DRAFT = "draft", _lazy("draft")
    IN_REVIEW = "in_review", _lazy("in review")
    PUBLISHED = "published", _lazy("published")
    WITHDRAWN = "withdrawn", _lazy("withdrawn")


#: What no reader has seen yet.
UNREADY = (State.DRAFT, State.IN_REVIEW)


class Unpublishable(Exception):
    """A record cannot change its state; ``problems`` are sentences that say what is missing."""

    def __init__(self, problems: list[str]) -> None:
        """Keep the sentences."""
        super().__init__(" ".join(problems))
        self.problems = problems


def published_or_none(*links: str) -> Q:
    """Return the condition that each optional link is empty or leads to a published record."""
    condition = Q()
    for link in links:
        condition &= Q(**{f"{link}__isnull": True}) | Q(**{f"{link}__state": State.PUBLISHED})
    return condition


def on_record_by(moment: dt.datetime | None, *links: str) -> Q:
    """Return the condition that a record, or what its links lead to, was on record by then; without a moment, none.

    An empty link keeps nothing back.
    """
    condition = Q()
    if moment is not None:
        for link in links:
            condition &= Q(**{f"{link}__isnull": True}) | Q(**{f"{link}__recorded_at__lte": moment})
        if not links:
            condition = Q(recorded_at__lte=moment)
    return condition


def shown(lookup: str, rows: "models.QuerySet[Any]", name: str) -> "models.Prefetch[str, models.QuerySet[Any], str]":
    """Return the prefetch of public rows into the list attribute that the model declares under that name.

    A name of its own, never the relation's: a page that forgets the prefetch shows nothing instead of drafts.
    """
    return models.Prefetch(lookup, rows, to_attr=name)


def unready(records: "Iterable[R]") -> "Iterator[R]":
    """Yield of records those that no reader has seen yet and that may still be published: drafts, and in review."""
    return (one for one in records if one.state in UNREADY)


def told_unseen(sentence: str, records: "Iterable[Publishable]") -> list[str]:
    """Return the sentence for each of the records that readers do not see, with its noun, name and state."""
    return [
        sentence % {"noun": one._meta.verbose_name, "name": one, "state": State(one.state).label}
        for one in records
        if one.state != State.PUBLISHED
    ]


class PublishableQuerySet(models.QuerySet[M]):
    """Records with a state."""

    def published(self) -> Self:
        """Keep what every reader may see: published, in a published campaign, naming only what is published."""
        return self.filter(state=State.PUBLISHED, campaign__state=State.PUBLISHED)

    def withdrawn(self) -> Self:
        """Keep what readers once saw and now find a reason in place of."""
        return self.filter(state=State.WITHDRAWN, campaign__state=State.PUBLISHED)


def leads_back(record: "Publishable", key: str) -> bool:
    """Say whether a record stands above itself, in however many steps, by the foreign key to what is above it."""
    passed = {record.pk} - {None}
    above = getattr(record, key)
    while above is not None and above.pk not in passed:
        passed.add(above.pk)
        above = getattr(above, key)
    return above is not None


def withdrawal_has_reason(name: str) -> models.CheckConstraint:
    """Return the constraint that a withdrawn record says why."""
    return models.CheckConstraint(
        condition=~Q(state=State.WITHDRAWN) | ~Q(withdrawal_reason=""),
        name=name,
        violation_error_message=_lazy("A withdrawn record needs a reason that readers will see."),
    )


def account(label: Any = None, **options: Any) -> "models.ForeignKey[Any, Any]":
    """Return a foreign key to the account of whoever did something; such an account is closed and never deleted."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options)


class Publishable(Versioned):
    """A noun of the record: it has a state, and it remembers when it was recorded (not when it happened)."""

    campaign: Any

    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.DRAFT)
    withdrawal_reason = models.TextField(
        _lazy("reason for withdrawing"), blank=True, help_text=_lazy("Readers see it in place of the record.")
    )
    recorded_at = models.DateTimeField(_lazy("recorded"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_lazy("last changed"), auto_now=True)
    # Empty where a command brought it.
    recorded_by = account(_lazy("recorded by"), null=True, editable=False)
    edited_by = account(_lazy("last changed by"), null=True, editable=False)

    class Meta:
        abstract = True

    def names(self) -> Iterator["Publishable"]:
        """Yield the records that this one names: they must be published before it can be."""
        yield from ()

    def brings(self) -> Iterator["Publishable"]:
        """Yield the drafts that readers expect beside this one: published along with it, and never a condition."""
        yield from ()

    def unseen(self) -> list[str]:
        """Return sentences that say what of this record readers do not see, because it leads to what is not published.

        It is said on the record's page and when it is published, so that nothing drops out without a word.
        """
        return []

    def named_by(self) -> Iterable["Publishable"]:
        """Return the published records that would lose a part if this one were withdrawn."""
        return ()

    def gaps(self, coming: Collection["Publishable"] = ()) -> list[str]:
        """Return sentences that say what this record itself lacks for publication; empty when it lacks nothing.

        ``coming`` are the records that are published in the same step.
        """
        return []

    def unpublished(self, *, along: bool = True) -> list["Publishable"]:
        """Return this record and all unpublished ones that it names, directly or not, the named before the naming.

        With ``along`` what it brings is among them, too. The campaign is not: to publish that is a step of its own.
        """
        found: dict[tuple[type[models.Model], int], Publishable] = {}
        done: list[Publishable] = []

        def walk(record: Publishable) -> None:
            key = (record._meta.concrete_model or type(record), record.pk)
            if key in found:
                return
            found[key] = record
            for other in (*record.names(), *(record.brings() if along else ())):
                if other.state != State.PUBLISHED:
                    walk(other)
            done.append(record)

        walk(self)
        return done

    def needs_second_reader(self) -> bool:
        """Say whether whoever wrote something of the record may not be the one who publishes it."""
        return bool(self.campaign.second_reader)

    def missing(
        self, *, along: bool = False, by: AbstractBaseUser | None = None, coming: Collection["Publishable"] = ()
    ) -> list[str]:
        """Return every sentence that stands between this record and publication; empty when nothing does.

        With ``along`` the drafts that it names are to be published with it, so only their own gaps count; ``coming``
        are further ones that are published in the same step. ``by`` is who publishes: in a campaign with second readers
        somebody who wrote none of it.
        """
        clearances: Any = self._meta.apps.get_model("campaigns", "Clearance")._default_manager
        problems = []
        examined = []
        unpublished = self.unpublished(along=along)
        together = {*coming, *(unpublished if along else ()), self}
        for record in unpublished:
            if record is not self and (record.state == State.WITHDRAWN or record not in together):
                label = State(record.state).label
                problems.append(
                    _("%(noun)s “%(name)s” is %(state)s.") % {"noun": record.noun(), "name": record, "state": label}
                )
                continue
            examined.append(record)
            problems += record.gaps(together)
            if by is not None and record.needs_second_reader() and by.pk in clearances.authors_of(record):
                problems.append(
                    _("%(noun)s “%(name)s”: you wrote it, or a part of it. A second person publishes it.")
                    % {"noun": record.noun(), "name": record}
                )
        return problems + [found.sentence() for found in clearances.open_in(examined)]

    @transaction.atomic
    def publish(self, *, along: bool = False, by: AbstractBaseUser | None = None) -> list["Publishable"]:
        """Show this record to readers; with ``along``, the drafts that it names and brings too.

        Return those that were published by it: none where all were already. Raise Unpublishable when something lacks.
        """
        if problems := self.missing(along=along, by=by):
            raise Unpublishable(problems)
        changing = [one for one in (self.unpublished() if along else [self]) if one.state != State.PUBLISHED]
        for record in changing:
            record._change_state(State.PUBLISHED)
        return changing

    def seen(self) -> bool:
        """Say whether readers see it now, by the rule of the public pages: the record, what it names, its campaign."""
        model: Any = self._meta.concrete_model
        return bool(model._default_manager.published().filter(pk=self.pk).exists())

    def send_to_review(self) -> None:
        """Ask a second person to read a draft. Raise Unpublishable when it is none."""
        if self.state != State.DRAFT:
            raise Unpublishable([_("Only a draft can be sent to review.")])
        self._change_state(State.IN_REVIEW)

    def return_to_draft(self) -> None:
        """Give a record back to whoever writes it. Raise Unpublishable when it is not in review."""
        if self.state != State.IN_REVIEW:
            raise Unpublishable([_("Only a record in review can go back to draft.")])
        self._change_state(State.DRAFT)

    def rests_on_it(self, going: Collection["Publishable"] = ()) -> list[str]:
        """Return a sentence for each published record that would lose a part with this one and does not go itself."""
        said = _("%(noun)s “%(name)s” is published and rests on it.")
        return [said % {"noun": other.noun(), "name": other} for other in self.named_by() if other not in going]

    @transaction.atomic
    def withdraw(self, reason: str, *, merged: bool = False) -> None:
        """Take a published record back: its address answers 410 with the reason, and the list of corrections tells it.

        One that was ``merged`` is told by the record that is kept. Raise Unpublishable when it cannot.
        """
        problems = [] if reason.strip() else [_("Write the reason: readers see it in place of the record.")]
        if self.state != State.PUBLISHED:
            problems.append(_("Only a published record can be withdrawn."))
        problems += [told.refusal() for told in private_details(reason)]
        problems += self.rests_on_it()
        if problems:
            raise Unpublishable(problems)
        seen, correction = self.seen(), apps.get_model("campaigns", "Correction")
        self._change_state(State.WITHDRAWN, reason.strip())
        if seen and not merged:
            correction.of(self, correction.Kind.WITHDRAWAL, reason).save()

    @transaction.atomic
    def _change_state(self, state: State, reason: str = "") -> None:
        """Write the state and nothing else: what a colleague saved meanwhile stays."""
        self.advance([self.pk])
        self.refresh_from_db(fields=["version"])
        self.state, self.withdrawal_reason = state, reason
        self.save(update_fields=["state", "withdrawal_reason", "updated_at"])

    def noun(self) -> str:
        """Return the word for this kind of record, as it begins a sentence."""
        return str(self._meta.verbose_name).capitalize()
