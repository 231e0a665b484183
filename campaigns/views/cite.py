"""The citation of a statement, a demand or an event, as a file for a reference manager."""

import json
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from campaigns.bibliography import Cited, bibtex, cited, csl
from campaigns.history.public_versions import number_of
from campaigns.http.pages import find, public_campaign
from campaigns.models import Campaign, Issuance
from campaigns.timeline.stream import with_parts

__all__ = ["cite_demand", "cite_event", "cite_statement"]


def _csl_json(item: Cited) -> str:
    return json.dumps([csl(item)], ensure_ascii=False, indent=2)


#: What writes each format, and its media type.
FORMATS: dict[str, tuple[Callable[[Cited], str], str]] = {
    "json": (_csl_json, "application/vnd.citationstyles.csl+json"),
    "bib": (bibtex, "application/x-bibtex"),
}


def _file(item: Cited, form: str) -> HttpResponse:
    if form not in FORMATS:
        raise Http404
    write, media_type = FORMATS[form]
    headers = {"Content-Disposition": f'attachment; filename="{item.key}.{form}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(write(item), content_type=f"{media_type}; charset=utf-8", headers=headers)


@public_campaign
def cite_statement(request: HttpRequest, campaign: Campaign, slug: str, form: str) -> HttpResponse:
    """Return the citation of a statement."""
    statement = find(with_parts(campaign.statements.all()), slug=slug)
    return _file(cited(statement, settings.SITE_ORIGIN, version=number_of(statement)), form)


@public_campaign
def cite_demand(request: HttpRequest, campaign: Campaign, slug: str, form: str) -> HttpResponse:
    """Return the citation of a demand, by whoever raised it first."""
    demand = find(campaign.demands.select_related("campaign"), slug=slug)
    first = Issuance.objects.published().with_statement().filter(demand=demand).first()
    return _file(cited(demand, settings.SITE_ORIGIN, first, version=number_of(demand)), form)


@public_campaign
def cite_event(request: HttpRequest, campaign: Campaign, slug: str, form: str) -> HttpResponse:
    """Return the citation of an event."""
    event = find(campaign.events.select_related("campaign"), slug=slug)
    return _file(cited(event, settings.SITE_ORIGIN, version=number_of(event)), form)
