"""Sources, and the citations that stand on the page of what rests on them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.dates import PartialDateField
from campaigns.admin.forms import RecordForm
from campaigns.admin.record import RecordAdmin, StackedLinkInline, site
from campaigns.models import Citation, Source

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


@admin.register(Source, site=site)
class SourceAdmin(RecordAdmin):
    """Published documents."""

    form = SourceForm
    list_display = ["__str__", "published_words", "url", "state", "campaign"]
    list_filter = ["state", "campaign"]
    search_fields = ["title", "publisher", "url", "slug"]
    ordering = ["-pk"]
    fieldsets = [
        (
            _lazy("Where it is"),
            {
                "fields": ["url", "archive_url", "accessed"],
                "description": _lazy("Without an address, write publisher, title and date so that anybody finds it."),
            },
        ),
        (_lazy("What it is"), {"fields": ["title", "publisher", "author", "published", "language"]}),
        (_lazy("More"), {"fields": ["note", "title_from", "slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_lazy("published"), ordering="published_date")
    def published_words(self, obj: Source) -> str:
        return str(obj.published or "–")
