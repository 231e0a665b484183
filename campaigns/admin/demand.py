"""Demands, and whom they are put to."""

from django.contrib import admin

from campaigns.admin.record import LinkInline, RecordAdmin, site
from campaigns.admin.source import CitationInline
from campaigns.models import Demand, Party

__all__ = ["DemandAdmin"]


class PartyInline(LinkInline):
    """Addressees and decision makers."""

    model = Party
    autocomplete_fields = ["actor"]


@admin.register(Demand, site=site)
class DemandAdmin(RecordAdmin):
    """Demands."""

    list_display = ["title", "position", "campaign", "state"]
    search_fields = ["title", "slug", "text"]
    autocomplete_fields = ["campaign", "parent", "predecessor"]
    inlines = [PartyInline, CitationInline]
