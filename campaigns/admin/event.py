"""Events, and what they did to which demand."""

from django.contrib import admin

from campaigns.admin.record import LinkInline, RecordAdmin, site
from campaigns.admin.source import CitationInline
from campaigns.models import Effect, Event

__all__ = ["EventAdmin"]


class EffectInline(LinkInline):
    """What it did to which demand."""

    model = Effect
    autocomplete_fields = ["demand"]


@admin.register(Event, site=site)
class EventAdmin(RecordAdmin):
    """Events."""

    list_display = ["title", "date", "campaign", "state"]
    search_fields = ["title", "slug", "summary"]
    autocomplete_fields = ["campaign"]
    inlines = [EffectInline, CitationInline]
