"""What partners load, and what machines and people ask before they embed."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.gzip import gzip_page

from campaigns.actors.namesakes import named_apart, tell_apart
from campaigns.embed import as_of
from campaigns.embed.oembed import BadQuestion, Question, answer_html, as_xml, frame_html, link_html, target
from campaigns.embed.themes import DENSITIES, MOST, THEMES, Look, script
from campaigns.http.embeddable import PAGES, Embeddable
from campaigns.http.headers import page_policy
from campaigns.http.pages import Gone, Moved, find, public, public_campaign, render_page
from campaigns.models import Actor, Campaign, Demand, Official, Organization, PublishableQuerySet
from campaigns.timeline.filter_choices import choices
from campaigns.timeline.filters import TimelineFilter
from campaigns.timeline.stream import Stream
from campaigns.verdicts import addressed, put_to, rulings, tally

__all__ = ["embed", "embed_script", "oembed"]

#: What a whole campaign's frames are called; the others have the name of their record.
TITLES = {
    "embed_timeline": _lazy("Timeline"),
    "embed_answers": _lazy("Answers"),
    "embed_lanes": _lazy("Asked and answered, over time"),
}
#: So many of each noun can be chosen; any other is chosen on its own page.
CHOICES = 300
#: Seconds for which an answer may be kept.
CACHE_AGE = 3600


@gzip_page
@public
def embed_script(request: HttpRequest) -> HttpResponse:
    """Answer with the script that turns links into frames; its address never changes: kept for an hour."""
    response = HttpResponse(script("embed"), content_type="text/javascript; charset=utf-8")
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
        found, title, record = _named(found, campaign)
        if found.frame == "embed_timeline":
            form = TimelineFilter(QueryDict(found.query), campaign, campaign.today())
            if not form.is_valid():
                raise Http404
            found = replace(found, query=form.moved or found.query)
    except BadQuestion as bad:
        return HttpResponse(f"{bad}\n", content_type="text/plain; charset=utf-8", status=bad.status)
    except (Gone, Http404):
        return HttpResponse("Nothing at this address can be embedded.\n", content_type="text/plain", status=404)
    with translation.override(_language(found, campaign)):
        answer = _answer(found, campaign, title, question)
        if described := _described(found, campaign, record):
            answer["description"] = described
    if question.form == "xml":
        return HttpResponse(as_xml(answer), content_type="text/xml; charset=utf-8")
    return JsonResponse(answer)


@public_campaign
def embed(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Let a partner choose what to show and how, see it, and copy the code; a filter that is unknown shows nothing."""
    look, origin = Look.read(request.GET), settings.SITE_ORIGIN
    found, name = _chosen(request.GET.get("of", ""), campaign)
    filters: dict[str, Any] = {}
    if found.frame == "embed_timeline":
        # The form of filters rules once it was sent; before that the address from which a partner came here.
        given = request.GET if "filtered" in request.GET else QueryDict(found.query)
        found, filters = _filtered(found, given, campaign)
    shown = replace(found, query="") if filters else found.looking("")
    found = found.looking(look.query)
    context = {
        **filters,
        "campaign": campaign,
        "name": name,
        "chosen": shown.page_path,
        "offered": _choices(campaign, shown, name),
        "look": look,
        "themes": THEMES,
        "densities": DENSITIES,
        "languages": settings.LANGUAGES,
        "most": MOST,
        "frame": found.frame_path,
        "height": Question("", "", None, None).size(found.frame)[1],
        "address": origin + found.page_path,
        "snippet": link_html(found, origin, name),
        "plain": frame_html(found, origin, name),
    }
    response = render_page(request, "campaigns/embed.html", context)
    response["Content-Security-Policy"] = page_policy("'self'")
    return response


def _chosen(path: str, campaign: Campaign) -> tuple[Embeddable, str]:
    """Return what stands at a path of this campaign, and its name; the timeline where no path is given.

    Gone or Http404 where there is nothing: who asked for less must not be given the whole.
    """
    path = path or reverse("timeline", args=[campaign.slug])
    found = target(settings.SITE_ORIGIN + path, settings.SITE_ORIGIN)
    if found is None or found.arguments["campaign_slug"] != campaign.slug:
        raise Http404
    return _named(replace(found, page=PAGES[found.frame]), campaign)[:2]


def _named(found: Embeddable, campaign: Campaign) -> tuple[Embeddable, str, Demand | Actor | None]:
    """Return what stands there, its name and its record; of a merged actor all of the one that is kept.

    Gone or Http404 for nothing.
    """
    record = _record(found, campaign)
    if record is None:
        with translation.override(_language(found, campaign)):
            return found, f"{TITLES[found.frame]} · {campaign.name}", None
    found = replace(found, arguments={**found.arguments, "slug": record.slug})
    return found, record.title if isinstance(record, Demand) else record.name, record


def _language(found: Embeddable, campaign: Campaign) -> str:
    """Return the language of a frame: which its address asks for, else the campaign's."""
    return Look.read(QueryDict(found.query)).lang or campaign.language


def _filtered(found: Embeddable, given: QueryDict, campaign: Campaign) -> tuple[Embeddable, dict[str, Any]]:
    """Return the timeline with the filters, and what their form shows."""
    form = TimelineFilter(given, campaign, campaign.today())
    facets = form.facets(Stream.of(campaign)) if form.is_valid() else None
    filters = {"form": form, "facets": facets, "choices": choices(form, facets), "count": len(form.active)}
    return replace(found, query=form.address(order=None)), filters


def _choices(campaign: Campaign, chosen: Embeddable, name: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be shown in groups, each with its page's path, up to so many of each noun."""
    url = partial(reverse, kwargs={"campaign_slug": campaign.slug})
    whole = [
        (url("timeline"), str(TITLES["embed_timeline"])),
        (url("answers"), str(TITLES["embed_answers"])),
        (url("campaign") + "#lanes", str(TITLES["embed_lanes"])),
    ]
    nouns: list[tuple[str, str, QuerySet[Any]]] = [
        (_("Demands"), "demand", Demand.objects.published()),
        (_("Officials"), "official", Official.objects.published().by_name()),
        (_("Organizations"), "organization", Organization.objects.published().by_name()),
    ]
    groups = [(_("The whole record"), whole)]
    for heading, page, records in nouns:
        rows = list(records.filter(campaign=campaign)[:CHOICES])
        tell_apart(row for row in rows if isinstance(row, Actor))
        labels = [(row.slug, named_apart(row) if isinstance(row, Actor) else str(row)) for row in rows]
        groups.append((heading, [(reverse(page, args=[campaign.slug, slug]), label) for slug, label in labels]))
    path = chosen.looking("").page_path
    if all(path != value for _heading, values in groups for value, _label in values):
        groups.insert(0, (_("As you came"), [(path, name)]))
    return [group for group in groups if group[1]]


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


def _described(found: Embeddable, campaign: Campaign, record: Demand | Actor | None) -> str:
    """Return what the record concludes of what a frame shows, on the frame's day; empty for what has no verdict."""
    look = as_of.not_ahead(campaign, Look.read(QueryDict(found.query)))
    at, known = as_of.day(campaign, look), as_of.known(campaign, look)
    match record:
        case Demand() | Actor() if not as_of.was_on_record(record, campaign, look):
            return ""
        case Demand():
            return rulings([record], at, history=0, known=known)[record.pk].words
        case Actor():
            return addressed(verdicts) if (verdicts := put_to([record], at, known)[record.pk]) else ""
    if found.frame == "embed_timeline":
        return ""
    return tally(rulings(list(as_of.demands(campaign, look)), at, history=0, known=known)).words


def _record(found: Embeddable, campaign: Campaign) -> Demand | Actor | None:
    """Return the record that a frame is about, or whoever is kept in its place; None for a whole campaign's frame.

    Gone or Http404 where it is not there.
    """
    nouns: dict[str, PublishableQuerySet[Any]] = {
        "embed_demand": Demand.objects.all(),
        "embed_official": Official.objects.all(),
        "embed_organization": Organization.objects.all(),
    }
    if found.frame not in nouns:
        return None
    try:
        record: Demand | Actor = find(nouns[found.frame], campaign=campaign, slug=found.arguments["slug"])
    except Moved as moved:
        record = moved.kept
    record.campaign = campaign
    return record
