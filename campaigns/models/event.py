"""Events: something that happened and nobody said, and what it did to a demand."""

from collections.abc import Collection, Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign
from campaigns.models.dates import (
    Partial,
    PartialDate,
    ends_after_start,
    optional_precision_field,
    precision_field,
    precision_fits,
)
from campaigns.models.demand import Demand
from campaigns.models.publishing import (
    Publishable,
    PublishableQuerySet,
    State,
    told_unseen,
    unready,
    withdrawal_has_reason,
)
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.source import Citation
from campaigns.models.validators import validate_line, validate_slug, validate_text

__all__ = ["Effect", "EffectQuerySet", "Event", "EventQuerySet"]


class EventQuerySet(PublishableQuerySet["Event"]):
    """Events."""


class Event(Searchable, Publishable):
    """Something that happened and nobody said: a protest, a ruling, a resignation taking effect."""

    SEARCHED = Searched(6, titles=("title",), texts=("summary", "note", "venue"), date="date")

    # What `timeline.stream` fetches along, public rows only.
    affects: list["Effect"]
    cites: list[Citation]

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="events", verbose_name=_lazy("campaign"))
    slug = models.CharField(_lazy("slug"), max_length=120, validators=[validate_slug])
    date = models.DateField(_lazy("date"))
    precision = precision_field()
    end_date = models.DateField(_lazy("last day"), null=True, blank=True)
    end_precision = optional_precision_field()
    position = models.PositiveSmallIntegerField(_lazy("order in the day"), default=0)
    title = models.CharField(_lazy("title"), max_length=300, validators=[validate_line])
    summary = models.TextField(_lazy("summary"), blank=True, validators=[validate_text])
    venue = models.CharField(_lazy("where"), max_length=300, blank=True, validators=[validate_line])
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))

    when = Partial[PartialDate]("date", "precision")
    end = Partial[PartialDate | None]("end_date", "end_precision")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["date", "precision", "position", "pk"]
        verbose_name = _lazy("event")
        verbose_name_plural = _lazy("events")
        indexes = [models.Index(fields=["campaign", "date", "precision", "position", "id"], name="event_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="event_slug_unique"),
            models.CheckConstraint(
                condition=~models.Q(title=""),
                name="event_has_title",
                violation_error_message=_lazy("An event needs a title."),
            ),
            precision_fits("event_date_fits"),
            precision_fits("event_end_fits", "end_date", "end_precision"),
            ends_after_start("event_ends_after_start"),
            withdrawal_has_reason("event_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def get_absolute_url(self) -> str:
        """Return its permanent address."""
        return reverse("event", args=[self.campaign.slug, self.slug])

    def names(self) -> Iterator[Publishable]:
        """Yield the cited sources."""
        yield from (citation.source for citation in self.citations.select_related("source"))

    def brings(self) -> Iterator[Publishable]:
        """Yield the draft demands that it affects."""
        yield from unready(self._affected())

    def unseen(self) -> list[str]:
        """Return sentences about demands of which readers do not see that it affects them."""
        said = _("Readers do not see that it affects the %(noun)s “%(name)s”, which is %(state)s.")
        return told_unseen(said, self._affected())

    def _affected(self) -> list[Demand]:
        return [row.demand for row in self.effects.select_related("demand")]

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Return what publication asks for: a source."""
        if self.citations.filter(about="").exists():
            return []
        return [_("The event “%(slug)s” needs a source.") % {"slug": self.slug}]


class EffectQuerySet(models.QuerySet["Effect"]):
    """Effects."""

    def published(self) -> "EffectQuerySet":
        """Keep those between a published event and a published demand."""
        return self.filter(
            event__state=State.PUBLISHED,
            demand__state=State.PUBLISHED,
            demand__campaign__state=State.PUBLISHED,
        )

    def of(self, demand: Demand) -> "EffectQuerySet":
        """Keep what events did to a demand, with the event."""
        return self.filter(demand=demand).select_related("event__campaign")


class Effect(models.Model):
    """An event advances, sets back or ends a demand."""

    class Kind(models.TextChoices):
        """What it did."""

        ADVANCES = "advances", _lazy("advances")
        SETS_BACK = "sets_back", _lazy("sets back")
        ENDS = "ends", _lazy("ends")

    event = models.ForeignKey(Event, models.PROTECT, related_name="effects", verbose_name=_lazy("event"))
    demand = models.ForeignKey(Demand, models.PROTECT, related_name="effects", verbose_name=_lazy("demand"))
    kind = models.CharField(_lazy("effect"), max_length=10, choices=Kind)
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    objects = EffectQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _lazy("effect")
        verbose_name_plural = _lazy("effects")
        constraints = [models.UniqueConstraint(fields=["event", "demand"], name="effect_once")]

    def __str__(self) -> str:
        """Return the sentence."""
        return f"{self.event} {self.get_kind_display()} {self.demand}"
