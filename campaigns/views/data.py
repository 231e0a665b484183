"""The downloads: the whole campaign as a file, to take away and to use."""

import io

from django.http import Http404, HttpRequest, HttpResponse

from campaigns.campaign_file import campaign_data, write_json, write_yaml
from campaigns.http.headers import kept
from campaigns.http.pages import public_campaign, render_page
from campaigns.models import Campaign

__all__ = ["data", "download"]

#: What writes each format, and its media type (RFC 9512 for YAML).
FORMATS = {
    "yaml": (write_yaml, "application/yaml"),
    "json": (write_json, "application/json"),
}


@public_campaign
def data(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say which files there are, what is in them and under which terms they may be used."""
    return render_page(request, "campaigns/data.html", {"campaign": campaign})


@public_campaign
def download(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """Return everything public in the campaign as its file, to be saved, not shown."""
    if form not in FORMATS:
        raise Http404
    write, media_type = FORMATS[form]
    text = io.StringIO()
    write(campaign_data(campaign, public=True), text)
    headers = {
        "Content-Disposition": f'attachment; filename="{campaign.slug}.{form}"',
        "Cache-Control": kept(30, 900),
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(text.getvalue(), content_type=f"{media_type}; charset=utf-8", headers=headers)
