"""Who may do what, in one place: everything in the admin is scoped to the campaigns in whose team the user is.

Django's own permissions play no part: a right comes from the role in the team of a record's campaign, and from the
record's state. Superusers may do all.
"""

from functools import reduce
from operator import or_
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q

from campaigns.models import Campaign, Role, State, TeamMember
from campaigns.triggers import OWNER

__all__ = [
    "campaign_keys",
    "campaign_paths",
    "campaign_pk",
    "campaigns_of",
    "can_edit",
    "can_manage",
    "can_publish",
    "can_publish_somewhere",
    "can_view",
    "highest_role",
    "in_campaigns",
    "is_at_least",
    "is_superuser",
    "role_in",
    "scoped",
    "state_of",
]

R = TypeVar("R", bound="models.QuerySet[Any]")


def _roles_of(user: Any) -> dict[int, Role]:
    """Return by the campaign's pk the user's roles; asked once for each user object, so once for each request."""
    if not (user.is_active and user.is_staff):
        return {}
    if "_roles" not in user.__dict__:
        user.__dict__["_roles"] = TeamMember.objects.roles_of(user)
    return cast("dict[int, Role]", user.__dict__["_roles"])


def is_superuser(user: Any) -> bool:
    """Return whether the user may do all: an active account of the staff that is marked so."""
    return bool(user.is_active and user.is_staff and user.is_superuser)


def role_in(user: Any, campaign: Campaign | int) -> Role | None:
    """Return what the user is in the team of the campaign (or of its pk), or None; a superuser is a manager of all."""
    if is_superuser(user):
        return Role.MANAGER
    return _roles_of(user).get(campaign if isinstance(campaign, int) else campaign.pk)


def highest_role(user: Any) -> Role | None:
    """Return the most that the user is in any team, or None."""
    return Role.MANAGER if is_superuser(user) else max(_roles_of(user).values(), default=None)


def is_at_least(role: Role | None, least: Role) -> bool:
    """Return whether a role is that much or more; None is no role."""
    return role is not None and role >= least


def can_view(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may read the campaign's drafts: everybody in its team."""
    return role_in(user, campaign) is not None


def can_edit(user: Any, campaign: Campaign | int, state: str = State.DRAFT) -> bool:
    """Return whether the user may change a record of the campaign in that state: contributors drafts, editors all."""
    return is_at_least(role_in(user, campaign), Role.CONTRIBUTOR if state == State.DRAFT else Role.EDITOR)


def can_publish(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may publish and withdraw in the campaign."""
    return is_at_least(role_in(user, campaign), Role.PUBLISHER)


def can_publish_somewhere(user: Any) -> bool:
    """Return whether the user may publish and withdraw in any campaign."""
    return is_at_least(highest_role(user), Role.PUBLISHER)


def can_manage(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may change the campaign itself and its team."""
    return is_at_least(role_in(user, campaign), Role.MANAGER)


def campaigns_of(user: Any, least: Role = Role.CONTRIBUTOR) -> "models.QuerySet[Campaign]":
    """Return the campaigns in whose team the user is at least that; for a superuser all."""
    if is_superuser(user):
        return Campaign.objects.all()
    return Campaign.objects.filter(pk__in=[pk for pk, role in _roles_of(user).items() if role >= least])


def campaign_paths(model: Any) -> tuple[str, ...]:
    """Return the lookups from a model to its campaign: “campaign”, “demand__campaign”; “pk” for the campaign itself.

    A record without a campaign of its own belongs to that of what it is a part of, or of its first required foreign
    key in this app. Of several lookups one leads somewhere.
    """
    return tuple(_path(key) for key in campaign_keys(model))


def _path(key: Any) -> str:
    if key.model is Campaign or key.related_model is Campaign:
        return "pk" if key.model is Campaign else str(key.name)
    return f"{key.name}__{campaign_paths(key.related_model)[0]}"


def campaign_keys(model: Any) -> list[Any]:
    """Return the foreign keys by which a record belongs to a campaign; the campaign's own for itself."""
    if issubclass(model, Campaign):
        return [model._meta.pk]
    keys: list[Any] = [key for key in model._meta.concrete_fields if isinstance(key, models.ForeignKey)]
    ours = [key for key in keys if key.related_model._meta.app_label == Campaign._meta.app_label]
    parts = [key for key in ours if key.name in OWNER.get(str(model._meta.model_name), ())]
    first = parts or sorted(ours, key=lambda key: (key.related_model is not Campaign, key.null))[:1]
    if not first:
        raise ImproperlyConfigured(f"{model.__name__} belongs to no campaign, so no role says who may see it.")
    return first


def _owner(record: models.Model) -> Any:
    """Return what a record without a campaign of its own belongs to: the first that is set."""
    found = (getattr(record, key.name) for key in campaign_keys(type(record)))
    return next(owner for owner in found if owner is not None)


def campaign_pk(record: models.Model) -> int:
    """Return the pk of the campaign of a record of any noun."""
    if isinstance(record, Campaign):
        return int(record.pk)
    pk = getattr(record, "campaign_id", None)
    return campaign_pk(_owner(record)) if pk is None else int(pk)


def state_of(record: models.Model) -> str:
    """Return the state of a record; where it has none of its own (a role, a check), that of what it belongs to."""
    if hasattr(record, "state"):
        return str(record.state)
    return state_of(_owner(record))


def in_campaigns(model: Any, campaigns: Any) -> Q:
    """Return the condition that a record belongs to one of the campaigns."""
    return reduce(or_, (Q(**{f"{path}__in": campaigns}) for path in campaign_paths(model)))


def scoped(rows: R, user: Any) -> R:
    """Keep the rows of the user's campaigns; of users those in the same teams; of any other model none."""
    if is_superuser(user):
        return rows
    campaigns = list(_roles_of(user))
    if rows.model._meta.app_label == Campaign._meta.app_label:
        return rows.filter(in_campaigns(rows.model, campaigns))
    if rows.model is User:
        return rows.filter(pk__in=TeamMember.objects.filter(campaign__in=campaigns).values("user"))
    return rows.none()
