"""An event's own page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.bibliography import cited
from campaigns.history.public_versions import number_of
from campaigns.http.pages import CORRECTIONS, find, public_campaign, render_page
from campaigns.models import Campaign, Correction, Event
from campaigns.timeline.stream import EVENT_PARTS

__all__ = ["event", "events"]


@public_campaign
def events(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead a trimmed address to the page that lists every event."""
    return redirect("timeline", campaign.slug, permanent=True)


@public_campaign
def event(request: HttpRequest, campaign: Campaign, slug: str) -> HttpResponse:
    """Show what happened, what it did to which demand, and the sources with their disagreements."""
    events = Event.objects.filter(campaign=campaign).select_related("campaign").prefetch_related(*EVENT_PARTS)
    event = find(events, slug=slug)
    context = {
        "campaign": campaign,
        "event": event,
        "cited": cited(event, settings.SITE_ORIGIN, version=number_of(event)),
        "corrections": Correction.objects.published().of(event)[:CORRECTIONS],
    }
    return render_page(request, "campaigns/event.html", context)
