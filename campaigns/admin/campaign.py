"""Campaigns."""

from django.contrib import admin

from campaigns.admin.record import RecordAdmin, site
from campaigns.models import Campaign

__all__ = ["CampaignAdmin"]


@admin.register(Campaign, site=site)
class CampaignAdmin(RecordAdmin):
    """Campaigns."""

    list_display = ["name", "place", "state"]
    search_fields = ["name", "slug", "place"]
