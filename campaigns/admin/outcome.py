"""Outcomes, and the checks that looked for an answer and found none."""

from django.contrib import admin

from campaigns.admin.record import RecordAdmin, site
from campaigns.admin.source import CitationInline
from campaigns.models import Check, Outcome

__all__ = ["CheckAdmin", "OutcomeAdmin"]


@admin.register(Outcome, site=site)
class OutcomeAdmin(RecordAdmin):
    """Outcomes."""

    list_display = ["demand", "status", "date", "campaign", "state"]
    list_select_related = ["demand", "campaign"]
    search_fields = ["demand__title", "reason"]
    autocomplete_fields = ["campaign", "demand", "assessor"]
    inlines = [CitationInline]


@admin.register(Check, site=site)
class CheckAdmin(RecordAdmin):
    """Checks."""

    list_display = ["demand", "addressee", "date"]
    list_select_related = ["demand", "addressee"]
    search_fields = ["demand__title", "addressee__name"]
    autocomplete_fields = ["demand", "addressee"]
