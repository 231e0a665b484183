"""The version of a record: a save names the one that it was made from; nobody saves over what they never saw."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _lazy

__all__ = ["Versioned"]


class Versioned(models.Model):
    """A record that is edited as a whole, its links included: one number guards all of it."""

    version = models.PositiveIntegerField(_lazy("version"), default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def claim(cls, pk: int, expected: int) -> bool:
        """Take the next version of a record; False where the expected one is no longer the current one.

        Call it first in the transaction of a change: the row is then locked until the end, and whoever comes second
        finds another version.
        """
        return cls._base_manager.filter(pk=pk, version=expected).update(version=expected + 1) == 1

    @classmethod
    def release(cls, pk: int) -> None:
        """Give back the version that was taken in this transaction: the record stays as it was."""
        cls._base_manager.filter(pk=pk).update(version=F("version") - 1)

    @classmethod
    def advance(cls, pks: Iterable[int]) -> None:
        """Give records their next version unasked: what they show was changed from somewhere else."""
        cls._base_manager.filter(pk__in=pks).update(version=F("version") + 1)
