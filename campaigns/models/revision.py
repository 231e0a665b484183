"""How often the record has changed: one number, so that a page that was rendered can be known to be still right."""

import secrets

from django.db import models

__all__ = ["Revision", "RevisionQuerySet"]


class RevisionQuerySet(models.QuerySet["Revision"]):
    """The one row."""

    def current(self) -> int | None:
        """Return the number that stands for the record as it is now; None while there is none. One query."""
        return self.values_list("number", flat=True).first()

    def begin(self) -> None:
        """Make the row where it lacks. It begins at random, so that a database put back is no older state again."""
        if not self.exists():
            self.bulk_create([Revision(pk=1, number=secrets.randbelow(2**52))], ignore_conflicts=True)

    def bump(self) -> None:
        """Count a change that no trigger sees."""
        self.update(number=models.F("number") + 1)


class Revision(models.Model):
    """A number that grows with every change of the record, in the same transaction, whoever writes it.

    Database triggers count it (``campaigns/triggers.py``), so that nothing can be changed past it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()

    objects = RevisionQuerySet.as_manager()

    def __str__(self) -> str:
        """Return the number."""
        return str(self.number)
