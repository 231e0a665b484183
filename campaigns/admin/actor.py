"""Persons, organizations and posts, and who holds or held which role."""

from django.contrib import admin

from campaigns.admin.record import LinkInline, RecordAdmin, site
from campaigns.models import Actor, Membership, Organization, Person, Post

__all__ = ["ActorAdmin", "OrganizationAdmin", "PersonAdmin", "PostAdmin"]


class RoleInline(LinkInline):
    """The roles that somebody holds or held."""

    model = Membership
    fk_name = "member"
    autocomplete_fields = ["organization", "post"]


@admin.register(Actor, site=site)
class ActorAdmin(RecordAdmin):
    """Actors of every kind: where “who?” is answered by one search box."""

    list_display = ["name", "kind", "campaign", "state"]
    search_fields = ["name", "aliases", "folded_name"]
    autocomplete_fields = ["campaign", "parent", "organization"]


class KindAdmin(ActorAdmin):
    """One kind of actor."""

    list_display = ["name", "campaign", "state"]
    inlines = [RoleInline]


@admin.register(Person, site=site)
class PersonAdmin(KindAdmin):
    """People."""


@admin.register(Organization, site=site)
class OrganizationAdmin(KindAdmin):
    """Organizations."""


@admin.register(Post, site=site)
class PostAdmin(KindAdmin):
    """Posts."""
