"""Outcomes, and the checks: who looked for an answer, and what they found."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from campaigns.admin.demand import DemandFilter
from campaigns.admin.editing.base import RecordAdmin, site
from campaigns.admin.editing.corrections import proposed
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.admin.looking import CheckForm
from campaigns.admin.source import CitationInline
from campaigns.models import Check, Demand, Outcome, Party, Precision
from campaigns.saving.gate import Proposed, save
from campaigns.staff.permissions import campaign_pk, can_edit, state_of
from campaigns.staff.reauthentication import asks_proof

__all__ = ["CheckAdmin", "OutcomeAdmin"]


class OutcomeForm(RecordForm):
    """An outcome."""

    when = PartialDateField(label=_lazy("in effect from"))


@admin.register(Outcome, site=site)
class OutcomeAdmin(RecordAdmin):
    """What was done about a demand: an entry in its log."""

    form = OutcomeForm
    list_display = ["demand", "status", "when_words", "assessor", "state", "campaign"]
    list_filter = ["state", "status", "campaign", DemandFilter]
    search_fields = ["demand__title"]
    autocomplete_fields = ["demand", "assessor"]
    related = ("campaign", "demand", "assessor")
    ordering = ["-date", "-pk"]
    inlines = [CitationInline]
    fieldsets = [
        (
            _lazy("What was done"),
            {
                "fields": ["demand", "status", "when", "reason"],
                "description": _lazy(
                    "A new entry for each change: what was written before stays. What was only said is a statement."
                ),
            },
        ),
        (_lazy("More"), {"fields": ["assessor", "note", "position"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_lazy("in effect from"), ordering="date")
    def when_words(self, obj: Outcome) -> str:
        return str(obj.when)


@admin.register(Check, site=site)
class CheckAdmin(RecordAdmin):
    """Days on which an editor looked for an answer and found none, or on which a source says so."""

    form = CheckForm
    list_display = ["addressee", "about", "when_words", "found"]
    list_filter = ["found", DemandFilter]
    search_fields = ["demand__title", "letter__slug", "addressee__name"]
    autocomplete_fields = ["demand", "letter", "addressee", "reported_by"]
    related = ("demand__campaign", "letter__campaign", "letter__speaker", "addressee", "reported_by")
    fields = ["demand", "letter", "addressee", "when", "found", "reported_by", "note"]
    ordering = ["-date", "-pk"]
    inlines = [CitationInline]

    @admin.display(description=_lazy("about"))
    def about(self, obj: Check) -> str:
        return str(obj.demand or obj.letter)

    @admin.display(description=_lazy("looked on"), ordering="date")
    def when_words(self, obj: Check) -> str:
        return str(obj.when)

    def get_urls(self) -> Any:
        looked = path("looked/", self.admin_site.admin_view(self.looked_view), name="campaigns_check_looked")
        return [looked, *super().get_urls()]

    @asks_proof(lambda _request: False)
    def looked_view(self, request: Any) -> HttpResponse:
        """Note that somebody looked today and found nothing, for one addressee or for all that are ticked: all or none.

        ``ticked`` and ``listed`` hold pairs such as “12-34”: a demand and an addressee that it is put to.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        addressee = request.POST.get("addressee", "")
        chosen = request.POST.getlist("listed" if addressee else "ticked")
        pairs = [pair.split("-") for pair in chosen if re.fullmatch(r"[1-9]\d{0,15}-[1-9]\d{0,15}", pair, re.ASCII)]
        demands = self.admin_site.get_model_admin(Demand).get_queryset(request)
        parties = Party.objects.addressees().filter(
            demand__in=demands.filter(pk__in=[demand for demand, _actor in pairs]).values("pk"),
            actor__in=[actor for _demand, actor in pairs if addressee in ("", actor)],
        )
        asked = {(int(demand), int(actor)) for demand, actor in pairs if addressee in ("", actor)}
        checks = [
            Check(demand=party.demand, addressee=party.actor, date=party.demand.campaign.today())
            for party in parties.select_related("demand__campaign", "actor")
            if (party.demand_id, party.actor_id) in asked
        ]
        if not all(self.may_look(request, check) for check in checks):
            raise PermissionDenied
        own: dict[str, Any] = {"found": Check.Found.NOTHING_FOUND, "reported_by": None, "precision": Precision.DAY}
        try:
            with save(request.user, news=True):
                noted = sum(
                    Check.objects.get_or_create(demand=check.demand, addressee=check.addressee, date=check.date, **own)[
                        1
                    ]
                    for check in checks
                )
        except Proposed as error:
            return proposed(request, error.proposal, reverse("admin:index"))
        self.message_user(
            request,
            " ".join(self._said(noted, again=len(checks) - noted, gone=len(asked) - len(checks))),
            messages.SUCCESS if noted == len(asked) and noted else messages.WARNING,
        )
        return HttpResponseRedirect(reverse("admin:index"))

    def _said(self, noted: int, *, again: int, gone: int) -> Iterator[str]:
        """Yield what became of every question that was ticked."""
        yield ngettext(
            "Noted: looked today, no answer found, for %(n)d question.",
            "Noted: looked today, no answer found, for %(n)d questions.",
            noted,
        ) % {"n": noted}
        if again:
            said = ngettext("%(n)d was noted today already.", "%(n)d were noted today already.", again)
            yield said % {"n": again}
        if gone:
            said = ngettext(
                "%(n)d is not put to them any more, or not yours to see.",
                "%(n)d are not put to them any more, or not yours to see.",
                gone,
            )
            yield said % {"n": gone}

    def may_look(self, request: Any, check: Check) -> bool:
        """Say whether the user may note a check: readers see it at once where the demand is published."""
        return can_edit(request.user, campaign_pk(check), state_of(check))
