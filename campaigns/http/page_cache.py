"""Whole answers, kept in the memory of one process for as long as the record does not change.

What a public page shows follows from its address, the record, and which day it is where the campaign is. The record
has a number that database triggers raise with every change (`Revision`), and a day begins somewhere every quarter of
an hour: an answer kept under all of these cannot be stale, and whoever reads it back asks the database one question.
"""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse

from campaigns.models import Revision

__all__ = ["Place"]

#: Bytes: pages are kept, a whole campaign as a file is not, or a thousand of them would fill the memory.
MOST = 256 * 1024
#: The time zones of the world differ by quarters of an hour.
_QUARTER = 15 * 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer to a request is kept while the record stands as it does now; without a key, nowhere."""

    key: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Place":
        """Return the place for what is asked; one query. Call it before reading anything that the answer shows."""
        # Inside a transaction what is read may be rolled back, a preview of drafts for one: it is never kept.
        number = None if connection.in_atomic_block else Revision.objects.current()
        if number is None:
            return cls()
        htmx = request.headers.get("HX-Request", ""), request.headers.get("HX-History-Restore-Request", "")
        asked = repr((number, int(time.time()) // _QUARTER, request.get_full_path(), *htmx))
        return cls(hashlib.blake2b(asked.encode(), digest_size=20).hexdigest())

    def find(self) -> HttpResponse | None:
        """Return the answer that is kept here."""
        found = cache.get(self.key) if self.key else None
        return None if found is None else HttpResponse(found[0], headers=found[1])

    def keep(self, response: HttpResponse) -> None:
        """Keep an answer as the view gave it, where it is no larger than a page."""
        if self.key and len(response.content) <= MOST:
            cache.set(self.key, (response.content, dict(response.items())), timeout=2 * _QUARTER)
