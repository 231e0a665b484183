"""Draft → in review → published → withdrawn: by buttons on a record's page, and for many at once from its list."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from campaigns.models import Clearance, Publishable, State, Unpublishable
from campaigns.staff.permissions import campaign_pk, can_publish, can_publish_somewhere

__all__ = ["Transitions", "record_url"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin


def record_url(record: Any, page: str = "change") -> str:
    """Return the address of a record's own page in the desk, or of its history; an actor's is that of its kind."""
    name = getattr(record, "kind", "") if record._meta.model_name == "actor" else record._meta.model_name
    return reverse(f"admin:campaigns_{name}_{page}", args=[quote(record.pk)])


class Transitions(_Admin):
    """The part of a noun's pages that changes its state."""

    actions = ["send_to_review", "return_to_draft", "publish", "publish_along", "withdraw"]

    def has_publish_permission(self, request: Any, obj: Any = None) -> bool:
        """Say whether the user may publish and withdraw; without a record, whether anywhere."""
        return can_publish_somewhere(request.user) if obj is None else can_publish(request.user, campaign_pk(obj))

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer what the noun can do: a check or a role has no state of its own."""
        found = super().get_actions(request)
        return found if issubclass(self.model, Publishable) else {}

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
        private = list(Clearance.objects.of(obj))
        return {
            "state": State(obj.state),
            "reason": obj.withdrawal_reason,
            "along": [(record.noun(), str(record), State(record.state).label, record_url(record)) for record in along],
            "gaps": obj.missing(along=True, by=request.user) if shown else [],
            "private": private,
            "asked": any(row.allowed_at is None for row in private),
            "details": bool(shown and Clearance.objects.open_in([obj])),
            "review": obj.state == State.DRAFT,
            "back": obj.state == State.IN_REVIEW,
            "shown": shown,
            "publish": shown and may_publish,
            "withdraw": obj.state == State.PUBLISHED and may_publish,
            "address": obj.get_absolute_url() if obj.state == State.PUBLISHED else "",  # type: ignore[attr-defined]
        }

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        """After a save, do what the button said."""
        steps: dict[str, tuple[Callable[[], None], str]] = {
            "_send_to_review": (obj.send_to_review, _("It waits for a second reader.")),
            "_return_to_draft": (obj.return_to_draft, _("It is a draft again.")),
            "_publish": (lambda: obj.publish(by=request.user), _("Readers see it now.")),
            "_publish_along": (
                lambda: obj.publish(by=request.user, along=True),
                _("Readers see it now, and what it names."),
            ),
        } if isinstance(obj, Publishable) else {}  # fmt: skip
        for name, (step, done) in steps.items():
            if name not in request.POST:
                continue
            if name.startswith("_publish") and not self.has_publish_permission(request, obj):
                raise PermissionDenied
            try:
                step()
            except Unpublishable as error:
                self._refused(request, [(str(obj), record_url(obj), error.problems)])
            else:
                self.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(record_url(obj))
        return super().response_change(request, obj)

    def _refused(self, request: HttpRequest, refused: list[tuple[str, str, list[str]]]) -> None:
        """Say of each record why its state did not change."""
        lines = ((url, name, " ".join(problems)) for name, url, problems in refused)
        said = format_html_join("", '<li><a href="{}">{}</a>: {}</li>', lines)
        self.message_user(request, format_html("{}<ul>{}</ul>", _("This stands in the way:"), said), "error")

    def _each(self, request: Any, queryset: Any, step: Callable[[Any], None], done: Callable[[int], str]) -> None:
        """Take a step with each of the chosen records, alone and in a transaction of its own."""
        refused, changed = [], 0
        for pk in queryset.values_list("pk", flat=True)[:200]:
            with transaction.atomic():
                record = queryset.select_related(None).select_for_update().get(pk=pk)
                try:
                    if not self.has_change_permission(request, record):
                        raise Unpublishable([_("In this state your role may not change it.")])
                    step(record)
                    changed += 1
                except Unpublishable as error:
                    refused.append((str(record), record_url(record), error.problems))
        if changed:
            self.message_user(request, done(changed), messages.SUCCESS)
        if refused:
            self._refused(request, refused)

    @admin.action(description=_lazy("Send to review"), permissions=["change"])
    def send_to_review(self, request: HttpRequest, queryset: Any) -> None:
        self._each(
            request,
            queryset,
            lambda record: record.send_to_review(),
            lambda n: ngettext("%(n)d waits for a second reader.", "%(n)d wait for a second reader.", n) % {"n": n},
        )

    @admin.action(description=_lazy("Give back to whoever writes it (draft)"), permissions=["change"])
    def return_to_draft(self, request: HttpRequest, queryset: Any) -> None:
        self._each(
            request,
            queryset,
            lambda record: record.return_to_draft(),
            lambda n: ngettext("%(n)d is a draft again.", "%(n)d are drafts again.", n) % {"n": n},
        )

    @admin.action(description=_lazy("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        self._publish(request, queryset, along=False)

    @admin.action(description=_lazy("Publish, with everything that it names"), permissions=["publish"])
    def publish_along(self, request: HttpRequest, queryset: Any) -> None:
        self._publish(request, queryset, along=True)

    def _publish(self, request: HttpRequest, queryset: Any, *, along: bool) -> None:
        def step(record: Any) -> None:
            if not self.has_publish_permission(request, record):
                raise Unpublishable([_("In this campaign you may not publish.")])
            record.publish(along=along, by=request.user)

        self._each(request, queryset, step, lambda n: ngettext("%(n)d published.", "%(n)d published.", n) % {"n": n})

    @admin.action(description=_lazy("Withdraw, with a reason …"), permissions=["publish"])
    def withdraw(self, request: Any, queryset: Any) -> HttpResponse | None:
        reason = request.POST.get("reason")
        if reason is None or not reason.strip():
            return self._ask_reason(request, list(queryset[:200]), asked=reason is not None)

        def step(record: Any) -> None:
            if not self.has_publish_permission(request, record):
                raise Unpublishable([_("In this campaign you may not withdraw.")])
            record.withdraw(reason)

        self._each(request, queryset, step, lambda n: ngettext("%(n)d withdrawn.", "%(n)d withdrawn.", n) % {"n": n})
        return None

    def _ask_reason(self, request: Any, records: list[Any], *, asked: bool) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Withdraw"),
            "records": [(str(record), record_url(record)) for record in records],
            "chosen": [record.pk for record in records],
            "asked": asked,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/campaigns/withdraw.html", context)

    def withdraw_view(self, request: Any, object_id: str) -> HttpResponse:
        """Ask for the reason, then withdraw one record."""
        obj = self.get_object(request, object_id)
        if obj is None or not isinstance(obj, Publishable) or not self.has_publish_permission(request, obj):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask_reason(request, [obj], asked=False)
        answer = self.withdraw(request, self.get_queryset(request).filter(pk=obj.pk))
        return answer or HttpResponseRedirect(record_url(obj))
