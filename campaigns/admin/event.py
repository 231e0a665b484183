"""Events, and what they did to which demand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.demand import DemandFilter
from campaigns.admin.editing.base import LinkInline, RecordAdmin, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.admin.source import CitationInline
from campaigns.models import Effect, Event

__all__ = ["EventAdmin"]


class EffectInline(LinkInline):
    """What it did to which demand."""

    model = Effect
    verbose_name_plural = _lazy("what it did to which demand")
    fields = ["demand", "kind", "note"]
    autocomplete_fields = ["demand"]
    related = ("demand",)


class EventForm(RecordForm):
    """An event."""

    when = PartialDateField(label=_lazy("when"))
    end = PartialDateField(
        label=_lazy("until"), required=False, help_text=_lazy("Only where it lasted: the last day, month or year.")
    )
    slug_from = ("title",)


class _EventDemandFilter(DemandFilter):
    path = "effects__demand"


@admin.register(Event, site=site)
class EventAdmin(RecordAdmin):
    """What happened and nobody said."""

    form = EventForm
    list_display = ["title", "when_words", "venue", "state", "campaign"]
    list_filter = ["state", "campaign", _EventDemandFilter]
    search_fields = ["title", "slug"]
    ordering = ["-date", "-pk"]
    inlines = [EffectInline, CitationInline]
    fieldsets = [
        (
            _lazy("What happened"),
            {
                "fields": ["title", "summary"],
                "description": _lazy("In neutral words: a protest, a ruling, a resignation taking effect."),
            },
        ),
        (_lazy("When and where"), {"fields": ["when", "end", "venue", "position"]}),
        (_lazy("More"), {"fields": ["note", "slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_lazy("when"), ordering="date")
    def when_words(self, obj: Event) -> str:
        return str(obj.when)
