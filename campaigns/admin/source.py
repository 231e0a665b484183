"""Sources, and the citations that stand on the page of what rests on them."""

from django.contrib import admin

from campaigns.admin.record import LinkInline, RecordAdmin, site
from campaigns.models import Citation, Source

__all__ = ["CitationInline", "SourceAdmin"]


class CitationInline(LinkInline):
    """The sources on which a record rests."""

    model = Citation
    fields = ["source", "quote", "place", "about", "says", "position"]
    autocomplete_fields = ["source"]


@admin.register(Source, site=site)
class SourceAdmin(RecordAdmin):
    """Sources."""

    list_display = ["title", "publisher", "published_date", "campaign", "state"]
    search_fields = ["title", "publisher", "url"]
    autocomplete_fields = ["campaign"]
