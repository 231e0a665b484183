"""The lane chart as a file of its own, for newsrooms."""

from base64 import b64encode
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from campaigns.http.pages import public_campaign
from campaigns.lane_chart import facts, sheet
from campaigns.models import Campaign
from campaigns.verdicts import rulings

__all__ = ["lanes"]


@public_campaign
def lanes(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Draw every demand's lane as one SVG that brings its own colours, light and dark, and links back here."""
    at = campaign.today()
    demands = list(campaign.demands.published().of_the_day(at).select_related("campaign"))
    style = render_to_string("campaigns/_lanes_style.txt")
    context = {
        "campaign": campaign,
        "sheet": sheet(demands, rulings(demands, at, history=0), facts(demands, at), at),
        "style": style,
        "origin": settings.SITE_ORIGIN,
    }
    response = render(request, "campaigns/lanes.svg", context, content_type="image/svg+xml; charset=utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return response
