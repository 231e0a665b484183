"""The downloads: the whole campaign as a file, to take away and to use."""

from django.http import HttpRequest, HttpResponse

from campaigns.http import public_campaign, render_page
from campaigns.models import Campaign

__all__ = ["data"]


@public_campaign
def data(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say which files there are, what is in them and under which terms they may be used."""
    return render_page(request, "campaigns/data.html", {"campaign": campaign})
