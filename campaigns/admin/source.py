"""Sources, and the citations that stand on the page of what rests on them."""

from typing import Any

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.base import RecordAdmin, StackedLinkInline, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.models import Citation, LinkCheck, Source

__all__ = ["CitationInline", "SourceAdmin"]


class CitationInline(StackedLinkInline):
    """The sources on which a record rests."""

    model = Citation
    verbose_name = _lazy("source")
    verbose_name_plural = _lazy("sources: what the record rests on")
    fieldsets = [
        (None, {"fields": ["source", "quote", ("place", "position"), ("about", "says")]}),
    ]
    autocomplete_fields = ["source"]
    related = ("source",)
    classes = ["collapse"]


class SourceForm(RecordForm):
    """A source."""

    published = PartialDateField(
        label=_lazy("published"),
        required=False,
        help_text=_lazy("As exact as the document: 22 April 2021, April 2021, 2021; empty where it has no date."),
    )
    slug_from = ("publisher", "title")


class ReachFilter(admin.SimpleListFilter):
    """Sources that could not be reached."""

    title = _lazy("address")
    parameter_name = "reach"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return [("failed", _("could not be reached"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(pk__in=LinkCheck.objects.to_mend().values("source")) if self.value() else queryset


@admin.register(Source, site=site)
class SourceAdmin(RecordAdmin):
    """Published documents."""

    form = SourceForm
    list_display = ["__str__", "published_words", "url", "state", "campaign"]
    list_filter = ["state", ReachFilter, "campaign"]
    search_fields = ["title", "publisher", "url", "slug"]
    ordering = ["-pk"]
    fieldsets = [
        (
            _lazy("Where it is"),
            {
                "fields": ["url", "archive_url", "reach", "accessed"],
                "description": _lazy("Without an address, write publisher, title and date so that anybody finds it."),
            },
        ),
        (_lazy("What it is"), {"fields": ["title", "publisher", "author", "published", "language"]}),
        (_lazy("More"), {"fields": ["note", "title_from", "slug"], "classes": ["collapse"]}),
    ]

    readonly_fields = ["reach"]

    @admin.display(description=_lazy("last looked at"))
    def reach(self, obj: Source) -> str:
        """Return what was found at the addresses that it has now, and since when one has failed."""
        links = [link for link in LinkCheck.objects.filter(source=obj.pk).order_by("-kind") if link.still_of(obj)]
        rows = []
        for link in links:
            since = _("Since %(day)s.") % {"day": date_format(link.failed_since)} if link.failed_since else ""
            rows.append((date_format(link.checked_at), link.get_kind_display(), link.why, since))
        return format_html_join("", "<div>{}, {}: {} {}</div>", rows) or "–"

    @admin.display(description=_lazy("published"), ordering="published_date")
    def published_words(self, obj: Source) -> str:
        return str(obj.published or "–")
