"""The steps from draft to readers for many records at once: listed first, then done and said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from campaigns.models import Campaign, Publishable, State, Unpublishable
from campaigns.saving.gate import Refused, save
from campaigns.staff.permissions import campaign_pk, can_publish, can_publish_somewhere

__all__ = ["Done", "ManySteps", "listed", "record_url"]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Admin = admin.ModelAdmin

#: Records in one step from a list; below the 1000 fields that a form may have, and done well before a worker gives up.
MOST = 500
#: Refused records that one message names.
_NAMED = 50


def record_url(record: Any, page: str = "change") -> str:
    """Return the address of a record's own page in the desk, or of its history; an actor's is that of its kind."""
    name = getattr(record, "kind", "") if record._meta.model_name == "actor" else record._meta.model_name
    return reverse(f"admin:campaigns_{name}_{page}", args=[quote(record.pk)])


def listed(records: Sequence[Publishable]) -> list[tuple[str, str, str, str]]:
    """Return of each record what a page says of it: its noun, its name, its state and its address."""
    return [(one.noun(), str(one), str(State(one.state).label), record_url(one)) for one in records]


@dataclass(slots=True)
class Done:
    """What a step did with the chosen records, or what it would do."""

    #: The chosen that change.
    changed: list[Any] = field(default_factory=list)
    #: The chosen that are published already, and so stay as they are.
    already: list[Any] = field(default_factory=list)
    #: The chosen that stay, each with the reasons.
    refused: list[tuple[Any, list[str]]] = field(default_factory=list)
    #: What is published along with them.
    along: list[Any] = field(default_factory=list)


class ManySteps(_Admin):
    """The part of a noun's list that changes the state of what was chosen in it."""

    actions = ["send_to_review", "return_to_draft", "publish", "publish_along", "withdraw"]

    def has_publish_permission(self, request: Any, obj: Any = None) -> bool:
        """Say whether the user may publish and withdraw; without a record, whether anywhere."""
        return can_publish_somewhere(request.user) if obj is None else can_publish(request.user, campaign_pk(obj))

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer what the noun can do: a check or a role has no state of its own."""
        found = super().get_actions(request)
        return found if issubclass(self.model, Publishable) else {}

    def _publish_one(self, request: Any, record: Any, done: Done, *, along: bool) -> None:
        """Publish one and note what was changed by it."""
        known = [*done.changed, *done.along]
        try:
            changed = record.publish(along=along, by=request.user)
        except Unpublishable as error:
            done.refused.append((record, error.problems))
            return
        if record in done.along:  # an earlier one brought it
            done.along.remove(record)
            done.changed.append(record)
        else:
            (done.changed if record in changed else done.already).append(record)
        done.along += [one for one in changed if one != record and one not in known]

    def _say_published(self, request: HttpRequest, done: Done) -> None:
        """Say what was published, and that readers see it only after asking by the rule of their pages."""
        published = [*done.changed, *done.along]
        blind = [one for one in published if not one.seen()]
        n = len(done.changed)
        if n:
            waiting = {str(c) for one in blind if (c := _campaign(one)).state != State.PUBLISHED}
            if not blind:
                said = ngettext("Readers see it now.", "%(n)d published: readers see them now.", n) % {"n": n}
            elif waiting:
                said = ngettext(
                    "Published. Readers will see it once the campaign “%(campaign)s” is published.",
                    "%(n)d published. Readers will see them once the campaign “%(campaign)s” is published.",
                    n,
                ) % {"n": n, "campaign": "”, “".join(sorted(waiting))}
            else:
                names = "”, “".join(str(one) for one in blind[:_NAMED])
                said = ngettext("%(n)d published.", "%(n)d published.", n) % {"n": n}
                said += " " + _("Readers do not see yet: “%(names)s”.") % {"names": names}
            if m := len(done.along):
                said += " " + ngettext("With it came %(n)d further.", "With it came %(n)d further.", m) % {"n": m}
            self.message_user(request, said, messages.WARNING if blind else messages.SUCCESS)
        if done.already:
            n = len(done.already)
            said = ngettext(
                "%(n)d was published already and stays as it is.",
                "%(n)d were published already and stay as they are.",
                n,
            )
            self.message_user(request, said % {"n": n}, messages.INFO)
        if lost := [(one, sentences) for one in done.changed if (sentences := one.unseen())]:
            self._name(request, _("Published, but not all of it is seen:"), lost, messages.WARNING)
        self._refused(request, done.refused)

    def _refused(self, request: HttpRequest, refused: list[tuple[Any, list[str]]]) -> None:
        """Say of each record why its state did not change."""
        if refused:
            self._name(request, _("This stands in the way:"), refused, messages.ERROR)

    def _name(self, request: HttpRequest, what: str, found: list[tuple[Any, list[str]]], level: int) -> None:
        lines = [(record_url(record), str(record), " ".join(sentences)) for record, sentences in found[:_NAMED]]
        said = format_html_join("", '<li><a href="{}">{}</a>: {}</li>', lines)
        if more := len(found) - len(lines):
            said += format_html("<li>{}</li>", ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
        self.message_user(request, format_html("{}<ul>{}</ul>", what, said), level)

    def _may_not(self, request: Any, record: Any, *, publishing: bool) -> list[str]:
        if not self.has_change_permission(request, record):
            return [_("In this state your role may not change it.")]
        if publishing and not self.has_publish_permission(request, record):
            return [_("In this campaign you may not publish and withdraw.")]
        return []

    def _each(self, request: Any, pks: Sequence[int], step: Callable[[Any, Done], None], *, publishing: bool) -> Done:
        """Take a step with each of the chosen records, alone and in a transaction of its own.

        What is refused is tried again as long as another one succeeds: it may have waited for that.
        """
        done, waiting = Done(), list(pks)
        while waiting:
            before, done.refused = len(done.changed), []
            for pk in waiting:
                record, known = None, (len(done.changed), len(done.along))
                try:
                    with save(request.user):
                        rows = self.get_queryset(request).select_related(None).select_for_update()
                        if (record := rows.filter(pk=pk).first()) is None:
                            continue
                        if problems := self._may_not(request, record, publishing=publishing):
                            done.refused.append((record, problems))
                        else:
                            step(record, done)
                except Refused as error:
                    del done.changed[known[0] :], done.along[known[1] :]
                    done.refused.append((record, error.messages))
            waiting = [record.pk for record, _why in done.refused] if len(done.changed) > before else []
        return done

    def _simple(self, request: Any, queryset: Any, step: Callable[[Any], None], said: Callable[[int], str]) -> None:
        """Take a step that changes nothing for readers with all that were chosen."""

        def one(record: Any, done: Done) -> None:
            try:
                step(record)
            except Unpublishable as error:
                done.refused.append((record, error.problems))
            else:
                done.changed.append(record)

        done = self._each(request, list(queryset.values_list("pk", flat=True)), one, publishing=False)
        if done.changed:
            self.message_user(request, said(len(done.changed)), messages.SUCCESS)
        self._refused(request, done.refused)

    @admin.action(description=_lazy("Send to review"), permissions=["change"])
    def send_to_review(self, request: HttpRequest, queryset: Any) -> None:
        self._simple(
            request,
            queryset,
            lambda record: record.send_to_review(),
            lambda n: ngettext("%(n)d waits for a second reader.", "%(n)d wait for a second reader.", n) % {"n": n},
        )

    @admin.action(description=_lazy("Give back to whoever writes it (draft)"), permissions=["change"])
    def return_to_draft(self, request: HttpRequest, queryset: Any) -> None:
        self._simple(
            request,
            queryset,
            lambda record: record.return_to_draft(),
            lambda n: ngettext("%(n)d is a draft again.", "%(n)d are drafts again.", n) % {"n": n},
        )

    @admin.action(description=_lazy("Publish …"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._publish(request, queryset, along=False)

    @admin.action(description=_lazy("Publish, with everything that it names …"), permissions=["publish"])
    def publish_along(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._publish(request, queryset, along=True)

    def _publish(self, request: HttpRequest, queryset: Any, *, along: bool) -> HttpResponse | None:
        """List what would be published; once that was seen, do it."""
        if "sure" not in request.POST:
            title = _("Publish, with everything that it names") if along else _("Publish")

            def problems(record: Any, coming: list[Any]) -> list[str]:
                return list(record.missing(along=along, by=request.user, coming=coming))

            return self._before(
                request, queryset, problems, title, "publish_along" if along else "publish", along=along
            )
        pks = list(queryset.values_list("pk", flat=True)[:MOST])
        done = self._each(
            request, pks, lambda one, done: self._publish_one(request, one, done, along=along), publishing=True
        )
        self._say_published(request, done)
        return None

    @admin.action(description=_lazy("Withdraw, with a reason …"), permissions=["publish"])
    def withdraw(self, request: Any, queryset: Any) -> HttpResponse | None:
        reason = request.POST.get("reason", "")
        if not reason.strip():

            def problems(record: Any, coming: list[Any]) -> list[str]:
                if record.state != State.PUBLISHED:
                    return [_("Only a published record can be withdrawn.")]
                return list(record.rests_on_it(coming))

            return self._before(request, queryset, problems, _("Withdraw"), "withdraw", asked="reason" in request.POST)

        def step(record: Any, done: Done) -> None:
            try:
                record.withdraw(reason)
            except Unpublishable as error:
                done.refused.append((record, error.problems))
            else:
                done.changed.append(record)

        done = self._each(request, list(queryset.values_list("pk", flat=True)[:MOST]), step, publishing=True)
        if n := len(done.changed):
            self.message_user(request, ngettext("%(n)d withdrawn.", "%(n)d withdrawn.", n) % {"n": n}, messages.SUCCESS)
        self._refused(request, done.refused)
        return None

    def _before(
        self,
        request: Any,
        queryset: Any,
        problems: Callable[[Any, list[Any]], list[str]],
        title: str,
        action: str,
        *,
        along: bool = False,
        asked: bool = False,
    ) -> HttpResponse:
        """Show what a step would do with each of the chosen records, before it is taken."""
        total, chosen = queryset.count(), list(queryset[:MOST])
        plan, publishing = Done(), action != "withdraw"
        plan.already = [one for one in chosen if publishing and one.state == State.PUBLISHED]
        plan.changed = [one for one in chosen if one not in plan.already]
        left = True
        while left:  # what is refused may be what another one waits for
            found = {
                one.pk: said
                for one in plan.changed
                if (said := self._may_not(request, one, publishing=True) or problems(one, plan.changed))
            }
            plan.refused += [(one, found[one.pk]) for one in plan.changed if one.pk in found]
            plan.changed = [one for one in plan.changed if one.pk not in found]
            left = bool(found and plan.changed)
        if along:
            brought = [other for one in plan.changed for other in one.unpublished() if other not in plan.changed]
            plan.along = list(dict.fromkeys(brought))
        hidden = {c for one in plan.changed if (c := _campaign(one)).state != State.PUBLISHED} if publishing else set()
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "action": action,
            "publishing": publishing,
            "total": total,
            "beyond": total - len(chosen),
            "chosen": chosen,
            "changed": listed(plan.changed),
            "already": len(plan.already),
            "refused": [(*listed([one])[0], said) for one, said in plan.refused],
            "along": listed(plan.along),
            "lost": [(*listed([one])[0], said) for one in plan.changed if publishing and (said := one.unseen())],
            "campaigns": listed([one for one in hidden if one not in plan.changed]),
            "asked": asked,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/campaigns/many.html", context)


def _campaign(record: Any) -> Campaign:
    return record if isinstance(record, Campaign) else record.campaign
