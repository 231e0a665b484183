"""A campaign: the whole record of one exchange between a coalition and officials."""

import datetime as dt
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.dates import Partial, PartialDate, optional_precision_field, precision_fits
from campaigns.models.publishing import Publishable, PublishableQuerySet, State, withdrawal_has_reason
from campaigns.models.validators import (
    validate_campaign_slug,
    validate_language,
    validate_languages,
    validate_line,
    validate_text,
    validate_timezone,
)
from campaigns.text.words import main_language

__all__ = ["Campaign", "CampaignQuerySet"]


class CampaignQuerySet(PublishableQuerySet["Campaign"]):
    """Campaigns."""

    def published(self) -> "CampaignQuerySet":
        """Keep the campaigns that every reader may see."""
        return self.filter(state=State.PUBLISHED)

    def withdrawn(self) -> "CampaignQuerySet":
        """Keep the campaigns that readers once saw."""
        return self.filter(state=State.WITHDRAWN)

    def with_counts(self) -> "CampaignQuerySet":
        """Annotate ``demand_count``, the number of published demands."""
        return self.annotate(demand_count=Count("demands", filter=Q(demands__state=State.PUBLISHED)))


class Campaign(Publishable):
    """The whole record: name, place, time zone, languages, methodology."""

    slug = models.CharField(
        _lazy("slug"),
        max_length=80,
        unique=True,
        validators=[validate_campaign_slug],
        help_text=_lazy("The first part of its address; it never changes once partners link to it."),
    )
    name = models.CharField(_lazy("name"), max_length=300, validators=[validate_line])
    summary = models.TextField(_lazy("summary"), blank=True, validators=[validate_text])
    place = models.CharField(_lazy("place"), max_length=300, blank=True, validators=[validate_line])
    timezone = models.CharField(
        _lazy("time zone"),
        max_length=60,
        default="UTC",
        validators=[validate_timezone],
        help_text=_lazy("A name such as America/Chicago: days are days there."),
    )
    language = models.CharField(_lazy("language"), max_length=35, default="en", validators=[validate_language])
    languages = models.JSONField(_lazy("further languages"), default=list, blank=True, validators=[validate_languages])
    started_date = models.DateField(_lazy("started"), null=True, blank=True)
    started_precision = optional_precision_field()
    methodology = models.TextField(
        _lazy("methodology"),
        blank=True,
        validators=[validate_text],
        help_text=_lazy("How the record is made; Markdown. Shown on the about page."),
    )
    licence = models.CharField(
        _lazy("licence"),
        max_length=300,
        blank=True,
        validators=[validate_line],
        help_text=_lazy("Under which terms others may reuse the data, for example CC BY 4.0."),
    )
    #: How the team works; no reader sees it, and a campaign file need not say it.
    TEAM: ClassVar[tuple[str, ...]] = ("second_reader", "check_after")
    second_reader = models.BooleanField(
        _lazy("a second person publishes"),
        default=False,
        help_text=_lazy("Whoever changed a record last cannot publish it."),
    )
    check_after = models.PositiveSmallIntegerField(
        _lazy("days until we look again"),
        default=30,
        help_text=_lazy("The desk lists addressees without an answer for whom nobody has looked for so many days."),
    )

    started = Partial[PartialDate | None]("started_date", "started_precision")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _lazy("campaign")
        verbose_name_plural = _lazy("campaigns")
        constraints = [
            precision_fits("campaign_started_fits", "started_date", "started_precision"),
            withdrawal_has_reason("campaign_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    def today(self) -> dt.date:
        """Return the day that it is now in the campaign's time zone."""
        return timezone.localdate(timezone=ZoneInfo(self.timezone))

    def end_of(self, day: dt.date) -> dt.datetime:
        """Return the moment at which a day is over in the campaign's time zone."""
        return dt.datetime.combine(day, dt.time.max, ZoneInfo(self.timezone))

    def lock(self) -> None:
        """Have whoever else asks for this wait until our transaction ends; links to the campaign are not held up.

        SQLite has only one writer at a time, so there nothing is left to do.
        """
        list(Campaign._base_manager.select_for_update(no_key=True).filter(pk=self.pk).values_list("pk"))

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and make the whole search index anew where a trigger has emptied it: the languages have changed."""
        super().save(*args, **kwargs)
        self._meta.apps.get_model("campaigns", "SearchEntry")._default_manager.refresh_emptied(self)

    def needs_second_reader(self) -> bool:
        """Say whether whoever changed the campaign last may not be the one who publishes it."""
        return self.second_reader

    def search_languages(self) -> list[str]:
        """Return the languages in which queries are read: its own first, then the further ones, without regions."""
        return list(dict.fromkeys(map(main_language, (self.language, *self.languages))))

    def get_absolute_url(self) -> str:
        """Return the address of the overview."""
        return reverse("campaign", args=[self.slug])
