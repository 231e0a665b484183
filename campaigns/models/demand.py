"""Demands, whom they are put to, and each occasion on which they were raised."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.actor import Actor
from campaigns.models.campaign import Campaign
from campaigns.models.dates import Partial, PartialDate, precision_field, precision_fits
from campaigns.models.edit_lock import Versioned
from campaigns.models.publishing import (
    Publishable,
    PublishableQuerySet,
    State,
    leads_back,
    shown,
    unready,
    withdrawal_has_reason,
)
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.source import Citation
from campaigns.models.statement import Participant, Statement, visible
from campaigns.models.validators import validate_language, validate_line, validate_slug, validate_text

__all__ = ["Demand", "DemandQuerySet", "Issuance", "IssuanceQuerySet", "Party", "PartyQuerySet", "nested"]


class DemandQuerySet(PublishableQuerySet["Demand"]):
    """Demands."""

    def put_to(self, actors: Iterable[Actor | int]) -> "DemandQuerySet":
        """Keep those that are put to any of the actors."""
        parties = Party.objects.addressees().filter(actor__in=actors)
        return self.filter(pk__in=parties.values("demand"))

    def of_the_day(self, at: dt.date) -> "DemandQuerySet":
        """Leave out those that are raised on days to come only: they are no part of that day's record."""
        occasions = Issuance.objects.published().filter(demand=OuterRef("pk"))
        return self.exclude(Exists(occasions) & ~Exists(occasions.filter(date__lte=at)))

    def for_page(self) -> "DemandQuerySet":
        """Fetch what the demand's page shows beside its timeline, public rows only."""
        linked = Demand.objects.published().select_related("campaign")
        return self.select_related("campaign").prefetch_related(
            Prefetch("parent", linked),
            Prefetch("predecessor", linked),
            shown("parts", linked, "has_parts"),
            shown("successors", linked, "became"),
            shown(
                "parties",
                Party.objects.published().decision_makers().select_related("actor__campaign"),
                "deciders",
            ),
            shown("citations", Citation.objects.published().with_source(), "cites"),
        )


class Demand(Searchable, Publishable):
    """What the campaign asks."""

    SEARCHED = Searched(2, titles=("title",), texts=("translation", "note"), quoted=("text",))

    # What `for_page` fetches along, public rows only.
    has_parts: list["Demand"]
    became: list["Demand"]
    deciders: list["Party"]
    cites: list[Citation]

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="demands", verbose_name=_lazy("campaign"))
    slug = models.CharField(_lazy("slug"), max_length=120, validators=[validate_slug])
    title = models.CharField(_lazy("title"), max_length=300, validators=[validate_line])
    text = models.TextField(
        _lazy("wording"), blank=True, validators=[validate_text], help_text=_lazy("The current wording, exactly.")
    )
    language = models.CharField(
        _lazy("language of the wording"), max_length=35, blank=True, default="", validators=[validate_language]
    )
    translation = models.TextField(_lazy("translation of the wording"), blank=True, validators=[validate_text])
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_lazy("part of")
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_lazy("successor of")
    )
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveIntegerField(_lazy("order"), default=0, help_text=_lazy("Order on the overview."))

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _lazy("demand")
        verbose_name_plural = _lazy("demands")
        indexes = [models.Index(fields=["campaign", "position", "id"], name="demand_in_order")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="demand_slug_unique"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="demand_has_title",
                violation_error_message=_lazy("A demand needs a title."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="demand_not_part_of_itself",
                violation_error_message=_lazy("A demand cannot be part of itself."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("id")),
                name="demand_not_its_own_successor",
                violation_error_message=_lazy("A demand cannot succeed itself."),
            ),
            withdrawal_has_reason("demand_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title

    def clean(self) -> None:
        """Refuse a demand that is a part or a successor of itself in several steps."""
        if leads_back(self, "parent") or leads_back(self, "predecessor"):
            raise ValidationError(_("A demand is no part and no successor of itself, not in several steps either."))

    def get_absolute_url(self) -> str:
        """Return its permanent address."""
        return reverse("demand", args=[self.campaign.slug, self.slug])

    def names(self) -> Iterator[Publishable]:
        """Yield parent and predecessor, addressees and decision makers, and the cited sources."""
        yield from (demand for demand in (self.parent, self.predecessor) if demand)
        yield from (party.actor for party in self.parties.select_related("actor"))
        yield from (citation.source for citation in self.citations.select_related("source"))

    def brings(self) -> Iterator[Publishable]:
        """Yield the drafts in which it was raised, where readers would otherwise find no occasion and no source."""
        if self.gaps():
            yield from unready(self._raised_in())

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Return what publication asks for: an occasion that readers see, or a source; a part may have its whole's."""
        if self.citations.filter(about="").exists() or self.issuances.filter(statement=None).exists():
            return []
        if any(one.state == State.PUBLISHED or one in coming for one in self._raised_in()):
            return []
        if self.parent is not None and not leads_back(self, "parent") and not self.parent.gaps(coming):
            return []
        return [_("The demand needs an occasion on which it was raised, or a source.")]

    def _raised_in(self) -> list[Statement]:
        rows = self.issuances.filter(statement__isnull=False).select_related("statement__speaker")
        return [row.statement for row in rows if row.statement]


def nested(demands: Sequence[Demand]) -> list[tuple[Demand, bool]]:
    """Return the demands with their parts behind them, in their own order; each with whether it stands as a part."""
    known = {demand.pk for demand in demands}
    parts: dict[int | None, list[Demand]] = defaultdict(list)
    for demand in demands:
        parts[demand.parent_id if demand.parent_id in known else None].append(demand)

    def walk(parent: int | None) -> Iterator[tuple[Demand, bool]]:
        for demand in parts[parent]:
            yield demand, parent is not None
            yield from walk(demand.pk)

    return list(walk(None))


class PartyQuerySet(models.QuerySet["Party"]):
    """Parties of demands."""

    def published(self) -> "PartyQuerySet":
        """Keep those whose actor is published; who shows them has already chosen a published demand."""
        return self.filter(actor__state=State.PUBLISHED)

    def addressees(self) -> "PartyQuerySet":
        """Keep those whom the demand is put to."""
        return self.filter(role=Party.Role.ADDRESSEE)

    def decision_makers(self) -> "PartyQuerySet":
        """Keep those who could grant it."""
        return self.filter(role=Party.Role.DECISION_MAKER)


class Party(models.Model):
    """Somebody a demand is put to, or who could grant it: often not the same."""

    class Role(models.TextChoices):
        """Which of the two."""

        ADDRESSEE = "addressee", _lazy("addressee")
        DECISION_MAKER = "decision_maker", _lazy("decision maker")

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="parties", verbose_name=_lazy("demand"))
    role = models.CharField(_lazy("role"), max_length=15, choices=Role, default=Role.ADDRESSEE)
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="parties", verbose_name=_lazy("who"))
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ["role", "position", "pk"]
        verbose_name = _lazy("party")
        verbose_name_plural = _lazy("parties")
        constraints = [models.UniqueConstraint(fields=["demand", "role", "actor"], name="party_once")]

    def __str__(self) -> str:
        """Return who it is."""
        return str(self.actor)


class IssuanceQuerySet(models.QuerySet["Issuance"]):
    """Issuances."""

    def published(self) -> "IssuanceQuerySet":
        """Keep those of published demands whose statement, where there is one, every reader may see."""
        return self.filter(
            Q(statement=None) | visible("statement"),
            demand__state=State.PUBLISHED,
            demand__campaign__state=State.PUBLISHED,
        )

    def with_statement(self) -> "IssuanceQuerySet":
        """Fetch with each the statement and who took part in it, public rows only."""
        participants = Participant.objects.published().select_related("actor__campaign")
        return self.select_related(
            "statement__campaign", "statement__speaker__campaign", "statement__on_behalf_of__campaign"
        ).prefetch_related(shown("statement__participants", participants, "took_part"))

    def with_sources(self) -> "IssuanceQuerySet":
        """Fetch the public citations of each wording."""
        return self.prefetch_related(shown("citations", Citation.objects.published().with_source(), "cites"))


class Issuance(Searchable, Versioned):
    """This statement raises that demand, in this wording: the first time, and at every renewal."""

    SEARCHED = Searched(3, texts=("translation", "note"), quoted=("text",), date="date", campaign="demand__campaign")

    # What the timeline and a statement's page fetch along, public rows only.
    cites: list[Citation]

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="issuances", verbose_name=_lazy("demand"))
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, blank=True, related_name="issuances", verbose_name=_lazy("statement")
    )
    date = models.DateField(_lazy("date"))
    precision = precision_field()
    text = models.TextField(
        _lazy("wording on that occasion"),
        blank=True,
        validators=[validate_text],
        help_text=_lazy("Exactly; empty where it is the demand’s own wording or unknown."),
    )
    language = models.CharField(
        _lazy("language of the wording"), max_length=35, blank=True, default="", validators=[validate_language]
    )
    translation = models.TextField(_lazy("translation of the wording"), blank=True, validators=[validate_text])
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    when = Partial[PartialDate]("date", "precision")

    objects = IssuanceQuerySet.as_manager()

    class Meta:
        ordering = ["date", "precision", "position", "pk"]
        verbose_name = _lazy("issuance")
        verbose_name_plural = _lazy("issuances")
        indexes = [models.Index(fields=["demand", "date", "precision", "id"], name="issuance_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["demand", "statement"],
                condition=Q(statement__isnull=False),
                name="issuance_once",
                violation_error_message=_lazy("The statement raises this demand already."),
            ),
            models.UniqueConstraint(
                fields=["demand", "date", "precision"],
                condition=Q(statement=None),
                name="issuance_once_a_day",
                violation_error_message=_lazy("The demand was raised on this date already."),
            ),
            precision_fits("issuance_date_fits"),
        ]

    def __str__(self) -> str:
        """Return what was raised and when."""
        return _("%(demand)s, raised %(when)s") % {"demand": self.demand, "when": self.when}
