"""Who may do what, in one place: everything in the admin is scoped to the campaigns in whose team the user is.

Django's own permissions play no part: a right comes from the role in the team of a record's campaign, and from the
record's state. Superusers may do all. `ScopedAdmin` is a ModelAdmin, `ScopedInline` goes first among the bases of an
inline. `raw_id_fields` would show the names of foreign records: use `autocomplete_fields`.
"""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseRedirect

from campaigns.admin.numbers import NumbersAdmin
from campaigns.models import Campaign, Role, State, TeamMember
from campaigns.triggers import OWNER

if TYPE_CHECKING:
    _Base = BaseModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Base = BaseModelAdmin

__all__ = [
    "ScopedAdmin",
    "ScopedFilter",
    "ScopedInline",
    "campaign_paths",
    "campaign_pk",
    "campaigns_of",
    "can_edit",
    "can_manage",
    "can_publish",
    "can_publish_somewhere",
    "can_view",
    "highest_role",
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


def _is_superuser(user: Any) -> bool:
    return bool(user.is_active and user.is_staff and user.is_superuser)


def role_in(user: Any, campaign: Campaign | int) -> Role | None:
    """Return what the user is in the team of the campaign (or of its pk), or None; a superuser is a manager of all."""
    if _is_superuser(user):
        return Role.MANAGER
    return _roles_of(user).get(campaign if isinstance(campaign, int) else campaign.pk)


def highest_role(user: Any) -> Role | None:
    """Return the most that the user is in any team, or None."""
    return Role.MANAGER if _is_superuser(user) else max(_roles_of(user).values(), default=None)


def _is_at_least(role: Role | None, least: Role) -> bool:
    return role is not None and role >= least


def can_view(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may read the campaign's drafts: everybody in its team."""
    return role_in(user, campaign) is not None


def can_edit(user: Any, campaign: Campaign | int, state: str = State.DRAFT) -> bool:
    """Return whether the user may change a record of the campaign in that state: contributors drafts, editors all."""
    return _is_at_least(role_in(user, campaign), Role.CONTRIBUTOR if state == State.DRAFT else Role.EDITOR)


def can_publish(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may publish and withdraw in the campaign."""
    return _is_at_least(role_in(user, campaign), Role.PUBLISHER)


def can_publish_somewhere(user: Any) -> bool:
    """Return whether the user may publish and withdraw in any campaign."""
    return _is_at_least(highest_role(user), Role.PUBLISHER)


def can_manage(user: Any, campaign: Campaign | int) -> bool:
    """Return whether the user may change the campaign itself and its team."""
    return _is_at_least(role_in(user, campaign), Role.MANAGER)


def campaigns_of(user: Any, least: Role = Role.CONTRIBUTOR) -> "models.QuerySet[Campaign]":
    """Return the campaigns in whose team the user is at least that; for a superuser all."""
    if _is_superuser(user):
        return Campaign.objects.all()
    return Campaign.objects.filter(pk__in=[pk for pk, role in _roles_of(user).items() if role >= least])


def campaign_paths(model: Any) -> tuple[str, ...]:
    """Return the lookups from a model to its campaign: “campaign”, “demand__campaign”; “pk” for the campaign itself.

    A record without a campaign of its own belongs to that of what it is a part of, or of its first required foreign
    key in this app. Of several lookups one leads somewhere.
    """
    return tuple(_path(key) for key in _keys(model))


def _path(key: Any) -> str:
    if key.model is Campaign or key.related_model is Campaign:
        return "pk" if key.model is Campaign else str(key.name)
    return f"{key.name}__{campaign_paths(key.related_model)[0]}"


def _keys(model: Any) -> list[Any]:
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
    found = (getattr(record, key.name) for key in _keys(type(record)))
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


def _in(model: Any, campaigns: Any) -> Q:
    """Return the condition that a record belongs to one of the campaigns."""
    return reduce(or_, (Q(**{f"{path}__in": campaigns}) for path in campaign_paths(model)))


def scoped(rows: R, user: Any) -> R:
    """Keep the rows of the user's campaigns; of users those in the same teams; of any other model none."""
    if _is_superuser(user):
        return rows
    campaigns = list(_roles_of(user))
    if rows.model._meta.app_label == Campaign._meta.app_label:
        return rows.filter(_in(rows.model, campaigns))
    if rows.model is User:
        return rows.filter(pk__in=TeamMember.objects.filter(campaign__in=campaigns).values("user"))
    return rows.none()


class ScopedFilter(admin.RelatedFieldListFilter):
    """A list filter over related records that offers only those of the user's campaigns."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        ordering = self.field_admin_ordering(field, request, model_admin)
        mine = Q(pk__in=scoped(field.related_model._default_manager.all(), request.user).values("pk"))
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=mine)


def _saved(request: HttpRequest, record: Any) -> Any:
    """Return a record as it is saved: a form that was sent has made of a row what somebody typed, whosever it is."""
    if request.method != "POST" or hasattr(record, "state"):
        return record
    return type(record)._base_manager.filter(pk=record.pk).first() or record


class _Scoped(_Base):
    """What a ModelAdmin and an inline have in common."""

    #: The role that changing asks for; None where the record's state decides.
    role_to_change: Role | None = None

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return scoped(super().get_queryset(request), request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for a role in the team; without a record, in any."""
        if obj is None or obj.pk is None:
            return highest_role(request.user) is not None
        return can_view(request.user, campaign_pk(_saved(request, obj)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the role that the record's state asks for; without a record, for enough to change any."""
        if obj is None or obj.pk is None:
            return _is_at_least(highest_role(request.user), self.role_to_change or Role.CONTRIBUTOR)
        obj = _saved(request, obj)
        if self.role_to_change is not None:
            return _is_at_least(role_in(request.user, campaign_pk(obj)), self.role_to_change)
        return can_edit(request.user, campaign_pk(obj), state_of(obj))

    def _offered(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> "models.QuerySet[Any]":
        """Return the records that a field offers, and so accepts: of the user's campaigns only."""
        rows = kwargs.get("queryset")
        if rows is None:
            rows = self.get_field_queryset(kwargs.get("using"), db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return scoped(rows, request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._offered(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._offered(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedAdmin(_Scoped, NumbersAdmin):
    """A ModelAdmin in which nobody meets a record of a campaign in whose team they are not.

    Lists, pages, history, popups and autocompletes all start from `get_queryset`; what a form offers is what it takes.
    The state is never typed: publishing has its own way. Nothing is deleted.
    """

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask for enough to change what would be added; a campaign is added by a superuser."""
        if issubclass(self.model, Campaign):
            return _is_superuser(request.user)
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field in _keys(self.model):
            kwargs["queryset"] = self._ownable(self._offered(db_field, request, kwargs), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _ownable(self, rows: "models.QuerySet[Any]", user: Any) -> "models.QuerySet[Any]":
        """Narrow what a new record may belong to: what hangs on a published record is published with it."""
        if issubclass(rows.model, Campaign):
            return rows.filter(pk__in=campaigns_of(user, self.role_to_change or Role.CONTRIBUTOR))
        campaigns = campaigns_of(user, self.role_to_change or Role.EDITOR)
        where = _in(rows.model, campaigns)
        return rows.filter(where if self.role_to_change else where | Q(state=State.DRAFT))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add what no form may set: the state, and of an existing record its campaign."""
        given = tuple(super().get_readonly_fields(request, obj))
        names = {field.name for field in self.model._meta.get_fields()}
        fixed = ("state", "withdrawal_reason", *(["campaign"] if obj is not None else []))
        return (*given, *(name for name in fixed if name in names and name not in given))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Let every filter over related records offer those of the user's campaigns only."""
        return [
            (entry, ScopedFilter) if isinstance(entry, str) and self._is_relation(entry) else entry
            for entry in super().get_list_filter(request)
        ]

    def _is_relation(self, path: str) -> bool:
        model: Any = self.model
        for name in path.split("__"):
            field = model._meta.get_field(name)
            model = field.related_model
        return bool(field.is_relation)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        # Django leads to the front page with a message; a foreign record is no more than one that never was.
        raise Http404


class ScopedInline(_Scoped):
    """First among the bases of an inline: its rows are the user's, and its rights those of the record that it is in."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
