"""How long somebody stays in: two hours without a sign of life, twelve in all, or until they sign out everywhere.

And since when they last proved who they are: at the login, or when they were asked again for something weighty.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

__all__ = ["SessionLimitsMiddleware", "end_sessions", "is_fresh", "note_proof"]

_TIMES = "times"


class SessionLimitsMiddleware:
    """End the sessions of staff in time. Public pages never look at a session, so they are passed by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the session where the address is the desk's; a login inside has begun one."""
        ours = request.path.startswith("/admin/")
        if ours and SESSION_KEY in request.session:
            self.limit(request.session, int(time.time()))
        response = self.get_response(request)
        if ours and SESSION_KEY in request.session and not _begun(request.session):
            _begin(request.session)
        return response

    @staticmethod
    def limit(session: Any, now: int) -> None:
        """End the session, or note that it is alive: once a minute, for each note is a write."""
        if not _begun(session):
            _begin(session)
            return
        key, begun, seen, proved = session[_TIMES]
        if now - begun >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE:
            session.flush()
        elif now - seen >= 60:
            session[_TIMES] = [key, begun, now, proved]


def _begun(session: Any) -> bool:
    """Say whether the session's times are noted; Django gives a session a new key at each login."""
    times = session.get(_TIMES) or [""]
    return len(times) == 4 and times[0] == session.session_key


def _begin(session: Any) -> None:
    now = int(time.time())
    session[_TIMES] = [session.session_key, now, now, now]


def is_fresh(session: Any) -> bool:
    """Return whether it was proved lately who this is."""
    return bool(time.time() - session[_TIMES][3] < settings.PROOF_LASTS)


def note_proof(session: Any) -> None:
    """Note that it was proved just now who this is."""
    session[_TIMES] = [*session[_TIMES][:3], int(time.time())]


def end_sessions(user: Any, *, but: str | None = None) -> None:
    """End all sessions of the user, except the one with that key; only staff have any, so there are few to look at."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
