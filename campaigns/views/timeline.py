"""The timeline: everything in the record in one order."""

from django.http import HttpRequest, HttpResponse

from campaigns.answers import marks
from campaigns.http import public_campaign, render_page, window_of
from campaigns.models import Campaign
from campaigns.timeline import Stream

__all__ = ["timeline"]

#: Entries on a page.
WINDOW = 50


@public_campaign
def timeline(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List every entry, the newest first as a record is read on arrival, or with ``?order=oldest`` the oldest."""
    oldest_first = request.GET.get("order") == "oldest"
    window = window_of(request, Stream.of(campaign), WINDOW, oldest_first=oldest_first)
    context = {
        "campaign": campaign,
        "entries": window.entries if oldest_first else window.entries[::-1],
        "window": window,
        "oldest_first": oldest_first,
        "marks": marks(entry.record for entry in window.entries),
    }
    return render_page(request, "campaigns/timeline.html", context, fragment="campaigns/_timeline.html")
