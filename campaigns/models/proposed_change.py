"""Proposed changes: what somebody wrote about records that readers see, kept until a second person has read it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign
from campaigns.models.correction import Correction
from campaigns.models.publishing import account

__all__ = ["ProposedChange", "ProposedChangeQuerySet"]


class ProposedChangeQuerySet(models.QuerySet["ProposedChange"]):
    """Proposed changes."""

    def waiting(self) -> "ProposedChangeQuerySet":
        """Keep those that nobody has decided about."""
        return self.filter(state=ProposedChange.State.WAITING)

    def about(self, record: models.Model) -> "ProposedChangeQuerySet":
        """Keep those that were written on the page of a record."""
        return self.filter(noun=record._meta.concrete_model._meta.model_name, record=record.pk)  # type: ignore[union-attr]


class ProposedChange(models.Model):
    """The rows as they would be, and as they were; readers go on reading what stands. No reader ever sees it."""

    class State(models.TextChoices):
        """Whether somebody has decided."""

        WAITING = "waiting", _lazy("waits for a second reader")
        ACCEPTED = "accepted", _lazy("accepted")
        RETURNED = "returned", _lazy("returned")

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="proposed_changes", verbose_name=_lazy("campaign")
    )
    #: The record on whose page it was written: its kind and its key. Records are never deleted.
    noun = models.CharField(_lazy("kind of record"), max_length=20)
    record = models.PositiveBigIntegerField(_lazy("number of the record"))
    #: What the record is called, for lists.
    label = models.CharField(_lazy("name of the record"), max_length=200)
    #: Each row: {"model", "pk", "before", "after"}; before and after are columns with their values, or null.
    rows = models.JSONField(_lazy("rows"), encoder=DjangoJSONEncoder)
    #: What readers are to be told.
    kind = models.CharField(_lazy("what it is"), max_length=10, choices=Correction.Kind, blank=True)
    sentence = models.TextField(_lazy("what was corrected"), blank=True)
    hides_earlier = models.BooleanField(_lazy("what stood there must not be shown any more"), default=False)
    by = account(_lazy("proposed by"))
    at = models.DateTimeField(_lazy("proposed"), default=timezone.now, editable=False)
    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.WAITING)
    decided_by = account(_lazy("decided by"), null=True, blank=True)
    decided_at = models.DateTimeField(_lazy("decided"), null=True, blank=True, editable=False)
    reason = models.TextField(_lazy("reason"), blank=True)

    objects = ProposedChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _lazy("proposed change")
        verbose_name_plural = _lazy("proposed changes")
        indexes = [models.Index(fields=["noun", "record"], name="proposed_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | Q(state__in=["accepted", "returned"], decided_at__isnull=False, decided_by__isnull=False),
                name="proposed_decided",
                violation_error_message=_lazy("Who decides a proposed change, and when, is noted with the decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(decided_by=models.F("by")),
                name="proposed_second_person",
                violation_error_message=_lazy("A second person accepts a proposed change."),
            ),
        ]

    def __str__(self) -> str:
        """Return what the record is called."""
        return self.label
