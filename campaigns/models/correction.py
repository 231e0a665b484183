"""Corrections: what readers had seen in the published record and was changed or withdrawn afterwards, and why."""

from collections import defaultdict
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.actor import Actor
from campaigns.models.campaign import Campaign
from campaigns.models.demand import Demand
from campaigns.models.event import Event
from campaigns.models.outcome import Outcome
from campaigns.models.publishing import Publishable, State, account
from campaigns.models.source import Source
from campaigns.models.statement import Statement
from campaigns.models.validators import validate_text
from campaigns.text.private_details import private_details

__all__ = ["Correction", "CorrectionQuerySet"]

#: The arc: at most one of these foreign keys is set; none where the campaign's own texts were corrected.
_SUBJECTS: dict[str, type[Publishable]] = {
    "actor": Actor,
    "source": Source,
    "statement": Statement,
    "demand": Demand,
    "event": Event,
    "outcome": Outcome,
}


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Corrections."""

    #: The columns by which a list of corrections is cut into windows.
    NEWEST_FIRST: ClassVar = ("-at", "-pk")

    def published(self) -> "CorrectionQuerySet":
        """Keep what readers are told: corrections and withdrawals, not typos, of what they may see or once saw.

        The record of one that ``stands`` may be named; one that was withdrawn since is not, for its page says why.
        """
        stands = Q(**dict.fromkeys((f"{name}__isnull" for name in _SUBJECTS), True))
        gone = Q()
        for name, model in _SUBJECTS.items():
            nouns: Any = model._default_manager
            stands |= Q(Exists(nouns.published().filter(pk=OuterRef(f"{name}_id"))))
            gone |= Q(Exists(nouns.withdrawn().filter(pk=OuterRef(f"{name}_id"))))
        told = self.filter(stands | gone, kind__in=Correction.TOLD, campaign__state=State.PUBLISHED)
        return told.annotate(stands=ExpressionWrapper(stands, BooleanField()))

    def of(self, *records: Publishable) -> "CorrectionQuerySet":
        """Keep those of the records, newest first; a demand's outcomes stand on its page, so theirs too."""
        keys: dict[str, set[int]] = defaultdict(set)
        for record in records:
            keys[Correction.arc(record)].add(record.pk)
        mine = Q(campaign__in=keys.pop("", ()), **dict.fromkeys(_SUBJECTS))
        for name, found in keys.items():
            mine |= Q(**{f"{name}__in": found})
        return self.filter(mine | Q(outcome__demand__in=keys["demand"])).order_by(*self.NEWEST_FIRST)

    def with_subject(self) -> "CorrectionQuerySet":
        """Join what a line about each shows."""
        further = ("statement__speaker", "outcome__demand__campaign")
        return self.select_related("campaign", *(f"{name}__campaign" for name in _SUBJECTS), *further)


class Correction(models.Model):
    """A published record was changed: a typo, a correction with a sentence for the readers, or a withdrawal."""

    SUBJECTS: ClassVar[tuple[str, ...]] = tuple(_SUBJECTS)

    class Kind(models.TextChoices):
        """Whether readers are told; an editor chooses among the first two, a withdrawal writes the third."""

        TYPO = "typo", _lazy("a slip of ours: a few letters; nothing that was said changes")
        CORRECTION = "correction", _lazy("a correction: readers were told something else")
        WITHDRAWAL = "withdrawal", _lazy("a withdrawal: the record is not shown any more")

    #: Those that readers find in the list, each with its sentence.
    TOLD = (Kind.CORRECTION, Kind.WITHDRAWAL)
    #: Those among which an editor chooses.
    ASKED = (Kind.TYPO, Kind.CORRECTION)

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="corrections", verbose_name=_lazy("campaign"))
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("actor")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("source")
    )
    statement = models.ForeignKey(
        Statement, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("statement")
    )
    demand = models.ForeignKey(
        Demand, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("demand")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("event")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_lazy("outcome")
    )
    kind = models.CharField(_lazy("what it is"), max_length=10, choices=Kind)
    sentence = models.TextField(_lazy("what was corrected"), blank=True, validators=[validate_text])
    hides_earlier = models.BooleanField(
        _lazy("what stood there must not be shown any more"),
        default=False,
        help_text=_lazy("The versions from before this correction then answer with its sentence."),
    )
    at = models.DateTimeField(_lazy("when"), default=timezone.now)
    by = account(_lazy("by"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _lazy("correction")
        verbose_name_plural = _lazy("corrections")
        indexes = [models.Index(fields=["campaign", "-at", "-id"], name="correction_newest")]
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (Q(**{f"{name}__isnull": True for name in _SUBJECTS if name != one}) for one in _SUBJECTS),
                ),
                name="correction_one_subject",
                violation_error_message=_lazy("A correction belongs to one record."),
            ),
            models.CheckConstraint(
                condition=Q(kind="typo", sentence="") | (Q(kind__in=["correction", "withdrawal"]) & ~Q(sentence="")),
                name="correction_says_what",
                violation_error_message=_lazy("A correction says what was corrected; a typo says nothing."),
            ),
            models.CheckConstraint(
                condition=Q(hides_earlier=False) | Q(kind="correction"),
                name="correction_hides_with_reason",
                violation_error_message=_lazy("Only a correction, with its sentence, takes away what stood there."),
            ),
        ]

    def __str__(self) -> str:
        """Return the sentence, or that it was a typo."""
        return self.sentence or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        """Return its place in the list of corrections."""
        return f"{reverse('corrections', args=[self.campaign.slug])}#correction-{self.pk}"

    def clean(self) -> None:
        """Refuse a sentence that tells a private detail: what was taken out of the record would stand here."""
        if problems := [told.refusal() for told in private_details(self.sentence)]:
            raise ValidationError(problems)

    @classmethod
    def arc(cls, record: Publishable) -> str:
        """Return the foreign key that a record stands under; nothing for the campaign itself."""
        if isinstance(record, Campaign):
            return ""
        return next(name for name, model in _SUBJECTS.items() if isinstance(record, model))

    @classmethod
    def of(cls, record: Publishable, kind: str, sentence: str = "", by: Any = None) -> "Correction":
        """Return a new correction of a record, not saved yet."""
        name = cls.arc(record)
        campaign = record if isinstance(record, Campaign) else record.campaign
        return cls(campaign=campaign, kind=kind, sentence=sentence.strip(), by=by, **({name: record} if name else {}))

    @property
    def has_versions(self) -> bool:
        """Whether readers find under versions/ what its record said before."""
        return any((self.statement_id, self.demand_id, self.event_id))

    @property
    def subject(self) -> Publishable:
        """The record that was corrected."""
        found = (getattr(self, name) for name in _SUBJECTS if getattr(self, f"{name}_id") is not None)
        return next(found, self.campaign)
