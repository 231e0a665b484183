"""Outcomes, and the checks that looked for an answer and found none."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.dates import PartialDateField
from campaigns.admin.demand import DemandFilter
from campaigns.admin.forms import RecordForm
from campaigns.admin.record import RecordAdmin, site
from campaigns.admin.source import CitationInline
from campaigns.models import Check, Outcome

__all__ = ["CheckAdmin", "OutcomeAdmin"]


class OutcomeForm(RecordForm):
    """An outcome."""

    when = PartialDateField(label=_lazy("in effect from"))


@admin.register(Outcome, site=site)
class OutcomeAdmin(RecordAdmin):
    """What was done about a demand: an entry in its log."""

    form = OutcomeForm
    list_display = ["demand", "status", "when_words", "assessor", "state", "campaign"]
    list_filter = ["state", "status", "campaign", DemandFilter]
    search_fields = ["demand__title"]
    autocomplete_fields = ["demand", "assessor"]
    related = ("campaign", "demand", "assessor")
    ordering = ["-date", "-pk"]
    inlines = [CitationInline]
    fieldsets = [
        (
            _lazy("What was done"),
            {
                "fields": ["demand", "status", "when", "reason"],
                "description": _lazy(
                    "A new entry for each change: what was written before stays. What was only said is a statement."
                ),
            },
        ),
        (_lazy("More"), {"fields": ["assessor", "note", "position"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_lazy("in effect from"), ordering="date")
    def when_words(self, obj: Outcome) -> str:
        return str(obj.when)


@admin.register(Check, site=site)
class CheckAdmin(RecordAdmin):
    """Days on which an editor looked for an answer and found none."""

    list_display = ["addressee", "demand", "date"]
    list_filter = ["demand__campaign", DemandFilter]
    search_fields = ["demand__title", "addressee__name"]
    autocomplete_fields = ["demand", "addressee"]
    related = ("demand__campaign", "addressee")
    fields = ["demand", "addressee", "date", "note"]
    ordering = ["-date", "-pk"]
