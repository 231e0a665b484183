"""Whoever changes what readers have seen says so: a typo, or a correction with a sentence for the readers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from campaigns.admin.editing.publishing import record_url
from campaigns.admin.editing.scoping import as_saved
from campaigns.history.changes import campaign_of
from campaigns.history.correction_note import Answer
from campaigns.history.public_versions import SAID
from campaigns.models import Correction, ProposedChange, Publishable, State, owner_of
from campaigns.saving.gate import Proposed, Refused, save
from campaigns.staff.permissions import can_publish
from campaigns.text.languages import language_name

__all__ = ["CorrectionsAdmin", "proposed", "question"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


def question(record: Publishable, by: Any, sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the question in a form shows: the choices, what was answered, in which language to write.

    Whether earlier versions go is asked of whoever may publish, and of records that have versions of their own.
    """
    answer = Answer.of(sent or {})
    language = campaign_of(record).language
    return {
        "choices": [(kind.value, kind.label) for kind in Correction.ASKED],
        "kind": answer.kind,
        "sentence": answer.sentence,
        "may_hide": isinstance(record, tuple(SAID)) and can_publish(by, campaign_of(record)),
        "hides": answer.hides,
        "language": language,
        "language_name": language_name(language),
    }


def proposed(request: HttpRequest, proposal: ProposedChange, url: str = "") -> HttpResponse:
    """Say that a change waits for a second reader, and lead on."""
    said = _("Readers go on reading what stands. Your change waits for a second reader:")
    link = reverse("admin:campaigns_proposedchange_change", args=[proposal.pk])
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, link, proposal))
    return HttpResponseRedirect(url or link)


class CorrectionsAdmin(_Admin):
    """The part of a noun's form that asks whoever changes what readers have seen."""

    #: Whether the form notes looks for an answer to other records: news, no correction.
    adds_looks = False

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save the form only with an answer, where it changed what readers see; called inside a transaction."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        before = self.get_object(request, unquote(object_id)) if object_id else None
        page = None if before is None else owner_of(before)
        try:
            with save(request.user, Answer.of(request.POST), on=page, claimed=before, news=self.adds_looks):
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if "adminform" in (getattr(response, "context_data", None) or {}):
                    transaction.set_rollback(True)
                return response
        except Proposed as error:
            request._messages = default_storage(request)
            return proposed(request, error.proposal, record_url(before) if before is not None else "")
        except Refused as error:
            request.refusal, request.refused = " ".join(error.messages), error
            request._messages = default_storage(request)  # what they say was taken back with the rest
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, refused = context.get("original"), getattr(request, "refused", None)
        owner = owner_of(as_saved(request, obj)) if obj is not None else None
        if owner is not None and owner.state == State.PUBLISHED and owner.needs_second_reader():
            context["proposals"] = list(ProposedChange.objects.waiting().about(owner).select_related("by"))
        if refused is not None:
            owner = refused.record
        elif obj is None or not self.has_change_permission(request, obj):
            owner = None
        if owner is not None and owner.state == State.PUBLISHED:
            context["correction"] = question(owner, request.user, request.POST)
        return super().render_change_form(request, context, *args, **kwargs)
