"""Draft → in review → published → withdrawn: by buttons on a record's page, and for many at once from its list."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _

from campaigns.admin.editing.publishing_many import Done, ManySteps, listed, record_url
from campaigns.models import Campaign, Clearance, Publishable, State, Unpublishable

__all__ = ["Transitions", "record_url"]


class Transitions(ManySteps):
    """The part of a noun's pages that changes its state."""

    def get_urls(self) -> Any:
        name = f"campaigns_{self.opts.model_name}_withdraw"
        withdraw = path("<path:object_id>/withdraw/", self.admin_site.admin_view(self.withdraw_view), name=name)
        return [withdraw, *super().get_urls()]

    def publication(self, request: Any, obj: Any) -> dict[str, Any] | None:
        """Return what the page says of a record's state: what is missing, and which buttons there are."""
        if not isinstance(obj, Publishable):
            return None
        may_publish = self.has_publish_permission(request, obj)
        shown = obj.state in (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN)
        along = [record for record in obj.unpublished() if record is not obj] if shown else []
        campaign = obj if isinstance(obj, Campaign) else obj.campaign
        private = list(Clearance.objects.of(obj))
        return {
            "state": State(obj.state),
            "reason": obj.withdrawal_reason,
            "along": listed(along),
            "campaign": listed([campaign])[0] if campaign.state != State.PUBLISHED and campaign != obj else None,
            "gaps": obj.missing(along=True, by=request.user) if shown else [],
            "unseen": obj.unseen(),
            "private": private,
            "asked": any(row.allowed_at is None for row in private),
            "details": bool(shown and Clearance.objects.open_in([obj])),
            "review": obj.state == State.DRAFT,
            "back": obj.state == State.IN_REVIEW,
            "shown": shown,
            "publish": shown and may_publish and len(obj.unpublished(along=False)) == 1,
            "publish_along": shown and may_publish and bool(along),
            "withdraw": obj.state == State.PUBLISHED and may_publish,
            "address": obj.get_absolute_url() if obj.state == State.PUBLISHED else "",  # type: ignore[attr-defined]
        }

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        """After a save, do what the button said."""
        steps: dict[str, tuple[Callable[[], None], str]] = {
            "_send_to_review": (obj.send_to_review, _("It waits for a second reader.")),
            "_return_to_draft": (obj.return_to_draft, _("It is a draft again.")),
        } if isinstance(obj, Publishable) else {}  # fmt: skip
        for name in ("_publish", "_publish_along") if isinstance(obj, Publishable) else ():
            if name in request.POST:
                if not self.has_publish_permission(request, obj):
                    raise PermissionDenied
                done = Done()
                self._publish_one(request, obj, done, along=name == "_publish_along")
                self._say_published(request, done)
                return HttpResponseRedirect(record_url(obj))
        for name, (step, said) in steps.items():
            if name not in request.POST:
                continue
            try:
                step()
            except Unpublishable as error:
                self._refused(request, [(obj, error.problems)])
            else:
                self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(record_url(obj))
        return super().response_change(request, obj)

    def withdraw_view(self, request: Any, object_id: str) -> HttpResponse:
        """Ask for the reason, then withdraw one record."""
        obj = self.get_object(request, object_id)
        if obj is None or not isinstance(obj, Publishable) or not self.has_publish_permission(request, obj):
            raise PermissionDenied
        answer = self.withdraw(request, self.get_queryset(request).filter(pk=obj.pk))
        return answer or HttpResponseRedirect(record_url(obj))
