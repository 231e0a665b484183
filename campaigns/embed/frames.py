"""The frames: the same record as the pages, read by the same functions and shown by the same fragments."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.gzip import gzip_page
from django.views.defaults import page_not_found

from campaigns.embed import as_of
from campaigns.embed.themes import Look, digest, script, stylesheet
from campaigns.http.headers import frame_policy
from campaigns.http.pages import Gone, Moved, find, public, render_page
from campaigns.lane_chart import facts, figure
from campaigns.models import (
    Actor,
    Campaign,
    Correction,
    Demand,
    Official,
    Organization,
    Publishable,
)
from campaigns.timeline.filter_choices import in_use, problems
from campaigns.timeline.filters import TimelineFilter
from campaigns.timeline.stream import Window
from campaigns.verdicts import ORDERS, Verdict, marks, ordered, put_to, rulings

__all__ = [
    "embed_answers",
    "embed_demand",
    "embed_lanes",
    "embed_official",
    "embed_organization",
    "embed_timeline",
    "missing",
]

P = TypeVar("P", bound=Publishable)

#: Corrections in a frame; the others are in the list of all.
CORRECTIONS = 3

#: A view of a frame: request, campaign, look, and the slug where there is one.
Frame = Callable[..., HttpResponse]


def frame(view: Frame) -> Callable[..., HttpResponse]:
    """Make a view a frame: public, compressed, in the language that was asked for, friendly about what is not there."""

    @gzip_page
    @public
    @wraps(view)
    def wrapper(request: HttpRequest, campaign_slug: str, **kwargs: str) -> HttpResponse:
        look = Look.read(request.GET)
        try:
            campaign = find(Campaign.objects.all(), slug=campaign_slug)
        except (Gone, Http404) as error:
            with translation.override(look.lang or settings.LANGUAGE_CODE):
                return _absent(request, look, None, error)
        look = as_of.not_ahead(campaign, look)
        with translation.override(look.lang or campaign.language):
            try:
                return view(request, campaign, look, **kwargs)
            except Moved as moved:
                return moved.answer(request)
            except (Gone, Http404) as error:
                return _absent(request, look, campaign, error)

    return wrapper


@frame
def embed_timeline(request: HttpRequest, campaign: Campaign, look: Look) -> HttpResponse:
    """Show the newest entries that the timeline's filters leave; where one is not understood a sentence and none."""
    form = TimelineFilter(request.GET, campaign, as_of.day(campaign, look), as_of.known(campaign, look))
    if form.moved:
        return redirect(f"{request.path}?{form.moved}", permanent=True)
    page = reverse("timeline", args=[campaign.slug])
    if not form.is_valid():
        context = {"campaign": campaign, "problems": list(problems(form)), "page": page}
        return _show(request, "campaigns/embed_timeline.html", look, context, status=400)
    window = form.narrow(as_of.stream(campaign, look)).newest(look.limit)
    query = urlencode([(name, value) for name in form.active for value in request.GET.getlist(name)])
    context = {
        "campaign": campaign,
        "chosen": list(in_use(form)),
        "page": f"{page}{query and f'?{query}'}",
        **_entries(campaign, look, window),
    }
    return _show(request, "campaigns/embed_timeline.html", look, context)


@frame
def embed_demand(request: HttpRequest, campaign: Campaign, look: Look, slug: str) -> HttpResponse:
    """Show a demand: its wording, each addressee's answer state, and the newest entries about it."""
    demand = _on_record(find(Demand.objects.for_page(), campaign=campaign, slug=slug), campaign, look)
    at, known = as_of.day(campaign, look), as_of.known(campaign, look)
    found = rulings([demand], at, known=known)[demand.pk]
    window = as_of.stream(campaign, look).about(demand).newest(look.limit)
    context = {
        "campaign": campaign,
        "at": at,
        "demand": demand,
        "ruling": found,
        "page": demand.get_absolute_url(),
        "own": demand,
        **_entries(campaign, look, window, demand, *_answers(found.verdicts)),
    }
    return _show(request, "campaigns/embed_demand.html", look, context)


@frame
def embed_official(request: HttpRequest, campaign: Campaign, look: Look, slug: str) -> HttpResponse:
    """Show an official: what was put to the person, and what the person said last."""
    official = find(Official.objects.for_page().with_office(), campaign=campaign, slug=slug)
    return _actor(request, campaign, look, official, reverse("official", args=[campaign.slug, slug]))


@frame
def embed_organization(request: HttpRequest, campaign: Campaign, look: Look, slug: str) -> HttpResponse:
    """Show an organization: what was put to it, and what it said last."""
    organization = find(Organization.objects.for_page(), campaign=campaign, slug=slug)
    return _actor(request, campaign, look, organization, organization.get_absolute_url())


@frame
def embed_answers(request: HttpRequest, campaign: Campaign, look: Look) -> HttpResponse:
    """Show who was asked and who answered, as many lines as the limit says."""
    order = request.GET.get("order", "")
    demands = list(as_of.demands(campaign, look))
    found = rulings(demands, as_of.day(campaign, look), history=1, known=as_of.known(campaign, look))
    rows = ordered(found, order)[: look.limit]
    context = {
        "campaign": campaign,
        "order": order if order in ORDERS else next(iter(ORDERS)),
        "rows": rows,
        "looked": any(row.silent_until for row in rows),
        "page": reverse("answers", args=[campaign.slug]),
        **_changes(campaign, look, *{row.demand.pk: row.demand for row in rows}.values(), *_answers(rows)),
    }
    return _show(request, "campaigns/embed_answers.html", look, context, "board")


@frame
def embed_lanes(request: HttpRequest, campaign: Campaign, look: Look) -> HttpResponse:
    """Show the lane chart of all demands."""
    at, known = as_of.day(campaign, look), as_of.known(campaign, look)
    demands = list(as_of.demands(campaign, look))
    found = rulings(demands, at, history=1, known=known)
    context = {
        "campaign": campaign,
        "figure": figure(demands, found, facts(demands, at, known), at, flipped=get_language_bidi()),
        "page": campaign.get_absolute_url(),
        **_changes(campaign, look, *demands, *_answers(one for ruling in found.values() for one in ruling.verdicts)),
    }
    return _show(request, "campaigns/embed_lanes.html", look, context, "lanes")


def _actor(request: HttpRequest, campaign: Campaign, look: Look, actor: Actor, page: str) -> HttpResponse:
    found = put_to([_on_record(actor, campaign, look)], as_of.day(campaign, look), as_of.known(campaign, look))[
        actor.pk
    ]
    window = as_of.stream(campaign, look).by(actor).newest(look.limit)
    context = {
        "campaign": campaign,
        "actor": actor,
        "verdicts": found,
        "page": page,
        "own": actor,
        **_entries(campaign, look, window, actor, *_answers(found)),
    }
    return _show(request, "campaigns/_embed_actor.html", look, context)


def _entries(campaign: Campaign, look: Look, window: Window, *records: Publishable) -> dict[str, Any]:
    """Return what a template shows of a window, the newest first, and what was changed of it and of the records."""
    found = [entry.record for entry in window.entries]
    shown = [*records, *(record for record in found if isinstance(record, Publishable))]
    return {"entries": window.entries[::-1], "marks": marks(found), **_changes(campaign, look, *shown)}


def _answers(found: Iterable[Verdict]) -> list[Publishable]:
    return [answer.statement for verdict in found for answer in verdict.answers]


def _changes(campaign: Campaign, look: Look, *records: Publishable) -> dict[str, Any]:
    """Return when any of the records was last changed, and how they were corrected until the day that is asked for.

    Their words are today's all the same, so the frame says where they were corrected after that day.
    """
    found, known = Correction.objects.published().of(*records), as_of.known(campaign, look)
    until = found.filter(at__lte=known) if known else found
    return {
        "updated": max((record.updated_at for record in records), default=None),
        "corrections": until.with_subject()[:CORRECTIONS],
        "corrected_since": known is not None and found.filter(at__gt=known).exists(),
    }


def _on_record(record: P, campaign: Campaign, look: Look) -> P:
    """Return the record, where it was there on the day that was asked for."""
    if not as_of.was_on_record(record, campaign, look):
        raise Http404
    return record


def _absent(request: HttpRequest, look: Look, campaign: Campaign | None, error: Gone | Http404) -> HttpResponse:
    """Say in the partner's colours that there is nothing here, or why it was taken back."""
    record = error.record if isinstance(error, Gone) else None
    page = campaign.get_absolute_url() if campaign else reverse("home")
    context = {"campaign": campaign, "record": record, "page": page}
    return _show(request, "campaigns/_embed_absent.html", look, context, status=410 if record else 404)


def _show(
    request: HttpRequest, template: str, look: Look, context: Mapping[str, Any], *sheets: str, status: int = 200
) -> HttpResponse:
    """Render a frame with its style and its script inside, each named by its hash in the policy."""
    style, tell = SafeString(stylesheet(look, *sheets)), SafeString(script())
    shown = {**context, "look": look, "style": style, "script": tell, "spoken": _spoken(context["campaign"])}
    response = render_page(request, template, shown, status=status)
    response["Content-Security-Policy"] = frame_policy(digest(style), digest(tell))
    return response


def _spoken(campaign: Campaign | None) -> str:
    """Return the attribute that the record's own words take in a frame that speaks another language; else nothing."""
    if campaign is None or campaign.language.lower() == get_language():
        return ""
    return format_html(' lang="{}"', campaign.language)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is none: with a frame where a frame was asked for, else with the site's own page."""
    if not request.path.startswith("/embed/"):
        return page_not_found(request, exception)
    look = Look.read(request.GET)
    with translation.override(look.lang or settings.LANGUAGE_CODE):
        return _absent(request, look, None, Http404())
