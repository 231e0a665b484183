"""What every public answer has in common: which campaign, which language, which headers, which status."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce, wraps
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from campaigns.embeddable import FRAMES, Embeddable
from campaigns.kept import Place
from campaigns.models import Actor, Campaign, Correction, Publishable, PublishableQuerySet
from campaigns.timeline.stream import Key, Stream, Window

__all__ = [
    "CORRECTIONS",
    "Gone",
    "Moved",
    "RouteHeadersMiddleware",
    "Slice",
    "cursor",
    "find",
    "frame_policy",
    "kept",
    "page_policy",
    "public",
    "public_campaign",
    "render_page",
    "slice_after",
    "window_of",
]

#: Corrections on a record's own page; the others are in the list of all.
CORRECTIONS = 10

M = TypeVar("M", bound=Publishable)
R = TypeVar("R", bound=Model)
T = TypeVar("T")

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


def cursor(request: HttpRequest, name: str) -> Key | None:
    """Return the key that a paging link carries; None where it is absent or was not made here."""
    try:
        return Key.parse(request.GET.get(name, ""))
    except ValueError:
        return None


def window_of(request: HttpRequest, stream: Stream, limit: int, *, oldest_first: bool) -> Window:
    """Return the window that a link asks for (``after``, ``before``, ``at``), else the first in reading order."""
    after, before, at = cursor(request, "after"), cursor(request, "before"), cursor(request, "at")
    if at and not (after or before):
        return stream.around(at, limit, newest_first=not oldest_first)
    if after or (oldest_first and not before):
        return stream.oldest(limit, after)
    return stream.newest(limit, before)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """Some consecutive rows of a list; ``more`` is what the address takes to go on, ``before`` the row before them."""

    rows: list[T]
    more: int | None = None
    before: T | None = None

    @property
    def begun(self) -> bool:
        """Whether there are rows before these."""
        return self.before is not None


def slice_after(
    request: HttpRequest, rows: "QuerySet[R]", order: Sequence[str], limit: int = 100, *, parameter: str = "after"
) -> Slice[R]:
    """Return the rows after the one whose pk the address names; the first where it names none of these rows.

    ``order`` is like ``order_by``'s and ends with the pk; empty values stand last. The cost does not depend on how far
    back the slice lies, and a row that may not be shown is as unknown as one that never was. ``parameter`` tells
    several lists of one page apart.
    """
    pk = as_number(request.GET.get(parameter))
    last = None if pk is None else rows.filter(pk=pk).first()
    beyond, same, ordering = Q(pk__in=[]), Q(), []
    for column in order:
        name = column.removeprefix("-")
        nullable = rows.model._meta.get_field(name).null if "__" not in name and name != "pk" else False
        empty_last = {"nulls_last": True} if nullable else {}
        ordering.append(F(name).desc(**empty_last) if column != name else F(name).asc(**empty_last))
        value = reduce(lambda row, part: getattr(row, part, None), name.split("__"), last)
        if value is None:
            same &= Q(**{f"{name}__isnull": True})
            continue
        further = Q(**{f"{name}__{'lt' if column != name else 'gt'}": value})
        beyond |= same & (further | Q(**{f"{name}__isnull": True}) if nullable else further)
        same &= Q(**{name: value})
    found = list((rows.filter(beyond) if last else rows).order_by(*ordering)[: limit + 1])
    return Slice(found[:limit], found[limit - 1].pk if len(found) > limit else None, last)


def slice_from(request: HttpRequest, rows: Sequence[T], limit: int) -> Slice[T]:
    """Return the rows after as many as the address says in ``after``; the first where it says nothing of use.

    For rows that were computed and are all at hand; those of a table have `slice_after`.
    """
    start = as_number(request.GET.get("after")) or 0
    start = start if start < len(rows) else 0
    end = start + limit
    return Slice(list(rows[start:end]), end if end < len(rows) else None, rows[start - 1] if start else None)


#: The largest number that a request names: a column holds it, and what a page's rows make of it.
_LARGEST = 999_999_999_999_999


def as_number(text: str | None) -> int | None:
    """Read a whole number that a request names, such as a primary key; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and not is_beyond(text) else None


def is_beyond(text: str) -> bool:
    """Say whether a text is a number, however Python reads numbers, that is larger than any that we read."""
    try:
        return abs(int(text)) > _LARGEST
    except ValueError:  # no number, or one of so many digits that Python reads it no more than Django would
        return len(text) > 4000


#: What no page of ours needs; names that browsers know without complaint.
_NOWHERE = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen"),
        *("geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts"),
        *("magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture"),
        *("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial"),
        *("storage-access", "sync-xhr", "usb", "window-management", "xr-spatial-tracking"),
    )
)
_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


def page_policy(frames: str = "'none'") -> str:
    """Return the policy of a page; ``frames`` is what it may show in a frame."""
    return f"{_OWN}; manifest-src 'self'; frame-src {frames}"


def kept(own: int, shared: int = 300) -> str:
    """Return the Cache-Control of what can be withdrawn: after so many seconds no cache that others share shows it.

    Its last minute is for while a cache asks anew or reaches nobody. ``own`` is how long a reader's browser keeps it.
    """
    return f"public, max-age={own}, s-maxage={shared - 60}, stale-while-revalidate=60, stale-if-error=60"


_PAGE = {
    "Content-Security-Policy": page_policy(),
    "X-Frame-Options": "DENY",
    "Cache-Control": kept(30),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _NOWHERE,
}
_DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Frame-Options": "DENY",
    "Cache-Control": _PAGE["Cache-Control"],
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Permissions-Policy": _NOWHERE,
}
_FRAME = {
    "X-Frame-Options": "",
    "Cache-Control": kept(60),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # Both, or pages that isolate themselves (COEP) could not show a frame of ours.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": _NOWHERE,
    "X-Robots-Tag": "noindex",
}
_STAFF = {
    **_PAGE,
    "Content-Security-Policy": _OWN,
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "same-origin",  # “no-referrer” would make the browser send Origin: null and fail every login
    "X-Robots-Tag": "noindex, nofollow",
}
_STATIC = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


def frame_policy(style: str = "'none'", script: str = "'none'") -> str:
    """Return the policy of a frame on other sites, whose one style and one script are named by their hashes.

    It is the only kind of page that others may frame. The sandbox takes its origin from it: no cookie, no storage.
    """
    ancestors = " ".join(["'self'", *settings.EMBED_FRAME_ANCESTORS])
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; form-action 'none'; base-uri 'none';"
        f" object-src 'none'; frame-ancestors {ancestors};"
        " sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
    )


class RouteHeadersMiddleware:
    """Give each class of route its headers: pages, frames, data, staff, static files. One place, easy to test."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and set what the view has not set itself; a header that its class leaves empty is taken away."""
        response = self.get_response(request)
        for header, value in self.headers(request.path, response).items():
            if value:
                response.headers.setdefault(header, value)
            else:
                response.headers.pop(header, None)
        return response

    @staticmethod
    def headers(path: str, response: HttpResponseBase) -> Mapping[str, str]:
        """Return the headers of the class that the address and the kind of content belong to."""
        if path.startswith("/admin/"):
            return _STAFF
        if path.startswith(settings.STATIC_URL):
            return _STATIC
        found: Mapping[str, str] = _DATA
        if response.headers.get("Content-Type", "text/html").startswith("text/html"):
            frame = path.startswith("/embed/")
            found = {**_FRAME, "Content-Security-Policy": frame_policy()} if frame else _PAGE
        if response.status_code >= 500:
            return {**found, "Cache-Control": "no-store", "Retry-After": "30"}
        if response.status_code >= 400:
            return {**found, "Cache-Control": "public, max-age=0, s-maxage=30"}
        return found
