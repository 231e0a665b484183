"""Whoever changes what readers have seen says so: a typo, or a correction with a sentence for the readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.messages.storage import default_storage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.admin.rights import can_publish
from campaigns.admin.versions import campaign_of, change_at, lacks, owner_of, seen_by_readers
from campaigns.models import Clearance, Correction, Publishable, State, change
from campaigns.past import SAID

__all__ = ["Answer", "CorrectionsAdmin", "question"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


@dataclass(frozen=True, slots=True)
class Answer:
    """What an editor said of a change that readers will notice."""

    kind: str
    sentence: str
    #: What stood there before must not be shown any more.
    hides: bool = False

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> "Answer":
        """Read it from a form."""
        kind, sentence = (str(sent.get(f"correction_{name}", "")) for name in ("kind", "sentence"))
        return cls(kind, sentence.strip(), bool(sent.get("correction_hides")))

    def correction(self, record: Publishable, by: Any) -> Correction:
        """Return the correction to save; raise ValidationError with what is missing."""
        if self.kind not in Correction.Kind.values:
            raise ValidationError(_("Readers have seen this. Say below whether it is a typo or a correction."))
        if self.kind == Correction.Kind.CORRECTION and not self.sentence:
            raise ValidationError(_("Write for the readers what was corrected."))
        if self.hides and not can_publish(by, campaign_of(record)):
            raise ValidationError(_("Only whoever may publish takes away what stood there before."))
        made = Correction.of(record, self.kind, self.sentence if self.kind == Correction.Kind.CORRECTION else "", by)
        made.hides_earlier = self.hides
        made.full_clean()
        return made


def question(record: Publishable, by: Any, sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the question in a form shows: the choices, what was answered, in which language to write.

    Whether earlier versions go is asked of whoever may publish, and of records that have versions of their own.
    """
    answer = Answer.of(sent or {})
    language = campaign_of(record).language
    try:
        name = translation.get_language_info(language)["name_translated"]
    except KeyError:
        name = language
    return {
        "choices": Correction.Kind.choices,
        "kind": answer.kind,
        "sentence": answer.sentence,
        "may_hide": isinstance(record, tuple(SAID)) and can_publish(by, campaign_of(record)),
        "hides": answer.hides,
        "language": language,
        "language_name": name,
    }


class CorrectionsAdmin(_Admin):
    """The part of a noun's form that asks whoever changes what readers have seen."""

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save the form only with an answer, where it changed what readers see; called inside a transaction."""
        record = self._seen_by_readers(request, object_id) if request.method == "POST" and object_id else None
        if record is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        before = lacks(owner_of(record))
        try:
            with transaction.atomic(), change(request.user) as now:
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if "adminform" in (getattr(response, "context_data", None) or {}):
                    return response
                owner: Any = owner_of(record)
                owner = owner._meta.concrete_model._base_manager.get(pk=owner.pk)
                if problems := [problem for problem in lacks(owner) if problem not in before]:
                    open_ = Clearance.objects.open_in([owner])
                    request.private = owner, [one.detail for one in open_ if one.sentence() in problems]
                    raise ValidationError([_("Readers see this record, and so it is not fit to be seen:"), *problems])
                if seen_by_readers(change_at(record, now.at)):
                    Answer.of(request.POST).correction(owner_of(record), request.user).save()
                return response
        except ValidationError as error:
            request.refusal = " ".join(error.messages)
            request._messages = default_storage(request)  # what they say was taken back with the rest
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = context.get("original")
        if obj is not None and owner_of(obj).state == State.PUBLISHED and self.has_change_permission(request, obj):
            context["correction"] = question(owner_of(obj), request.user, request.POST)
        return super().render_change_form(request, context, *args, **kwargs)

    def _seen_by_readers(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record where it is, or is part of, a published one; as it was before this request."""
        obj = self.get_object(request, unquote(object_id))
        return obj if obj is not None and owner_of(obj).state == State.PUBLISHED else None
