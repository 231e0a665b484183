"""The page on which two records of one actor become one, and on which that is taken back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.actors.merging import MERGE, SPLIT, Merged, NotTheSame, merge, split
from campaigns.admin.actor_form import in_full, know_roles
from campaigns.admin.editing.base import InCampaignSelect, RecordAdmin
from campaigns.admin.editing.corrections import proposed, question
from campaigns.admin.editing.publishing import record_url
from campaigns.history.correction_note import Answer
from campaigns.history.database_errors import trouble
from campaigns.history.restore import database_refusal
from campaigns.history.rollback import NoSentence, Report
from campaigns.models import Actor, State, Unpublishable
from campaigns.saving.gate import Proposed, save, tried
from campaigns.text.numbers import as_number

__all__ = ["SameAdmin"]

#: So many records of each sort are named.
_MOST = 10
_FASTER: Promise = _lazy("Somebody else saved one of the two meanwhile. Look again what would change.")


class _AnotherSelect(InCampaignSelect):
    """A search box for the other actors of one's kind."""

    other: Actor

    def get_url(self) -> str:
        return f"{super().get_url()}&kind={self.other.kind}&but={self.other.pk}"


class _Choice(forms.Form):
    """Which of two is kept."""

    kept: Any = forms.ModelChoiceField(
        Actor.objects.none(), label=_lazy("The same as"), help_text=_lazy("The one that is kept: search by name.")
    )

    def __init__(self, admin_site: Any, other: Actor, sent: Any) -> None:
        """Offer the others of its kind in its campaign."""
        super().__init__(sent if "kept" in sent else None)
        select = _AnotherSelect(Actor._meta.get_field("merged_into"), admin_site)
        select.campaign, select.other = other.campaign, other
        rows = Actor.objects.filter(campaign=other.campaign_id, kind=other.kind, merged_into=None)
        kept: Any = self.fields["kept"]
        kept.widget, kept.queryset = select, rows.exclude(pk=other.pk)


class SameAdmin(RecordAdmin):
    """The part of an actor's pages that is about its being the same as another."""

    def get_urls(self) -> Any:
        name = f"campaigns_{self.opts.model_name}_same"
        view = self.admin_site.admin_view(self.same_view)
        return [path("<path:object_id>/same/", view, name=name), *super().get_urls()]

    def publication(self, request: Any, obj: Any) -> dict[str, Any] | None:
        """Add whom it is the same as, and the way to say so or to take it back."""
        found: dict[str, Any] = super().publication(request, obj) or {}
        kept = obj.merged_into
        found["kept"] = (str(kept), record_url(kept)) if kept is not None else None
        found["same"] = self.has_publish_permission(request, obj)
        return found

    def same_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would change if it were the same as another, or no longer; then do it."""
        record = self._found(request, object_id)
        if not self.has_publish_permission(request, record):
            raise PermissionDenied
        try:
            return (self._merge if record.merged_into_id is None else self._split)(request, record)
        except Proposed as error:
            return proposed(request, error.proposal)

    def _merge(self, request: HttpRequest, other: Actor) -> HttpResponse:
        form = _Choice(self.admin_site, other, request.POST if request.method == "POST" else request.GET)
        kept: Any = form.cleaned_data["kept"] if form.is_bound and form.is_valid() else None
        problems: list[tuple[Any, str]] = []
        would: Merged | None = None

        def do() -> None:
            with save(request.user, reason=MERGE, fit=False):
                _claim(request, other, kept)
                merge(other, kept, request.user, Answer.of(request.POST))

        def look() -> None:
            nonlocal would
            with tried(request.user):
                would = merge(other, kept, request.user)

        if kept is not None:
            if request.method == "POST":
                if not (problems := _problems(other, do)):
                    messages.success(request, _("They are one record now."))
                    return HttpResponseRedirect(record_url(kept))
                other, kept = self._found(request, str(other.pk)), Actor.objects.get(pk=kept.pk)
            problems = _problems(other, look) or problems
            other, kept = self._found(request, str(other.pk)), Actor.objects.get(pk=kept.pk)
            kept, other = know_roles([kept, other])
        context = {
            **self._same(request, other, problems),
            "title": _("The same as another: %(record)s") % {"record": other},
            "form": form,
            "kept": kept,
            "kept_words": in_full(kept) if kept else "",
            "other_words": in_full(other) if kept else "",
            "kept_url": record_url(kept) if kept else "",
            "swapped": f"{record_url(kept, 'same')}?kept={other.pk}" if kept else "",
            "would": would,
            "moved": [(label, *_some(rows)) for label, rows in would.moved.items()] if would else [],
            "published": other.state == State.PUBLISHED,
            "correction": question(kept, request.user, request.POST) if kept and would and would.told else None,
            "told": len(would.told) if would else 0,
        }
        return TemplateResponse(request, "admin/campaigns/same.html", context)

    def _split(self, request: HttpRequest, other: Actor) -> HttpResponse:
        problems: list[tuple[Any, str]] = []
        kept: Any = other.merged_into

        def do() -> None:
            with save(request.user, reason=SPLIT, fit=False):
                _claim(request, other, kept)
                split(other, request.user, Answer.of(request.POST).sentence, apply=True)

        if request.method == "POST":
            if not (problems := _problems(other, do)):
                messages.success(request, _("They are two records again."))
                return HttpResponseRedirect(record_url(other))
            other = self._found(request, str(other.pk))
            kept = other.merged_into
        with tried(request.user):
            would: Report = split(other, request.user, apply=False)
        context = {
            **self._same(request, other, problems),
            "title": _("Two after all: %(record)s") % {"record": other},
            "kept": kept,
            "kept_url": record_url(kept),
            "changes": [(record.noun(), str(record), made) for record, made in would.changes],
            "left": [(str(one.record), record_url(one.record), one.what, one.why) for one in would.left],
            "correction": question(kept, request.user, request.POST) if would.told else None,
            "told": len(would.told),
        }
        return TemplateResponse(request, "admin/campaigns/split.html", context)

    def _same(self, request: HttpRequest, other: Actor, problems: list[tuple[Any, str]]) -> dict[str, Any]:
        return {
            **self._context(request, other),
            "problems": [(str(record), record_url(record), sentence) for record, sentence in problems],
        }


def _claim(request: HttpRequest, other: Actor, kept: Actor) -> None:
    """Take the next version of both; raise Unpublishable where somebody was faster. In one order for all who do."""
    seen = {other.pk: request.POST.get("version"), kept.pk: request.POST.get("kept_version")}
    if not all(Actor.claim(pk, as_number(text) or 0) for pk, text in sorted(seen.items())):
        raise Unpublishable([str(_FASTER)])
    for actor in (other, kept):
        actor.refresh_from_db()


def _problems(other: Actor, step: Callable[[], None]) -> list[tuple[Any, str]]:
    """Take a step; return what stands in its way, each with its record, or nothing where it is done."""
    try:
        step()
    except NotTheSame as error:
        return error.problems
    except NoSentence:
        said = [_("Write for the readers what was corrected.")]
    except Unpublishable as error:
        said = error.problems
    except ValidationError as error:
        said = error.messages
    except IntegrityError as error:
        said = [database_refusal(error)]
    except OperationalError as error:
        found = trouble(error)
        said = [str(_FASTER) if found.busy else found.sentence]
    else:
        return []
    return [(other, sentence) for sentence in said]


def _some(records: list[Any]) -> tuple[int, list[tuple[str, str]], int]:
    """Return how many there are, the first of them, and how many more."""
    shown = [(str(record), record_url(record)) for record in records[:_MOST]]
    return len(records), shown, len(records) - len(shown)
