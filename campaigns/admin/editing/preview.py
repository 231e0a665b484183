"""How a draft will look: the real page and the real timeline, to staff only, and to nobody afterwards.

The record is published inside a transaction, the public view renders it, and the transaction is taken back. So the
page is exactly what readers would get, and ``published()`` knows nothing of previews (docs/decisions/0007).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.utils.translation import gettext as _

from campaigns.history.restore import database_refusal
from campaigns.models import Campaign, Citation, Event, Outcome, Publishable, Source, State, Statement
from campaigns.saving.gate import tried
from campaigns.timeline.stream import Entry, Stream

__all__ = ["Preview", "PreviewAdmin"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin

#: What stands in the timeline by itself.
_ENTRIES = (Statement, Event, Outcome)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the banner of a previewed page says."""

    #: What is missing for publication; the page shows a dash or “no source yet” in its place.
    missing: list[str]
    record: str
    timeline: str
    edit: str
    #: Where the entry is on the timeline's page; empty on the record's own.
    anchor: str = ""


class _Look(HttpRequest):
    """A reader's request for a public address, with nothing of the staff member's own in it."""

    def __init__(self, address: str, preview: Preview) -> None:
        """Ask for the address."""
        super().__init__()
        parts = urlsplit(address)
        self.method = "GET"
        self.path = self.path_info = parts.path
        self.GET = QueryDict(parts.query)
        self.META = {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
        self.resolver_match = resolve(parts.path)
        #: Templates mark the page with it.
        self.preview = preview


class PreviewAdmin(_Admin):
    """The part of a noun's pages that shows its drafts as readers would see them."""

    def get_urls(self) -> Any:
        name = f"campaigns_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview_view)
        return [
            path("<path:object_id>/preview/timeline/", view, {"timeline": True}, name=f"{name}_timeline"),
            path("<path:object_id>/preview/", view, name=name),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: str, *, timeline: bool = False) -> HttpResponse:
        """Publish, render, take back."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        record = self.get_object(request, unquote(object_id))
        if not isinstance(record, Publishable):
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        if timeline and not isinstance(record, _ENTRIES):
            raise Http404
        missing = record.missing(along=True)
        try:
            with tried(request.user):
                _publish(record)
                response = self._render(record, missing, timeline=timeline)
        except IntegrityError as error:
            missing.append(database_refusal(error))
            response = None
        if response is None or response.status_code != 200:
            context = {
                **self.admin_site.each_context(request),
                "title": _("No preview yet: %(record)s") % {"record": record},
                "opts": self.opts,
                "object": record,
                "missing": missing,
            }
            return TemplateResponse(request, "admin/campaigns/no_preview.html", context)
        del response["ETag"]  # it would be the published page's
        return response

    def _render(self, record: Publishable, missing: list[str], *, timeline: bool) -> HttpResponse:
        names = {part: f"admin:campaigns_{self.opts.model_name}_{part}" for part in ("preview", "change")}
        preview = Preview(
            missing=missing,
            record=reverse(names["preview"], args=[record.pk]),
            timeline=reverse(f"{names['preview']}_timeline", args=[record.pk]) if isinstance(record, _ENTRIES) else "",
            edit=reverse(names["change"], args=[record.pk]),
            anchor=Entry.of(record).anchor if timeline else "",  # type: ignore[arg-type]
        )
        address = _place_in_timeline(record) if timeline else record.get_absolute_url()  # type: ignore[attr-defined]
        look = _Look(address, preview)
        return look.resolver_match.func(look, **look.resolver_match.kwargs)  # type: ignore[union-attr,no-any-return]


def _publish(record: Publishable) -> None:
    """Publish a record, what it names and its campaign, with something in the place of what they lack."""
    campaign = record if isinstance(record, Campaign) else record.campaign
    for one in dict.fromkeys([campaign, *record.unpublished()]):
        if one.state == State.PUBLISHED:
            continue
        if isinstance(one, _ENTRIES) and not one.citations.filter(about="").exists():
            source, _made = Source.objects.get_or_create(
                campaign=campaign,
                slug="no-source-yet",
                defaults={"title": _("no source yet"), "state": State.PUBLISHED},
            )
            Citation.objects.create(source=source, **{str(one._meta.model_name): one})
        if isinstance(one, Statement) and not (one.summary or one.quote):
            one.summary = "–"
        if isinstance(one, Source) and not (one.url or one.title):
            one.title = "–"
        one.state, one.withdrawal_reason = State.PUBLISHED, ""
        one.save()


def _place_in_timeline(record: Any) -> str:
    """Return the address of the timeline's page on which an entry stands a little below the top."""
    above = Stream.of(record.campaign).oldest(3, Entry.of(record).key).entries
    begin = f"?before={above[2].key}" if len(above) == 3 else ""
    return reverse("timeline", args=[record.campaign.slug]) + begin
