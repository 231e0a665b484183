"""Public answers: which campaign, which language, which status, and which page is rendered."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from campaigns.http.embeddable import FRAMES, Embeddable
from campaigns.http.page_cache import Place
from campaigns.models import Actor, Campaign, Correction, Publishable, PublishableQuerySet

__all__ = ["CORRECTIONS", "Gone", "Moved", "find", "public", "public_campaign", "render_page"]

#: Corrections on a record's own page; the others are in the list of all.
CORRECTIONS = 10

M = TypeVar("M", bound=Publishable)

#: A view; its arguments come from the address, by name.
View = Callable[..., HttpResponse]


class Gone(Exception):
    """A record that readers once saw was withdrawn; the page in its place says why (410).

    With a correction it is what a record that stands said before: the correction's sentence says why that is gone.
    """

    def __init__(self, record: Publishable, correction: Correction | None = None) -> None:
        """Keep the record."""
        super().__init__(correction.sentence if correction else record.withdrawal_reason)
        self.record = record
        self.correction = correction


class Moved(Http404):
    """An actor that readers once saw was found to be the same as another; its address leads there (301).

    Where nobody follows, there is nothing at the address.
    """

    def __init__(self, kept: Actor) -> None:
        """Keep the actor that is kept."""
        super().__init__()
        self.kept = kept

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Lead to the same page, picture or frame of the one that is kept, with all that the address asks for."""
        match: Any = request.resolver_match
        path = reverse(match.view_name, kwargs={**match.kwargs, "slug": self.kept.slug})
        query = request.META["QUERY_STRING"]
        return redirect(f"{path}?{query}" if query else path, permanent=True)


def find(records: PublishableQuerySet[M], **lookup: Any) -> M:
    """Return the one published record; Gone where it was withdrawn, Http404 for a draft as for what never was.

    Moved where an actor was withdrawn for another, which readers see under the same kind of address.
    """
    record = records.published().filter(**lookup).first()
    if record is not None:
        return record
    if issubclass(records.model, Actor):
        same = Actor.objects.kept_for(kind=records.model.KIND, **lookup)
        if same is not None and records.published().prefetch_related(None).filter(pk=same.pk).exists():
            raise Moved(same)
    withdrawn = records.withdrawn().filter(**lookup).prefetch_related(None).first()  # nothing else of it is shown
    if withdrawn is not None:
        raise Gone(withdrawn)
    raise Http404


def public(view: View) -> View:
    """Make a view public: GET and HEAD only, 410 for what was withdrawn, a strong ETag, no cookie, cacheable."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        place = Place.of(request)
        response = place.find()
        if response is None:
            try:
                response = view(request, **kwargs)
            except Gone as gone:
                response = render_page(request, "410.html", {"record": gone.record}, status=410)
            if response.status_code != 200 or response.streaming:
                return response
            response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
            place.keep(response)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return wrapper


def public_campaign(view: View) -> View:
    """Make a view of one campaign public: it gets the campaign for the slug, and speaks the campaign's language."""

    @public
    @wraps(view)
    def wrapper(request: HttpRequest, campaign_slug: str, **kwargs: str) -> HttpResponse:
        campaign = find(Campaign.objects.all(), slug=campaign_slug)
        with translation.override(campaign.language):
            try:
                return view(request, campaign, **kwargs)
            except Moved as moved:
                return moved.answer(request)
            except Gone as gone:
                context = {"record": gone.record, "correction": gone.correction, "campaign": campaign}
                return render_page(request, "410.html", context, status=410)
            except Http404:
                return render_page(request, "404.html", {"campaign": campaign}, status=404)

    return wrapper


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render a whole page, or for an htmx request the fragment that the page itself includes.

    A request that restores history gets the page. ``origin`` is the site's own address, from the settings and never
    from the request, so that no Host header ends up in a link. A page that has a frame announces it; under another
    address than the frame's own page a view says itself what can be embedded.
    """
    htmx = getattr(request, "htmx", None)
    chosen = fragment if fragment and htmx and not htmx.history_restore_request else template
    match = request.resolver_match
    embeddable = context.get("embeddable")
    if match and match.url_name in FRAMES and status == 200 and "embeddable" not in context:
        embeddable = Embeddable.at(match.url_name, match.kwargs, request.META["QUERY_STRING"])
    shown = {**context, "origin": settings.SITE_ORIGIN, "embeddable": embeddable}
    response = render(request, chosen, shown, status=status)
    if fragment:
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    if embeddable:
        response["Link"] = ", ".join(f'<{url}>; rel="alternate"; type="{kind}"' for kind, url in embeddable.discovery)
    return response
