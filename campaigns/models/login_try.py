"""How often somebody tried to get in lately: kept for minutes, and without a name or an address that can be read."""

import datetime as dt

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

__all__ = ["LoginTry", "LoginTryQuerySet"]


class LoginTryQuerySet(models.QuerySet["LoginTry"]):
    """Tries to get in."""

    def admit(self, key: str, limit: int, within: dt.timedelta) -> bool:
        """Count one more try and return True; at the limit return False, until the time since the first has passed.

        What has passed is deleted on the way, whosever it was.
        """
        self.filter(expires__lte=timezone.now()).delete()
        if self.filter(key=key, count__lt=limit).update(count=F("count") + 1):
            return True
        if self.filter(key=key).exists():
            return False
        try:
            with transaction.atomic():
                self.create(key=key, expires=timezone.now() + within)
        except IntegrityError:  # another try was counted at the same moment
            return bool(self.filter(key=key, count__lt=limit).update(count=F("count") + 1))
        return True


class LoginTry(models.Model):
    """Tries with one key, a keyed hash of whose and from where."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField(default=1)
    expires = models.DateTimeField(db_index=True)

    objects = LoginTryQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the key, which says nothing."""
        return self.key
