"""Whether the document of a source could still be reached, as `manage.py check_links` last found it; staff only."""

import datetime as dt
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.source import Source

__all__ = ["Due", "LinkCheck", "LinkCheckQuerySet"]

#: How often in a row an address must fail before anybody is told.
FAILURES = 2


class Due(NamedTuple):
    """An address that is to be looked at: of which source, and which of its addresses."""

    source: int
    kind: str
    url: str


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """What was found at the addresses of sources."""

    def due(self, before: dt.datetime, limit: int) -> list[Due]:
        """Return addresses of published sources that were not looked at since then, the longest ago first.

        Only of published ones: to ask for the document of a draft would tell its server what is being written.
        """
        found = []
        for kind in LinkCheck.Kind.values:
            noted = self.filter(source=OuterRef("pk"), kind=kind, url=OuterRef(kind)).values("checked_at")
            rows = Source.objects.published().exclude(**{kind: ""}).annotate(looked=Subquery(noted[:1]))
            rows = rows.filter(Q(looked=None) | Q(looked__lte=before))
            oldest = rows.order_by(F("looked").asc(nulls_first=True), "pk").values_list("looked", "pk", kind)[:limit]
            found += [(looked is not None, looked, pk, kind, url) for looked, pk, url in oldest]
        return [Due(pk, kind, url) for _seen, _looked, pk, kind, url in sorted(found)[:limit]]

    def note(self, due: Due, reason: str, status: int, at: dt.datetime) -> "LinkCheck":
        """Keep what was found in place of what was found before, counting failures in a row.

        What could not be looked at says nothing: it neither ends a row of failures nor lengthens it.
        """
        before = self.filter(source=due.source, kind=due.kind, url=due.url).first()
        failures, since = (before.failures, before.failed_since) if before else (0, None)
        if reason in LinkCheck.FAILED:
            failures, since = failures + 1, since or at
        elif reason == LinkCheck.Reason.FOUND:
            failures, since = 0, None
        noted = LinkCheck(
            source_id=due.source, kind=due.kind, url=due.url, reason=reason, status=status,
            checked_at=at, failures=failures, failed_since=since,
        )  # fmt: skip
        self.bulk_create(
            [noted],
            update_conflicts=True,
            unique_fields=["source", "kind"],
            update_fields=["url", "reason", "status", "checked_at", "failures", "failed_since"],
        )
        return noted

    def to_mend(self) -> "LinkCheckQuerySet":
        """Keep addresses that the record still has and that failed more than once, the longest first.

        A document that is gone is not to be mended where the source has an archived copy that can be reached.
        """
        address = Q(kind=LinkCheck.Kind.URL, url=F("source__url"), source__archive_url="")
        archived = Q(kind=LinkCheck.Kind.ARCHIVE, url=F("source__archive_url"))
        failing = self.filter(address | archived, failures__gte=FAILURES, reason__in=LinkCheck.FAILED)
        return failing.order_by("failed_since", "pk")


class LinkCheck(models.Model):
    """What was found at one address of a source, and since when it has failed. Not part of the record, so no version.

    What a reader sees does not depend on it, so it does not raise the revision either.
    """

    class Kind(models.TextChoices):
        """Which address; the value is the name of the source's field."""

        URL = "url", _lazy("address")
        ARCHIVE = "archive_url", _lazy("archived copy")

    class Reason(models.TextChoices):
        """What was found, in words for whoever mends it."""

        FOUND = "found", _lazy("It could be reached.")
        MISSING = "missing", _lazy("The page is not there any more.")
        NO_HOST = "no_host", _lazy("There is no server of that name.")
        NO_ANSWER = "no_answer", _lazy("The server does not answer.")
        NO_TRUST = "no_trust", _lazy("The server cannot prove that it is the right one (its certificate).")
        BROKEN = "broken", _lazy("The server reports a fault of its own.")
        CIRCLES = "circles", _lazy("It leads from one address to the next without an end.")
        PRIVATE = "private", _lazy("It leads to a machine that is not public.")
        WALL = "wall", _lazy("The server lets no program look.")
        UNASKED = "unasked", _lazy("Only https:// is looked at, and there was nothing to be had.")

    #: What shows that readers will not reach it either.
    FAILED = (Reason.MISSING, Reason.NO_HOST, Reason.NO_ANSWER, Reason.NO_TRUST, Reason.BROKEN, Reason.CIRCLES,
              Reason.PRIVATE)  # fmt: skip

    source = models.ForeignKey(Source, models.PROTECT, related_name="link_checks")
    kind = models.CharField(max_length=11, choices=Kind)
    url = models.URLField(max_length=2000)
    reason = models.CharField(max_length=10, choices=Reason)
    status = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    failed_since = models.DateTimeField(null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind"], name="link_check_once"),
            models.CheckConstraint(
                condition=Q(failures=0, failed_since=None) | Q(failures__gt=0, failed_since__isnull=False),
                name="link_check_since",
                violation_error_message=_lazy("What fails has failed since some day."),
            ),
        ]

    def __str__(self) -> str:
        """Return the address and what was found there."""
        return f"{self.url}: {self.why}"

    @property
    def why(self) -> str:
        """What was found, in words, with the number that the server gave."""
        words = str(self.Reason(self.reason).label)
        told = self.status and self.reason != self.Reason.FOUND
        return f"{words.rstrip('.')} ({self.status})." if told else words

    @property
    def failed(self) -> bool:
        """Whether it could not be reached; False also where it could not be looked at."""
        return self.reason in self.FAILED

    def still_of(self, source: Any) -> bool:
        """Say whether the source has that address still."""
        return bool(getattr(source, self.kind) == self.url)
