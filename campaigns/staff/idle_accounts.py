"""Who was not in for so long that they get in no more, until a superuser lets them in again.

It is reckoned at the login and needs no job that runs by night: a session ends after twelve hours, a login before it.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

__all__ = ["gets_in", "has_lapsed", "lapsed", "last_day", "let_in", "with_access"]


def _limit() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=settings.STAFF_IDLE_DAYS)


def has_lapsed(user: Any) -> bool:
    """Return whether the account was neither used nor let in for as long as the settings say."""
    last = max(user.last_login or user.date_joined, user.date_joined)
    return bool(settings.STAFF_IDLE_DAYS) and last <= _limit()


def gets_in(user: Any) -> bool:
    """Return whether the account would be let in with its password and code."""
    return bool(user.is_active and user.is_staff and not has_lapsed(user))


def lapsed() -> Q:
    """Return what `has_lapsed` says as a condition on accounts."""
    if not settings.STAFF_IDLE_DAYS:
        return Q(pk__in=[])
    return Q(date_joined__lte=_limit()) & (Q(last_login=None) | Q(last_login__lte=_limit()))


def last_day(user: Any) -> str:
    """Return in words the day of the last login."""
    return str(date_format(timezone.localdate(user.last_login))) if user.last_login else _("never")


def let_in(user: Any) -> None:
    """Let somebody in again: from now on they count as one who joined today. The day of the last login stays true."""
    user.date_joined = timezone.now()
    user.save(update_fields=["date_joined"])


def with_access(users: "QuerySet[User]") -> "QuerySet[User]":
    """Return the accounts with their roles, and ``has_app``: whether a second factor is set up."""
    apps = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return users.annotate(has_app=Exists(apps)).prefetch_related("roles__campaign")
