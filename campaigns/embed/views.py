"""What partners load, and what machines and people ask before they embed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.gzip import gzip_page

from campaigns.embed.oembed import BadQuestion, Question, answer_html, as_xml, target
from campaigns.embeddable import Embeddable
from campaigns.http import Gone, find, public
from campaigns.models import Campaign, Demand, Official, Organization, PublishableQuerySet

__all__ = ["embed_script", "oembed"]

#: What a whole campaign's frames are called; the others have the name of their record.
TITLES = {
    "embed_timeline": _lazy("Timeline"),
    "embed_answers": _lazy("Answers"),
    "embed_lanes": _lazy("Asked and answered, over time"),
}
#: Seconds for which an answer may be kept.
CACHE_AGE = 3600


@gzip_page
@public
def embed_script(request: HttpRequest) -> HttpResponse:
    """Answer with the script that turns links into frames; its address never changes: kept for an hour."""
    script = Path(settings.BASE_DIR, "static", "js", "embed.js").read_bytes()
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600, s-maxage=3600, stale-while-revalidate=86400"
    return response


@gzip_page
@public
def oembed(request: HttpRequest) -> HttpResponse:
    """Say how an address of this site is embedded, as oEmbed 1.0 has it; nothing is fetched to find out."""
    try:
        question = Question.read(request.GET)
        found = target(question.url, settings.SITE_ORIGIN)
        if found is None:
            raise BadQuestion("Nothing at this address can be embedded.", 404)
        campaign = find(Campaign.objects.all(), slug=found.arguments["campaign_slug"])
        title = name_of(found, campaign)
    except BadQuestion as bad:
        return HttpResponse(f"{bad}\n", content_type="text/plain; charset=utf-8", status=bad.status)
    except (Gone, Http404):
        return HttpResponse("Nothing at this address can be embedded.\n", content_type="text/plain", status=404)
    with translation.override(campaign.language):
        answer = _answer(found, campaign, title, question)
    if question.form == "xml":
        return HttpResponse(as_xml(answer), content_type="text/xml; charset=utf-8")
    return JsonResponse(answer)


def _answer(found: Embeddable, campaign: Campaign, title: str, question: Question) -> dict[str, Any]:
    size = question.size(found.frame)
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": campaign.name,
        "author_url": settings.SITE_ORIGIN + campaign.get_absolute_url(),
        "provider_name": _("The public record"),
        "provider_url": settings.SITE_ORIGIN,
        "cache_age": CACHE_AGE,
        "width": size[0],
        "height": size[1],
        "html": answer_html(found, settings.SITE_ORIGIN, title, size),
    }


def name_of(found: Embeddable, campaign: Campaign) -> str:
    """Return what a reader calls it; Gone or Http404 where it is not there."""
    given = {"campaign": campaign, "slug": found.arguments.get("slug", "")}
    nouns: dict[str, PublishableQuerySet[Any]] = {
        "embed_demand": Demand.objects.all(),
        "embed_official": Official.objects.all(),
        "embed_organization": Organization.objects.all(),
    }
    if found.frame in nouns:
        record = find(nouns[found.frame], **given)
        return str(record.title if isinstance(record, Demand) else record.name)
    with translation.override(campaign.language):
        return f"{TITLES[found.frame]} · {campaign.name}"
