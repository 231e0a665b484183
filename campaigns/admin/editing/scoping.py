"""Scoping: nobody meets a record of a campaign in whose team they are not.

`ScopedAdmin` is a ModelAdmin, `ScopedInline` goes first among the bases of an inline. `raw_id_fields` would show the
names of foreign records: use `autocomplete_fields`.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseRedirect

from campaigns.admin.editing.numbers import NumbersAdmin
from campaigns.models import Campaign, Role, State
from campaigns.staff.permissions import (
    campaign_keys,
    campaign_pk,
    campaigns_of,
    can_edit,
    can_view,
    highest_role,
    in_campaigns,
    is_at_least,
    is_superuser,
    role_in,
    scoped,
    state_of,
)

__all__ = ["ScopedAdmin", "ScopedFilter", "ScopedInline", "as_saved"]

if TYPE_CHECKING:
    _Base = BaseModelAdmin[Any]
else:  # Django's own class takes no type when it runs
    _Base = BaseModelAdmin


def as_saved(request: HttpRequest, record: Any) -> Any:
    """Return a record as it is saved: a form that was sent has made of a row what somebody typed, whosever it is."""
    if request.method != "POST" or hasattr(record, "state"):
        return record
    return type(record)._base_manager.filter(pk=record.pk).first() or record


class ScopedFilter(admin.RelatedFieldListFilter):
    """A list filter over related records that offers only those of the user's campaigns."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        ordering = self.field_admin_ordering(field, request, model_admin)
        mine = Q(pk__in=scoped(field.related_model._default_manager.all(), request.user).values("pk"))
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=mine)


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
        return can_view(request.user, campaign_pk(as_saved(request, obj)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask for the role that the record's state asks for; without a record, for enough to change any."""
        if obj is None or obj.pk is None:
            return is_at_least(highest_role(request.user), self.role_to_change or Role.CONTRIBUTOR)
        obj = as_saved(request, obj)
        if self.role_to_change is not None:
            return is_at_least(role_in(request.user, campaign_pk(obj)), self.role_to_change)
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
            return is_superuser(request.user)
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field in campaign_keys(self.model):
            kwargs["queryset"] = self._ownable(self._offered(db_field, request, kwargs), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _ownable(self, rows: "models.QuerySet[Any]", user: Any) -> "models.QuerySet[Any]":
        """Narrow what a new record may belong to: what hangs on a published record is published with it."""
        if issubclass(rows.model, Campaign):
            return rows.filter(pk__in=campaigns_of(user, self.role_to_change or Role.CONTRIBUTOR))
        campaigns = campaigns_of(user, self.role_to_change or Role.EDITOR)
        where = in_campaigns(rows.model, campaigns)
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
