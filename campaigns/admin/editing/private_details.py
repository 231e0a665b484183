"""Private details in a record: what was found, who said that it may be public, and the page on which they say so."""

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from campaigns.admin.editing.publishing import record_url
from campaigns.history.changes import campaign_of
from campaigns.models import Clearance, Detail, DetailKind, Publishable, Unpublishable
from campaigns.saving.gate import Refused, save

__all__ = ["PrivateAdmin"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


def _sign(detail: Detail) -> str:
    """Return what stands for a detail in the form: its words stay out of it."""
    return sha256("\0".join(detail).encode()).hexdigest()[:32]


class PrivateAdmin(_Admin):
    """The part of a noun's pages that is about its private details."""

    def get_urls(self) -> Any:
        name = f"campaigns_{self.opts.model_name}_private"
        view = self.admin_site.admin_view(self.private_view)
        return [path("<path:object_id>/private/", view, name=name), *super().get_urls()]

    def private_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the details that wait for a word; take it from somebody who may publish and did not write them."""
        record = self.get_object(request, unquote(object_id))
        if not isinstance(record, Publishable):
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        may_say = self.has_publish_permission(request, record)  # type: ignore[attr-defined]
        rows = list(Clearance.objects.of(record))
        waiting = self._waiting(record, rows)
        problems: list[str] = []
        if request.method == "POST":
            if not may_say:
                raise PermissionDenied
            seen = set(request.POST.getlist("detail"))
            told = [detail for _where, detail, _by in waiting if _sign(detail) in seen]
            try:
                if not told:
                    raise Unpublishable([_("Somebody was faster, or it is not in the record any more. Look again.")])
                with save(request.user):
                    Clearance.objects.allow(record, request.user, told, request.POST.get("reason", ""))
            except Unpublishable as error:
                problems = error.problems
            else:
                messages.success(request, _("It may be public. Now the record can be published."))
                return HttpResponseRedirect(record_url(record))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Private details: %(record)s") % {"record": record},
            "opts": self.opts,
            "original": record,
            "url": record_url(record),
            "waiting": [
                (_sign(detail), where, DetailKind(detail.kind).label, detail.words, by) for where, detail, by in waiting
            ],
            "allowed": [row for row in rows if row.allowed_at],
            "may_say": may_say,
            "own": any(by == request.user for _where, _detail, by in waiting),
            "problems": problems,
            "reason": request.POST.get("reason", ""),
            "zone": campaign_of(record).timezone,
        }
        return TemplateResponse(request, "admin/campaigns/private.html", context)

    @staticmethod
    def _waiting(record: Any, rows: Iterable[Clearance]) -> list[tuple[str, Detail, Any]]:
        """Return (where it stands, the detail, who wrote it) of all that nobody has said may be public."""
        asked = {row.detail: row.asked_by for row in rows if row.allowed_at is None}
        found = {one.detail: one.where for one in Clearance.objects.open_in([record])}
        given = {row.detail for row in rows if row.allowed_at}
        waiting = [
            (where, detail, asked.get(detail) or Clearance.objects.writer_of(record, detail))
            for detail, where in found.items()
        ]
        more = {detail: by for detail, by in asked.items() if detail not in found and detail not in given}
        return waiting + [(_("not saved yet"), detail, by) for detail, by in more.items()]

    def ask_for_private(self, request: Any) -> None:
        """After a save that was refused for private details: note that they wait for a second person, if asked to."""
        refused: Refused | None = getattr(request, "refused", None)
        if refused is not None and refused.private and "_ask_private" in request.POST:
            with save(request.user):
                Clearance.objects.ask(refused.record, request.user, refused.private)
            messages.info(request, _("A second person is asked. When they have said yes, save again."))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["private"] = bool(getattr(request, "refused", None) and request.refused.private)
        return super().render_change_form(request, context, *args, **kwargs)
