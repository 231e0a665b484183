"""Sources, and the citations by which every line of the record rests on them."""

from collections.abc import Collection, Iterable
from functools import reduce
from operator import add, or_
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign
from campaigns.models.dates import Partial, PartialDate, optional_precision_field, precision_fits
from campaigns.models.publishing import Publishable, PublishableQuerySet, State, withdrawal_has_reason
from campaigns.models.search_entry import Searchable, Searched
from campaigns.models.validators import validate_language, validate_line, validate_slug, validate_text, validate_url

__all__ = ["Citation", "CitationQuerySet", "Source", "SourceQuerySet"]


class SourceQuerySet(PublishableQuerySet["Source"]):
    """Sources."""

    #: Newest first, undated last; the columns by which a list of sources is cut into windows.
    NEWEST_FIRST: ClassVar = ("-published_date", "-published_precision", "-pk")


class Source(Searchable, Publishable):
    """A published document: url, publisher, title, author, published (may be unknown), accessed."""

    SEARCHED = Searched(8, titles=("title", "publisher"), texts=("author", "note"), date="published_date")

    class TitleFrom(models.TextChoices):
        """Where the title was read when the page had no headline."""

        URL = "url", _lazy("the address")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="sources", verbose_name=_lazy("campaign"))
    slug = models.CharField(_lazy("slug"), max_length=120, validators=[validate_slug])
    url = models.URLField(_lazy("address"), max_length=2000, blank=True, validators=[validate_url])
    archive_url = models.URLField(_lazy("archived copy"), max_length=2000, blank=True, validators=[validate_url])
    publisher = models.CharField(_lazy("publisher"), max_length=300, blank=True, validators=[validate_line])
    title = models.CharField(_lazy("title"), max_length=1000, blank=True, validators=[validate_line])
    title_from = models.CharField(
        _lazy("title read from"),
        max_length=10,
        choices=TitleFrom,
        blank=True,
        default="",
        help_text=_lazy("Only where the page had no headline."),
    )
    author = models.CharField(_lazy("author"), max_length=300, blank=True, validators=[validate_line])
    language = models.CharField(
        _lazy("language"), max_length=35, blank=True, default="", validators=[validate_language]
    )
    published_date = models.DateField(
        _lazy("published"), null=True, blank=True, help_text=_lazy("Leave empty where the document has no date.")
    )
    published_precision = optional_precision_field()
    accessed = models.DateField(_lazy("read on"), null=True, blank=True)
    note = models.TextField(_lazy("note"), blank=True, validators=[validate_text], help_text=_lazy("Readers see it."))

    published = Partial[PartialDate | None]("published_date", "published_precision")

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["-published_date", "-published_precision", "-pk"]
        verbose_name = _lazy("source")
        verbose_name_plural = _lazy("sources")
        indexes = [models.Index(fields=["campaign", "published_date", "id"], name="source_by_date")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="source_slug_unique"),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="https://") | Q(url__startswith="http://"),
                name="source_url_http",
                violation_error_message=_lazy("The address must start with https:// or http://."),
            ),
            models.CheckConstraint(
                condition=Q(archive_url="")
                | Q(archive_url__startswith="https://")
                | Q(archive_url__startswith="http://"),
                name="source_archive_url_http",
                violation_error_message=_lazy("The address must start with https:// or http://."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | ~Q(url="") | ~Q(title=""),
                name="source_findable",
                violation_error_message=_lazy("A published source needs an address, or a title to look it up by."),
            ),
            precision_fits("source_published_fits", "published_date", "published_precision"),
            withdrawal_has_reason("source_withdrawal_reason"),
        ]

    def __str__(self) -> str:
        """Return publisher and title, or the address where both are missing."""
        return ": ".join(part for part in (self.publisher, self.title) if part) or self.url

    def get_absolute_url(self) -> str:
        """Return the address of its page here, not of the document."""
        return reverse("source", args=[self.campaign.slug, self.slug])

    def gaps(self, coming: Collection[Publishable] = ()) -> list[str]:
        """Return what publication asks for: something to find the document by."""
        if self.url or self.title:
            return []
        return [_("The source “%(slug)s” needs an address or a title.") % {"slug": self.slug}]

    def named_by(self) -> Iterable[Publishable]:
        """Return the published statements, events and outcomes that cite it."""
        cited = [citation.subject for citation in self.citations.select_related(*Citation.SUBJECTS)]
        return [noun for noun in cited if isinstance(noun, Publishable) and noun.state == State.PUBLISHED]


#: The exclusive arc: exactly one of these foreign keys of a citation is set.
#: A check is its `look`: “check” is a method of every model.
_SUBJECTS = ("actor", "membership", "statement", "demand", "issuance", "event", "outcome", "look")


class CitationQuerySet(models.QuerySet["Citation"]):
    """Citations."""

    def published(self) -> "CitationQuerySet":
        """Keep those whose source is published; who shows them has already chosen a published subject."""
        return self.filter(source__state=State.PUBLISHED)

    def of_published(self) -> "CitationQuerySet":
        """Keep those of a subject that every reader may see, each noun by its own rule."""
        visible = Q()
        for name in _SUBJECTS:
            nouns: Any = self.model._meta.get_field(name).related_model
            visible |= Q(Exists(nouns.objects.published().filter(pk=OuterRef(f"{name}_id"))))
        return self.filter(visible)

    def beside_timeline(self, source: "Source") -> "CitationQuerySet":
        """Keep what rests on the source and is no entry of the timeline: actors, roles, demands, wordings, checks."""
        nouns = ("actor", "membership", "demand", "issuance__statement", "look")
        beside = reduce(or_, (Q(**{f"{noun}__isnull": False}) for noun in nouns))
        return self.filter(beside, source=source).select_related(
            "actor__campaign",
            "membership__member__campaign",
            "membership__organization__campaign",
            "membership__post__campaign",
            "demand__campaign",
            "issuance__demand__campaign",
            "issuance__statement__campaign",
            "issuance__statement__speaker",
            "look__demand__campaign",
            "look__letter__campaign",
            "look__letter__speaker",
            "look__addressee__campaign",
        )

    def uses(self, sources: "Iterable[Source]") -> dict[int, int]:
        """Return by the source's pk how many public records rest on it; a source without any is absent."""
        total = reduce(add, (Count(name, distinct=True) for name in _SUBJECTS))
        rows = self.of_published().filter(source__in=sources).order_by().values("source").annotate(records=total)
        return {row["source"]: row["records"] for row in rows}

    def with_source(self) -> "CitationQuerySet":
        """Join the source and its campaign, in the order in which the record gives them."""
        return self.select_related("source__campaign").order_by("position", "pk")


class Citation(models.Model):
    """This record rests on that source; where sources disagree, ``says`` is what this one says ``about`` a point."""

    SUBJECTS: ClassVar[tuple[str, ...]] = _SUBJECTS

    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_lazy("source"))
    actor = models.ForeignKey(
        "Actor", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("actor")
    )
    membership = models.ForeignKey(
        "Membership", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("membership")
    )
    statement = models.ForeignKey(
        "Statement", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("statement")
    )
    demand = models.ForeignKey(
        "Demand", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("demand")
    )
    issuance = models.ForeignKey(
        "Issuance", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("issuance")
    )
    event = models.ForeignKey(
        "Event", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("event")
    )
    outcome = models.ForeignKey(
        "Outcome", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("outcome")
    )
    look = models.ForeignKey(
        "Check", models.PROTECT, null=True, blank=True, related_name="citations", verbose_name=_lazy("check")
    )
    quote = models.TextField(
        _lazy("the source's words"), blank=True, validators=[validate_text], help_text=_lazy("Exactly as printed.")
    )
    place = models.CharField(
        _lazy("place"),
        max_length=100,
        blank=True,
        validators=[validate_line],
        help_text=_lazy("Page, paragraph or minute."),
    )
    about = models.CharField(
        _lazy("disputed point"),
        max_length=300,
        blank=True,
        validators=[validate_line],
        help_text=_lazy("Only where sources disagree: what about."),
    )
    says = models.TextField(_lazy("what this source says"), blank=True, validators=[validate_text])
    position = models.PositiveIntegerField(_lazy("order"), default=0)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _lazy("citation")
        verbose_name_plural = _lazy("citations")
        constraints = [
            models.CheckConstraint(
                condition=reduce(
                    or_, (Q(**{f"{name}__isnull": name != one for name in _SUBJECTS}) for one in _SUBJECTS)
                ),
                name="citation_one_subject",
                violation_error_message=_lazy("A citation belongs to exactly one record."),
            ),
            models.CheckConstraint(
                condition=Q(about="", says="") | (~Q(about="") & ~Q(says="")),
                name="citation_about_and_says",
                violation_error_message=_lazy("A disputed point needs both: what about, and what this source says."),
            ),
            *[
                models.UniqueConstraint(
                    fields=[name, "source"],
                    condition=Q(about=""),
                    name=f"citation_{name}_unique",
                    violation_error_message=_lazy("This source is cited already."),
                )
                for name in _SUBJECTS
            ],
        ]

    def __str__(self) -> str:
        """Return what rests on what."""
        return f"{self.subject} ← {self.source}"

    def clean(self) -> None:
        """Refuse a side of a disputed point that the source has taken already, in the same words at the same place."""
        columns = (*(f"{name}_id" for name in self.SUBJECTS), "source_id", "about", "says", "quote", "place")
        same = Citation.objects.filter(**{column: getattr(self, column) for column in columns})
        if self.about and same.exclude(pk=self.pk).exists():
            raise ValidationError(_("This source says so already."))

    @property
    def subject(self) -> models.Model:
        """The one record that it belongs to."""
        name = next(name for name in self.SUBJECTS if getattr(self, f"{name}_id") is not None)
        return getattr(self, name)  # type: ignore[no-any-return]
