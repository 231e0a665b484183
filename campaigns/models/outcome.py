"""The log of what was done about a demand, and the checks: who looked for an answer, and what they found."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.actor import Actor
from campaigns.models.campaign import Campaign
from campaigns.models.dates import Partial, PartialDate, precision_field, precision_fits
from campaigns.models.demand import Demand
from campaigns.models.edit_lock import Versioned
from campaigns.models.publishing import (
    Publishable,
    PublishableQuerySet,
    State,
    on_record_by,
    published_or_none,
    shown,
    withdrawal_has_reason,
)
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.source import Citation, Source
from campaigns.models.statement import Statement, visible
from campaigns.models.validators import validate_text

__all__ = ["Check", "CheckQuerySet", "Outcome", "OutcomeQuerySet", "Status"]


class Status(models.TextChoices):
    """What was done about a demand (what was said is a Stance)."""

    NOT_STARTED = "not_started", _lazy("not started")
    PROPOSED = "proposed", _lazy("proposed")
    UNDER_WAY = "under_way", _lazy("under way")
    PARTLY_DONE = "partly_done", _lazy("partly done")
    DONE = "done", _lazy("done")
    BLOCKED = "blocked", _lazy("blocked")
    REVERSED = "reversed", _lazy("reversed")
    OVERTAKEN = "overtaken", _lazy("overtaken by events")
    WITHDRAWN = "withdrawn", _lazy("withdrawn")
    CANNOT_BE_CHECKED = "cannot_be_checked", _lazy("cannot be checked")


class OutcomeQuerySet(PublishableQuerySet["Outcome"]):
    """Outcomes."""

    def published(self) -> "OutcomeQuerySet":
        """Keep those that every reader may see: the demand and the assessor are published too."""
        return super().published().filter(published_or_none("assessor"), demand__state=State.PUBLISHED)

    def withdrawn(self) -> "OutcomeQuerySet":
        """Keep what readers once saw: withdrawn itself, or its demand with it; the other is no draft."""
        seen = (State.PUBLISHED, State.WITHDRAWN)
        found = self.filter(campaign__state=State.PUBLISHED, state__in=seen, demand__state__in=seen)
        return found.exclude(state=State.PUBLISHED, demand__state=State.PUBLISHED)

    def of(self, demand: Demand) -> "OutcomeQuerySet":
        """Keep a demand's log, the newest first, with the citations and the assessor that a page shows."""
        return (
            self.filter(demand=demand)
            .select_related("campaign", "demand__campaign", "assessor__campaign")
            .prefetch_related(shown("citations", Citation.objects.published().with_source(), "cites"))
            .order_by("-date", "-precision", "-position", "-pk")
        )

    def current(self, at: dt.date, known: dt.datetime | None = None) -> "dict[int, Outcome]":
        """Return by the demand's pk the newest entry in effect on a day, and on record by a moment: its status.

        The newest is the one whose last possible day is the latest, then whose first is.
        """
        in_effect = list(self.filter(on_record_by(known), date__lte=at))
        in_effect.sort(key=lambda one: (one.when.last, one.date, one.position, one.pk))
        return {outcome.demand_id: outcome for outcome in in_effect}


class Outcome(Searchable, Publishable):
    """A dated, reasoned, sourced entry in a demand's log of what was done; the newest in effect is its status."""

    SEARCHED = Searched(7, texts=("reason", "note"), date="date")

    # What `timeline.stream` fetches along, public rows only.
    cites: list[Citation]

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="outcomes", verbose_name=_lazy("campaign"))
    demand = models.ForeignKey(Demand, models.PROTECT, related_name="outcomes", verbose_name=_lazy("demand"))
    status = models.CharField(_lazy("status"), max_length=20, choices=Status)
    date = models.DateField(_lazy("in effect from"))
    precision = precision_field()
    reason = models.TextField(_lazy("reason"), validators=[validate_text], help_text=_lazy("What shows it."))
    assessor = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_lazy("assessed by"),
        help_text=_lazy("Empty where the editors of this record say so."),
    )
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveSmallIntegerField(_lazy("order in the day"), default=0)

    when = Partial[PartialDate]("date", "precision")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["date", "precision", "position", "pk"]
        verbose_name = _lazy("outcome")
        verbose_name_plural = _lazy("outcomes")
        indexes = [
            models.Index(fields=["campaign", "date", "precision", "position", "id"], name="outcome_in_order"),
            models.Index(fields=["demand", "date", "precision", "position", "id"], name="outcome_of_demand"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["demand", "date", "precision", "status"], name="outcome_once"),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="outcome_has_reason",
                violation_error_message=_lazy("Say what shows it."),
            ),
            precision_fits("outcome_date_fits"),
            withdrawal_has_reason("outcome_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return the demand and its status."""
        return f"{self.demand}: {self.get_status_display()}, {self.when}"

    def get_absolute_url(self) -> str:
        """Return the address of its entry on the demand's page."""
        return f"{reverse('demand', args=[self.campaign.slug, self.demand.slug])}#outcome-{self.pk}"

    def names(self) -> Iterator[Publishable]:
        """Yield the demand, the assessor and the cited sources."""
        yield self.demand
        if self.assessor:
            yield self.assessor
        yield from (citation.source for citation in self.citations.select_related("source"))

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Return what publication asks for: a source."""
        if self.citations.filter(about="").exists():
            return []
        return [_("The outcome “%(outcome)s” needs a source.") % {"outcome": self}]


class CheckQuerySet(models.QuerySet["Check"]):
    """Checks."""

    def published(self) -> "CheckQuerySet":
        """Keep those of a published demand or letter, whoever they name published too; a report with its source."""
        cited = Citation.objects.filter(look=OuterRef("pk"))
        own = Q(found=Check.Found.NOTHING_FOUND) & ~Exists(cited)
        return self.filter(
            Q(demand__state=State.PUBLISHED, demand__campaign__state=State.PUBLISHED) | visible("letter"),
            published_or_none("addressee", "reported_by"),
            own | Exists(cited.published()),
        )

    def with_sources(self) -> "CheckQuerySet":
        """Fetch the public citations of each."""
        return self.prefetch_related(shown("citations", Citation.objects.published().with_source(), "cites"))


class Check(Versioned):
    """Somebody looked for an answer and found none: an editor, or a source that reports it, which is then cited."""

    # What the QuerySet methods above fetch along, public rows only.
    cites: list[Citation]
    #: The source of a report, where a form has it in the same row.
    reported_in: Source | None = None

    class Found(models.TextChoices):
        """What was found in the place of an answer."""

        NOTHING_FOUND = "nothing_found", _lazy("nothing found")
        NO_RESPONSE = "no_response", _lazy("did not respond")
        DECLINED = "declined", _lazy("declined to comment")
        UNREACHABLE = "unreachable", _lazy("could not be reached")

    demand = models.ForeignKey(
        Demand, models.PROTECT, null=True, blank=True, related_name="checks", verbose_name=_lazy("demand")
    )
    letter = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_lazy("or the whole letter"),
        help_text=_lazy("Where they were asked about all of it."),
    )
    addressee = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_lazy("addressee"),
        help_text=_lazy("Empty: everybody to whom it was put."),
    )
    date = models.DateField(_lazy("looked on"))
    precision = precision_field()
    found = models.CharField(_lazy("what was found"), max_length=15, choices=Found, default=Found.NOTHING_FOUND)
    reported_by = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_checks",
        verbose_name=_lazy("reported by"),
        help_text=_lazy("Only where the source says it in somebody’s name: what the asking side reports is no look."),
    )
    note = models.TextField(
        _lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Where you looked. Readers see it.")
    )

    when = Partial[PartialDate]("date", "precision")

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["date", "precision", "pk"]
        verbose_name = _lazy("check")
        verbose_name_plural = _lazy("checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(demand__isnull=False, letter=None) | Q(demand=None, letter__isnull=False),
                name="check_demand_or_letter",
                violation_error_message=_lazy("A check is about one demand or about a whole letter; not both."),
            ),
            # Two sources may report the same silence on the same day; one editor's look is one.
            models.UniqueConstraint(
                *(Coalesce(key, 0) for key in ("demand", "letter", "addressee", "reported_by")),
                "date",
                "precision",
                condition=Q(found="nothing_found"),
                name="check_once_a_day",
                violation_error_message=_lazy("That somebody looked then and found nothing is noted already."),
            ),
            precision_fits("check_date_fits"),
        ]

    def __str__(self) -> str:
        """Return what was looked for and when."""
        return ", ".join(str(part) for part in (self.demand or self.letter, self.addressee, self.when) if part)
