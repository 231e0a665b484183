"""User accounts: for superusers only, so that nobody below them can raise rights here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.numbers import NumbersAdmin
from campaigns.admin.site import site
from campaigns.staff.idle_accounts import gets_in, lapsed, last_day, let_in, with_access

__all__ = ["AccountAdmin"]

if TYPE_CHECKING:
    _Admin = UserAdmin[User]
else:  # this class takes no type when it runs
    _Admin = UserAdmin


class _YesNoFilter(admin.SimpleListFilter):
    """A question about accounts that is answered with yes or no; ``yes`` makes the condition."""

    yes: Callable[[], Q]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _lazy("yes")), ("no", _lazy("no"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        yes = type(self).yes()
        return {"yes": queryset.filter(yes), "no": queryset.exclude(yes)}.get(self.value() or "", queryset)


class AccessFilter(_YesNoFilter):
    """Who gets in."""

    title, parameter_name = _lazy("gets in"), "gets_in"
    yes = staticmethod(lambda: Q(is_active=True, is_staff=True) & ~lapsed())


class FactorFilter(_YesNoFilter):
    """Who has a second factor."""

    title, parameter_name = _lazy("second factor"), "second_factor"
    yes = staticmethod(lambda: Q(has_app=True))


@admin.register(User, site=site)
class AccountAdmin(NumbersAdmin, _Admin):
    """Accounts. What somebody may do follows from the teams they are in, so there are no groups and permissions."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (None, {"fields": ("first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")}),
        (None, {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    list_display = ("username", "gets_in", "last_in", "has_app", "may")
    list_filter = (AccessFilter, FactorFilter, "is_superuser", "is_active")
    actions = ["let_in_again"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        return with_access(super().get_queryset(request))

    @admin.display(description=_lazy("gets in"), boolean=True)
    def gets_in(self, obj: Any) -> bool:
        """Return whether name, password and code would let them in."""
        return gets_in(obj)

    @admin.display(description=_lazy("last in"), ordering="last_login")
    def last_in(self, obj: Any) -> str:
        """Return the day of the last login."""
        return last_day(obj)

    @admin.display(description=_lazy("second factor"), boolean=True, ordering="has_app")
    def has_app(self, obj: Any) -> bool:
        """Return whether a second factor is set up."""
        return bool(obj.has_app)

    @admin.display(description=_lazy("may"))
    def may(self, obj: Any) -> str:
        """Return the roles, campaign by campaign."""
        roles = [f"{role.campaign}: {role.get_role_display().partition(':')[0]}" for role in obj.roles.all()]
        return "; ".join([_("superuser")] * obj.is_superuser + roles)

    @admin.action(description=_lazy("Let in again"))
    def let_in_again(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Count those chosen who get in no more as having joined today, and note who did it."""
        users = list(queryset.filter(lapsed()))
        for user in users:
            let_in(user)
            self.log_change(request, user, _("Let in again."))
        names = ", ".join(user.get_username() for user in users)
        if users:
            self.message_user(request, _("Let in again: %(names)s.") % {"names": names}, messages.SUCCESS)
        else:
            self.message_user(request, _("Nobody of them was shut out for being away."), messages.INFO)

    def _is_superuser(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff and request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_superuser(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what an account did stays its own; make it inactive."""
        return False
