"""How long somebody stays in: two hours without a sign of life, twelve in all, or until they sign out everywhere."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

__all__ = ["SessionLimitsMiddleware", "end_sessions"]

_TIMES = "times"


class SessionLimitsMiddleware:
    """End the sessions of staff in time. Public pages never look at a session, so they are passed by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the session where the address is the desk's."""
        if request.path.startswith("/admin/") and SESSION_KEY in request.session:
            self.limit(request.session, int(time.time()))
        return self.get_response(request)

    @staticmethod
    def limit(session: Any, now: int) -> None:
        """End the session, or note that it is alive: once a minute, for each note is a write."""
        key, begun, seen = session.get(_TIMES) or ("", 0, 0)
        if key != session.session_key:  # Django gives a session a new key at each login
            session[_TIMES] = [session.session_key, now, now]
        elif now - begun >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE:
            session.flush()
        elif now - seen >= 60:
            session[_TIMES] = [key, begun, now]


def end_sessions(user: Any, *, but: str | None = None) -> None:
    """End all sessions of the user, except the one with that key; only staff have any, so there are few to look at."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
