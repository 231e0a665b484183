"""Persons, organizations and posts, and who holds or held which role."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.actor_form import ActorForm, know_roles, which
from campaigns.admin.actor_merge import SameAdmin
from campaigns.admin.editing.base import LinkInline, RecordAdmin, site
from campaigns.admin.editing.date_field import PartialDateField
from campaigns.admin.editing.forms import RecordForm
from campaigns.admin.source import CitationInline
from campaigns.models import Actor, Membership, Organization, Person, Post
from campaigns.text.folding import fold
from campaigns.text.numbers import as_number

__all__ = ["ActorAdmin", "MembershipAdmin", "OrganizationAdmin", "PersonAdmin", "PostAdmin"]


class LifeForm(ActorForm):
    """An organization or a post, with its first and its last day."""

    start = PartialDateField(
        label=_lazy("exists from"),
        required=False,
        help_text=_lazy("Only where it did not always exist: its first day."),
    )
    end = PartialDateField(
        label=_lazy("existed until"),
        required=False,
        help_text=_lazy("Only where it is gone: its last day. No question stays open after that day."),
    )


class MembershipForm(RecordForm):
    """A role, from–to."""

    start = PartialDateField(label=_lazy("from"), required=False, help_text=_lazy("Empty where it is not known."))
    end = PartialDateField(label=_lazy("to"), required=False, help_text=_lazy("Empty where it lasts."))

    def clean(self) -> Any:
        """Refuse another organization than the post's: a campaign file names the post's."""
        data = super().clean()
        post, organization = data.get("post"), data.get("organization")
        if (
            post
            and organization
            and post.organization != organization
            and {"post", "organization"} & {*self.changed_data}
        ):
            said = _("That post is not one of %(organization)s: leave the organization empty, or choose another post.")
            self.add_error(None, said % {"organization": organization})
        return data


class _MembershipInline(LinkInline):
    """Roles, seen from one of their ends."""

    model = Membership
    form = MembershipForm
    related = ("member", "organization", "post")
    show_change_link = True
    wide = True


class RoleInline(_MembershipInline):
    """The roles that somebody holds or held."""

    fk_name = "member"
    verbose_name_plural = _lazy("roles: which posts they hold, where they belong")
    fields = ["post", "organization", "start", "end", "speaks_for", "note"]
    autocomplete_fields = ["organization", "post"]


class HolderInline(_MembershipInline):
    """The holders of a post."""

    fk_name = "post"
    verbose_name_plural = _lazy("holders, one after another")
    fields = ["member", "organization", "start", "end", "speaks_for", "note"]
    autocomplete_fields = ["member", "organization"]


class MemberInline(_MembershipInline):
    """The members of an organization."""

    fk_name = "organization"
    verbose_name_plural = _lazy("members: people and organizations that belong to it")
    fields = ["member", "post", "start", "end", "speaks_for", "note"]
    autocomplete_fields = ["member", "post"]
    classes = ["collapse"]


@admin.register(Actor, site=site)
class ActorAdmin(SameAdmin):
    """Actors of every kind: where “who?” is answered by one search box. Each is edited on the page of its kind."""

    form = ActorForm
    list_display = ["name", "which_words", "kind", "aliases_words", "state", "campaign"]
    list_filter = ["kind", "state", "campaign"]
    search_fields = ["name", "aliases", "slug"]
    ordering = ["folded_name", "pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Leave the three kinds in the menu and nothing twice."""
        return self.model is not Actor and super().has_module_permission(request)

    @admin.display(description=_lazy("other names"))
    def aliases_words(self, obj: Actor) -> str:
        return ", ".join(obj.aliases)

    @admin.display(description=_lazy("roles"))
    def which_words(self, obj: Actor) -> str:
        return which(obj)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Fetch the roles of those on the page."""
        changes: Any = super().get_changelist_instance(request)
        changes.result_list = know_roles(changes.result_list)
        return changes

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find names without their accents, too; where the search box says so, of one kind and not itself."""
        if self.model is Actor and (kind := request.GET.get("kind", "")) in Actor.Kind.values:
            queryset = queryset.filter(kind=kind).exclude(pk=as_number(request.GET.get("but")))
        found, twice = super().get_search_results(request, queryset, search_term)
        if search_term:
            found |= (
                super().get_search_results(request, queryset, "")[0].filter(folded_name__contains=fold(search_term))
            )
        return found, twice

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the page of the kind; for somebody new, ask of which kind."""
        if self.model is not Actor:
            return super().changeform_view(request, object_id, form_url, extra_context)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        if object_id is None:
            kinds = [(str(kind.label), reverse(f"admin:campaigns_{kind.value}_add") + query) for kind in Actor.Kind]
            return self._ask(request, _("A person, an organization or a post?"), kinds)
        actor = self.get_object(request, object_id)
        if actor is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(reverse(f"admin:campaigns_{actor.kind}_change", args=[actor.pk]) + query)


_NAMES: Any = (
    _lazy("Name"),
    {
        "fields": ["name", "save_anyway", "aliases", "sort_name"],
        "description": _lazy("As the sources write it most often; other spellings go below it."),
    },
)
_MORE: Any = (_lazy("More"), {"fields": ["url", "note", "slug"]})


@admin.register(Person, site=site)
class PersonAdmin(ActorAdmin):
    """People, officials among them: a role in a public body makes an official."""

    list_display = ["name", "which_words", "aliases_words", "state", "campaign"]
    list_filter = ["state", "campaign"]
    fieldsets = [_NAMES, _MORE]
    inlines = [RoleInline, CitationInline]


@admin.register(Organization, site=site)
class OrganizationAdmin(ActorAdmin):
    """Organizations: those that ask, public bodies, news organizations."""

    form = LifeForm
    list_display = ["name", "classification", "parent", "aliases_words", "state", "campaign"]
    list_filter = ["classification", "state", "campaign"]
    fieldsets = [
        _NAMES,
        (_lazy("What it is"), {"fields": ["classification", "scope", "parent", ("start", "end")]}),
        _MORE,
    ]
    autocomplete_fields = ["parent"]
    related = ("campaign", "parent")
    inlines = [MemberInline, RoleInline, CitationInline]


@admin.register(Post, site=site)
class PostAdmin(ActorAdmin):
    """Posts: what a demand is put to when it is put to an office, whoever holds it."""

    form = LifeForm
    list_display = ["name", "organization", "state", "campaign"]
    list_filter = ["state", "campaign"]
    search_fields = [*ActorAdmin.search_fields, "organization__name"]
    fieldsets = [_NAMES, (_lazy("Where it is"), {"fields": ["organization", "speaks_for", ("start", "end")]}), _MORE]
    autocomplete_fields = ["organization"]
    related = ("campaign", "organization")
    inlines = [HolderInline, CitationInline]


@admin.register(Membership, site=site)
class MembershipAdmin(RecordAdmin):
    """A role on a page of its own, for its sources."""

    form = MembershipForm
    list_display = ["member", "post", "organization", "start_words", "end_words"]
    list_filter = ["member__campaign"]
    search_fields = ["member__name", "organization__name", "post__name"]
    fields = ["member", "post", "organization", "start", "end", "speaks_for", "note"]
    autocomplete_fields = ["member", "post", "organization"]
    related = ("member__campaign", "organization", "post")
    ordering = ["-pk"]
    inlines = [CitationInline]

    @admin.display(description=_lazy("from"), ordering="start_date")
    def start_words(self, obj: Membership) -> str:
        return str(obj.start or "–")

    @admin.display(description=_lazy("to"), ordering="end_date")
    def end_words(self, obj: Membership) -> str:
        return str(obj.end or "–")
