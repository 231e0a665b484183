"""The history of a record: who changed what when, field by field; and bringing an older version back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from campaigns.admin.editing.corrections import proposed, question
from campaigns.history.changes import Change, History, campaign_of, change_at, changes_of, seen_by_readers
from campaigns.history.correction_note import Answer
from campaigns.history.restore import restore
from campaigns.models import Clearance, Publishable, State, Unpublishable, change, owner_of
from campaigns.saving.gate import Proposed, save, tried
from campaigns.text.numbers import as_number

__all__ = ["ChangeMiddleware", "HistoryAdmin"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


class ChangeMiddleware:
    """Let all that one request to the desk writes be one change, by whoever is logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; who is logged in is asked only where something is written."""
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        with change(request.user, guarded=True):
            return self.get_response(request)


class HistoryAdmin(_Admin):
    """The part of a noun's pages that shows its history."""

    def get_urls(self) -> Any:
        name = f"campaigns_{self.opts.model_name}_restore"
        view = self.admin_site.admin_view(self.restore_view)
        return [path("<path:object_id>/history/restore/", view, name=name), *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show who changed what when, the newest first, a page at a time."""
        record = self._found(request, object_id)
        changes = changes_of(record)
        page = Paginator(changes, 20).get_page(request.GET.get("p"))
        context = {
            **self._context(request, record),
            "title": _("History: %(record)s") % {"record": record},
            "page": page,
            "newest": changes[0].serial if changes else None,
            "clearances": [row for row in Clearance.objects.of(record) if row.allowed_at]
            if isinstance(record, Publishable)
            else [],
            "may_restore": self.has_change_permission(request, record),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/campaigns/history.html", context)

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what an older version would change, then make it the newest one."""
        record = self._found(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        serial = str(sent.get("to", ""))
        problems: list[str] = []
        if request.method == "POST":
            try:
                self._restore(request, record, serial)
            except Unpublishable as error:
                problems = error.problems
            except ValidationError as error:
                problems = error.messages
            except Proposed as error:
                return proposed(request, error.proposal)
            else:
                messages.success(request, _("The older version is the newest now."))
                return HttpResponseRedirect(
                    reverse(f"admin:campaigns_{self.opts.model_name}_history", args=[record.pk])
                )
            record = self._found(request, object_id)
        try:
            would = self._would_change(request, record, serial)
        except Unpublishable as error:
            would, problems = None, problems or error.problems
        asked = owner_of(record) if seen_by_readers(would) else None
        asked = asked if asked is not None and asked.state == State.PUBLISHED else None
        context = {
            **self._context(request, record),
            "title": _("Bring back an older version: %(record)s") % {"record": record},
            "serial": serial,
            "moment": History(record).when(serial),
            "change": would,
            "problems": problems,
            "version": record.version,
            "correction": question(asked, request.user, sent) if asked else None,
        }
        return TemplateResponse(request, "admin/campaigns/restore.html", context)

    def _restore(self, request: HttpRequest, record: Any, serial: str) -> None:
        version = as_number(request.POST.get("version"))
        with save(request.user, Answer.of(request.POST), reason="restore", on=owner_of(record)):
            if version is None or not self.model.claim(record.pk, version):
                raise Unpublishable([_("Somebody else saved this record meanwhile. Look again what would change.")])
            record.refresh_from_db()
            if hasattr(record, "edited_by"):
                record.edited_by = request.user
            restore(record, serial)

    def _would_change(self, request: HttpRequest, record: Any, serial: str) -> Change | None:
        """Do it, look, and take it back."""
        with tried(request.user) as now:
            restore(self.model._base_manager.get(pk=record.pk), serial)
            return change_at(record, now.at)

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record, where the user may see it."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def _context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": record,
            "original": record,
            "media": self.media,
            "zone": campaign_of(record).timezone,
        }
