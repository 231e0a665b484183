"""Two actors, one name: what tells them apart, so that nobody is taken for another.

A person by role, body and from–to, a post by its organization, an organization by what it is and how far it reaches.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects

from campaigns.models import Actor, Membership, Organization, shown
from campaigns.text.folding import fold

__all__ = ["described", "named_apart", "same_names", "tell_apart"]

#: Roles that are named; the last ones, where there are more.
_ROLES = 2


def described(actor: Actor, roles: Sequence[Membership], organization: Actor | None) -> str:
    """Return what an actor is besides its name; nothing where nothing is on record.

    ``organization`` is that of a post, or the parent of an organization.
    """
    if actor.kind == Actor.Kind.PERSON:
        return "; ".join(map(_role, roles[-_ROLES:]))
    known = [organization.name] if organization else []
    if actor.kind == Actor.Kind.ORGANIZATION:
        known = [str(actor.get_classification_display()), str(actor.get_scope_display()), *known]
    return ", ".join(filter(None, known))


def _role(role: Membership) -> str:
    names = [one.name for one in (role.post, role.organization) if one]
    years = [str(when.first.year) if when else "" for when in (role.start, role.end)]
    return ", ".join([*names, *([f"{years[0]}–{years[1]}"] if any(years) else [])])


def same_names(actors: Iterable[Actor]) -> list[Actor]:
    """Return those that share their name with another of them, accents and case aside; each object once."""
    groups: dict[tuple[int, str], list[Actor]] = defaultdict(list)
    for actor in {id(actor): actor for actor in actors}.values():
        groups[actor.campaign_id, fold(actor.name)].append(actor)
    return [one for group in groups.values() if len({actor.pk for actor in group}) > 1 for one in group]


def tell_apart(actors: Iterable[Actor]) -> None:
    """Note on each of the actors that share a name (as ``apart``) what every reader may know of it.

    No query where all names differ, and three where some do not, however many.
    """
    if not (found := same_names(actors)):
        return
    rows = {actor.pk: actor for actor in Actor.objects.published().filter(pk__in={actor.pk for actor in found})}
    above = Organization.objects.published().in_bulk(
        {pk for row in rows.values() for pk in (row.parent_id, row.organization_id) if pk}
    )
    prefetch_related_objects(
        list(rows.values()), shown("memberships", Membership.objects.published().in_order(), "roles")
    )
    for actor in found:
        if row := rows.get(actor.pk):
            actor.apart = described(row, row.roles, above.get(row.organization_id or row.parent_id or 0))


def named_apart(actor: Actor) -> str:
    """Return the name as it stands in a list of choices: with what tells it from another there."""
    return f"{actor.name} ({actor.apart})" if actor.apart else actor.name
