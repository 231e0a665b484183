"""Looks at the addresses of sources one after another, at a polite pace, and notes what was found."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from campaigns.link_check.fetching import Looker
from campaigns.models import LinkCheck

__all__ = ["AGENT", "Offline", "Pace", "check_links"]

#: How we introduce ourselves; the site's address follows.
AGENT = "accountability-link-check/1.0"
#: Seconds between two requests to one host.
PAUSE = 2.0
#: An address is looked at again after that time, so two failures in a row lie a day apart.
AGAIN = dt.timedelta(hours=20)
#: If so many hosts in a row do not answer and none has yet, it is this machine that is not on the net.
SILENT = 5


class Offline(Exception):
    """No server answers: nothing can be said about any."""


class Pace:
    """Waits until a host may be asked again."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Have asked nobody yet."""
        self.sleep = sleep
        self.next: dict[str, float] = {}

    def __call__(self, host: str) -> None:
        """Return as soon as the host may be asked, and count that it is."""
        now = time.monotonic()
        if (rest := self.next.get(host, now) - now) > 0:
            self.sleep(rest)
        self.next[host] = max(now, self.next.get(host, now)) + PAUSE


def check_links(limit: int, looker: Looker | None = None) -> Iterator[LinkCheck]:
    """Look at as many addresses as are due, the longest ago first; yield each when it is noted.

    Whoever stops it goes on with the next call: what was noted is not due. A host that says “too many requests” is
    left alone from then on. Raise Offline, with nothing noted, where no server answers at all.
    """
    looker = looker or Looker(f"{AGENT} (+{settings.SITE_ORIGIN}/)", Pace())
    links, waiting, answered, tired = LinkCheck.objects, [], False, set()
    for due in links.due(timezone.now() - AGAIN, limit):
        host = urlsplit(due.url).hostname or ""
        if host in tired:
            continue
        found = looker.look(due.url)
        if found.status == 429:
            tired.add(host)
        waiting.append((due, found, timezone.now()))
        answered = answered or found.status > 0
        if not answered and len({urlsplit(one.url).hostname for one, _found, _at in waiting}) >= SILENT:
            raise Offline
        if answered:
            yield from (links.note(one, what.reason, what.status, at) for one, what, at in waiting)
            waiting.clear()
    yield from (links.note(one, what.reason, what.status, at) for one, what, at in waiting)
