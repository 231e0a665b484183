"""What was corrected in the record after readers had seen it."""

from django.http import HttpRequest, HttpResponse

from campaigns.http.pages import public_campaign, render_page
from campaigns.http.paging import slice_after
from campaigns.models import Campaign, Correction

__all__ = ["corrections"]


@public_campaign
def corrections(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the corrections, newest first, each with the record that it belongs to."""
    found = Correction.objects.published().filter(campaign=campaign).with_subject()
    page = slice_after(request, found, found.NEWEST_FIRST, 50)
    return render_page(request, "campaigns/corrections.html", {"campaign": campaign, "page": page})
