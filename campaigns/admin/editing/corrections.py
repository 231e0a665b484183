"""Whoever changes what readers have seen says so: a typo, or a correction with a sentence for the readers."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.messages.storage import default_storage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from campaigns.history.changes import campaign_of, change_at, owner_of, seen_by_readers
from campaigns.history.correction_note import Answer
from campaigns.history.public_versions import SAID
from campaigns.history.restore import lacks, stale
from campaigns.models import Clearance, Correction, Publishable, State, change
from campaigns.staff.permissions import can_edit, can_publish
from campaigns.text.languages import language_name

__all__ = ["CorrectionsAdmin", "Owners", "question"]

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
        "choices": Correction.Kind.choices,
        "kind": answer.kind,
        "sentence": answer.sentence,
        "may_hide": isinstance(record, tuple(SAID)) and can_publish(by, campaign_of(record)),
        "hides": answer.hides,
        "language": language,
        "language_name": language_name(language),
    }


class Unfit(ValidationError):
    """A change after which a published record lacks what it had; ``private`` are details that nobody has cleared."""

    def __init__(self, owner: Publishable, problems: list[str]) -> None:
        """Keep the record and the sentences."""
        super().__init__([_("Readers see this record, and so it is not fit to be seen:"), *problems])
        self.owner = owner
        self.private = [one.detail for one in Clearance.objects.open_in([owner]) if one.sentence() in problems]


class Owners:
    """The records that a change is one of: a record itself, or those that a row belonged to before and belongs to now.

    What a row's own page asks is what the page of its owner would, so it is asked here of both.
    """

    def __init__(self) -> None:
        """Know none yet."""
        self._rows: list[Any] = []
        self._lacked: dict[Publishable, list[str]] = {}

    def note(self, row: Any) -> None:
        """Note whose a row is, or a record itself, as the database has it; call it before anything is written."""
        owner = _as_saved(owner_of(row))
        if isinstance(row, Publishable) and owner.state != State.PUBLISHED:
            return
        self._rows.append(row)
        self._lacked.setdefault(owner, lacks(owner))

    @property
    def seen(self) -> Publishable | None:
        """The first of them that readers see now."""
        return next((one for one in map(_as_saved, self._lacked) if one.state == State.PUBLISHED), None)

    def settle(self, row: Any, at: datetime, sent: Mapping[str, Any], by: Any) -> None:
        """Ask of each what its own page would, and let it be changed by whoever changed the row at that moment.

        Call it inside the transaction of the change. Raise ValidationError with what is missing.
        """
        made = change_at(row, at) if self._lacked else None
        if made is None:
            return
        if not isinstance(row, Publishable):
            stale(self._rows, row)  # from here on whoever publishes an owner waits, or has been waited for
        for known, lacked in self._lacked.items():
            owner: Any = _as_saved(known)
            if owner != row:
                if not can_edit(by, campaign_of(owner), owner.state):
                    said = _("In this state your role may not change it.")
                    raise ValidationError(f"{owner.noun()} “{owner}”: {said}")
                owner.edited_by = by
                owner.save(update_fields=["edited_by", "updated_at"])
            if problems := [problem for problem in lacks(owner) if problem not in lacked]:
                raise Unfit(owner, problems)
            if owner.state == State.PUBLISHED and seen_by_readers(made):
                Answer.of(sent).correction(owner, by).save()


def _as_saved(record: Any) -> Any:
    return record._meta.concrete_model._base_manager.get(pk=record.pk)


class CorrectionsAdmin(_Admin):
    """The part of a noun's form that asks whoever changes what readers have seen."""

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Save the form only with an answer, where it changed what readers see; called inside a transaction."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        owners = request.owners = Owners()
        before = self.get_object(request, unquote(object_id)) if object_id else None
        if before is not None:
            owners.note(before)
        try:
            with transaction.atomic(), change(request.user) as now:
                response = super().changeform_view(request, object_id, form_url, extra_context)
                if "adminform" in (getattr(response, "context_data", None) or {}):
                    return response
                row = getattr(request, "row", before)
                if row is not None:
                    owners.settle(row, now.at, request.POST, request.user)
                return response
        except ValidationError as error:
            request.refusal = " ".join(error.messages)
            request.asked = owners.seen
            if isinstance(error, Unfit):
                request.private = error.owner, error.private
            request._messages = default_storage(request)  # what they say was taken back with the rest
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Note where a row will belong, as it is before it does."""
        if not isinstance(obj, Publishable):
            request.owners.note(obj)
        super().save_model(request, obj, form, change)
        request.row = obj

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, owner = context.get("original"), getattr(request, "asked", None)
        if owner is None and obj is not None and self.has_change_permission(request, obj):
            owner = owner_of(_as_saved(obj) if request.method == "POST" else obj)
            owner = owner if owner.state == State.PUBLISHED else None
        if owner is not None:
            context["correction"] = question(owner, request.user, request.POST)
        return super().render_change_form(request, context, *args, **kwargs)
