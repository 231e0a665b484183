"""Campaigns."""

from typing import Any

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.base import RecordAdmin, site
from campaigns.admin.editing.date_field import PartialDateField, understood_view
from campaigns.admin.editing.forms import LinesField, RecordForm
from campaigns.admin.import_export import ImportsAdmin
from campaigns.models import Campaign, Role

__all__ = ["CampaignAdmin"]


class CampaignForm(RecordForm):
    """A campaign."""

    started = PartialDateField(label=_lazy("started"), required=False)
    languages = LinesField(
        label=_lazy("further languages"), required=False, help_text=_lazy("One on each line, such as es or pt-BR.")
    )


@admin.register(Campaign, site=site)
class CampaignAdmin(ImportsAdmin, RecordAdmin):
    """The whole record: what it is about, in which languages, and how its team works."""

    role_to_change = Role.MANAGER
    form = CampaignForm
    related = ()
    list_display = ["name", "place", "language", "state", "updated_at"]
    list_filter = ["state"]
    search_fields = ["name", "slug", "place"]
    fieldsets = [
        (
            _lazy("What it is about"),
            {"fields": ["name", "slug", "summary", "place", "started"]},
        ),
        (_lazy("Where and in which languages"), {"fields": ["timezone", "language", "languages"]}),
        (
            _lazy("What readers are told about the record"),
            {"fields": ["methodology", "licence"]},
        ),
        (_lazy("How the team works"), {"fields": Campaign.TEAM}),
    ]

    def get_urls(self) -> Any:
        understood = path("date/", self.admin_site.admin_view(understood_view), name="campaigns_date")
        return [understood, *super().get_urls()]
