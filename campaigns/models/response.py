"""Responses: the link “this statement answers that demand”, with a stance."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.dates import Partial, PartialDate, optional_precision_field, precision_fits
from campaigns.models.demand import Demand
from campaigns.models.publishing import State
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.statement import Statement, visible
from campaigns.models.validators import validate_text

__all__ = ["Response", "ResponseQuerySet", "Stance"]


class Stance(models.TextChoices):
    """What was said about a demand (what was done is an Outcome)."""

    ACCEPTS = "accepts", _lazy("accepts")
    PROMISES = "promises", _lazy("promises")
    ACTS = "acts", _lazy("acts")
    PARTIAL = "partial", _lazy("accepts in part")
    ACKNOWLEDGES = "acknowledges", _lazy("acknowledges")
    DEFLECTS = "deflects", _lazy("deflects")
    REJECTS = "rejects", _lazy("rejects")
    # The words for those who have nothing to grant.
    SUPPORTS = "supports", _lazy("supports")
    OPPOSES = "opposes", _lazy("opposes")
    NO_POSITION = "no_position", _lazy("takes no position")


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses."""

    def published(self) -> "ResponseQuerySet":
        """Keep those whose statement every reader may see, and whose demand or letter too."""
        return self.filter(
            Q(demand__state=State.PUBLISHED, demand__campaign__state=State.PUBLISHED) | visible("letter"),
            visible("statement"),
        )


class Response(Searchable):
    """This statement answers that demand, or a whole letter and with it each demand that the letter raises."""

    SEARCHED = Searched(5, texts=("note",), campaign="statement__campaign")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="responses", verbose_name=_lazy("statement"))
    demand = models.ForeignKey(
        Demand, models.PROTECT, null=True, blank=True, related_name="responses", verbose_name=_lazy("demand")
    )
    letter = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letter_responses",
        verbose_name=_lazy("or the whole letter"),
        help_text=_lazy("Where the answer is tied to no single demand of it."),
    )
    stance = models.CharField(_lazy("stance"), max_length=12, choices=Stance)
    due_date = models.DateField(_lazy("promised for"), null=True, blank=True)
    due_precision = optional_precision_field()
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    due = Partial[PartialDate | None]("due_date", "due_precision")

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _lazy("response")
        verbose_name_plural = _lazy("responses")
        constraints = [
            models.CheckConstraint(
                condition=Q(demand__isnull=False, letter=None) | Q(demand=None, letter__isnull=False),
                name="response_demand_or_letter",
                violation_error_message=_lazy("An answer is to one demand or to a whole letter; not both."),
            ),
            models.CheckConstraint(
                condition=~Q(statement=F("letter")),
                name="response_not_to_itself",
                violation_error_message=_lazy("A statement cannot answer itself."),
            ),
            precision_fits("response_due_fits", "due_date", "due_precision"),
            models.UniqueConstraint(
                fields=["statement", "demand"],
                condition=Q(demand__isnull=False),
                name="response_once",
                violation_error_message=_lazy("The statement answers this demand already."),
            ),
            models.UniqueConstraint(
                fields=["statement", "letter"],
                condition=Q(letter__isnull=False),
                name="response_to_letter_once",
                violation_error_message=_lazy("The statement answers this letter already."),
            ),
        ]

    def __str__(self) -> str:
        """Return the sentence."""
        return f"{self.statement} {self.get_stance_display()} {self.demand or self.letter}"

    def clean(self) -> None:
        """Refuse an answer to a letter that asks for nothing."""
        if self.letter is not None and not self.letter.issuances.exists():
            raise ValidationError(
                _("That statement raises no demand: an answer to a whole letter needs one that does.")
            )
