"""Proposed changes of published records: a second person reads each, and accepts it or returns it with a reason."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.admin.editing.publishing import record_url
from campaigns.admin.editing.scoping import ScopedAdmin
from campaigns.admin.site import site
from campaigns.models import ProposedChange, Unpublishable
from campaigns.saving.proposals import accept, give_back, record_of, would_change
from campaigns.staff.permissions import can_publish

__all__ = ["ProposedChangeAdmin"]


@admin.register(ProposedChange, site=site)
class ProposedChangeAdmin(ScopedAdmin):
    """What somebody proposed, as a difference; nobody types into it."""

    list_display = ["label", "by", "at", "state", "campaign"]
    list_select_related = ["by", "campaign"]
    list_filter = ["state", "campaign"]
    search_fields = ["label", "by__username"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the difference, and take the decision of whoever may give it."""
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            raise Http404
        waits = proposal.state == ProposedChange.State.WAITING
        mine = proposal.by_id == request.user.pk
        may_decide = waits and not mine and can_publish(request.user, proposal.campaign_id)
        problems: list[str] = []
        if request.method == "POST":
            if not (may_decide or (waits and mine and "_return" in request.POST)):
                raise PermissionDenied
            try:
                return self._decide(request, proposal)
            except Unpublishable as error:
                problems = error.problems
        record = record_of(proposal)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Proposed change: %(record)s") % {"record": proposal},
            "opts": self.opts,
            "media": self.media,
            "proposal": proposal,
            "change": would_change(proposal),
            "record": record,
            "url": record_url(record),
            "waits": waits,
            "mine": mine,
            "may_decide": may_decide,
            "problems": problems,
            "reason": request.POST.get("reason", ""),
            "zone": proposal.campaign.timezone,
        }
        return TemplateResponse(request, "admin/campaigns/proposed_change.html", context)

    def _decide(self, request: Any, proposal: ProposedChange) -> HttpResponse:
        if "_accept" in request.POST:
            accept(proposal, request.user)
            messages.success(request, _("Accepted: readers see it now."))
            return HttpResponseRedirect(record_url(record_of(proposal)))
        give_back(proposal, request.user, request.POST.get("reason", ""))
        messages.success(request, _("Returned. The record stays as it was."))
        return HttpResponseRedirect(reverse("admin:index"))
