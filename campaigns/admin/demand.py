"""Demands, whom they are put to, and when they were raised."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.base import LinkInline, RecordAdmin, StackedLinkInline, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.admin.looking import DemandLooks
from campaigns.admin.source import CitationInline
from campaigns.models import Demand, Issuance, Party
from campaigns.text.numbers import as_number

__all__ = ["DemandAdmin", "DemandFilter", "IssuanceAdmin", "IssuanceForm"]


class DemandFilter(admin.SimpleListFilter):
    """Keep what belongs to one demand; offered where the list is of one campaign, so that it stays a short choice."""

    title = _lazy("demand")
    parameter_name = "demand"
    #: The lookup from the listed records to their demand.
    path = "demand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        chosen = as_number(request.GET.get("campaign__id__exact"))
        campaigns = {campaign.pk for campaign in model_admin.campaigns(request)}
        if chosen is None and len(campaigns) == 1:
            (chosen,) = campaigns
        if chosen not in campaigns:
            return []
        demands = Demand.objects.filter(campaign=chosen).values_list("pk", "title")[:100]
        return [(str(pk), title) for pk, title in demands]  # as an address has it: Django counts by these

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = as_number(self.value())
        return queryset.filter(**{self.path: value}).distinct() if value else queryset


class PartyInline(LinkInline):
    """Addressees and decision makers."""

    model = Party
    verbose_name_plural = _lazy("put to whom, and who could grant it")
    fields = ["role", "actor", "position"]
    autocomplete_fields = ["actor"]
    related = ("actor",)


class IssuanceForm(RecordForm):
    """One occasion on which a demand was raised."""

    when = PartialDateField(label=_lazy("when"))


class OccasionInline(StackedLinkInline):
    """The occasions on which a demand was raised."""

    model = Issuance
    form = IssuanceForm
    fk_name = "demand"
    verbose_name_plural = _lazy("occasions on which it was raised")
    fieldsets = [(None, {"fields": ["statement", "when", "text", ("language", "translation"), "note"]})]
    autocomplete_fields = ["statement"]
    related = ("statement__speaker",)
    ordering = ["-date", "-precision", "-position", "-pk"]
    show_change_link = True
    classes = ["collapse"]


class DemandForm(RecordForm):
    """A demand."""

    slug_from = ("title",)


@admin.register(Demand, site=site)
class DemandAdmin(RecordAdmin):
    """What the campaign asks."""

    form = DemandForm
    list_display = ["title", "position", "parent", "state", "campaign"]
    list_filter = ["state", "campaign"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["parent", "predecessor"]
    related = ("campaign", "parent", "predecessor")
    inlines = [PartyInline, OccasionInline, DemandLooks, CitationInline]
    fieldsets = [
        (
            _lazy("What is demanded"),
            {
                "fields": ["title", "text", "language", "translation"],
                "description": _lazy(
                    "The title is ours, short and neutral. The wording is the campaign’s own, exactly as published."
                ),
            },
        ),
        (
            _lazy("How it belongs to others"),
            {
                "fields": ["parent", "predecessor", "position"],
                "description": _lazy("A part of a larger demand, or what an earlier one became."),
            },
        ),
        (_lazy("More"), {"fields": ["note", "slug"], "classes": ["collapse"]}),
    ]


@admin.register(Issuance, site=site)
class IssuanceAdmin(RecordAdmin):
    """An occasion on a page of its own, for its sources."""

    form = IssuanceForm
    list_display = ["demand", "when_words", "statement"]
    list_filter = ["demand__campaign"]
    search_fields = ["demand__title", "text"]
    fields = ["demand", "statement", "when", "text", "language", "translation", "note"]
    autocomplete_fields = ["demand", "statement"]
    related = ("demand__campaign", "statement__speaker")
    ordering = ["-pk"]
    inlines = [CitationInline]

    @admin.display(description=_lazy("when"), ordering="date")
    def when_words(self, obj: Issuance) -> str:
        return str(obj.when)
