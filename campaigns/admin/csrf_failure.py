"""What answers a form whose token is that of a session before: the form again, with what was typed; nothing is written.

A form that another site sends is refused and never shown: its values are somebody else's.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware import csrf
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.admin.site import site
from campaigns.staff.kept_forms import given_back
from campaigns.staff.views import again

__all__ = ["csrf_failure"]

#: Pages for whoever is not in: what is typed there is a password.
_OUTSIDE = {"login", "logout", "join", "forgotten", "forgotten_sent", "new_password", "second_factor"}
#: How the reasons begin that say which site a form comes from.
_ELSEWHERE = csrf.REASON_BAD_ORIGIN.split("%", 1)[0], csrf.REASON_BAD_REFERER.split("-", 1)[0]


def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """Give back what was typed on a page of ours, to be sent again by whoever typed it; ask first who it is."""
    match = request.resolver_match
    fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
    ours = fetched == "same-origin" and not reason.startswith(_ELSEWHERE)
    if not ours or match is None or match.app_name != "admin":
        context = {"title": _("Nothing was changed")}
        return TemplateResponse(request, "admin/elsewhere.html", context, status=403).render()
    if match.url_name in _OUTSIDE:
        messages.warning(request, _("This page was too old, so nothing was sent. Please try again."))
        there = reverse("admin:index") if match.url_name == "logout" else request.get_full_path()
        return HttpResponseRedirect(there)
    if not site.has_permission(request):
        return again(site, request).render()  # type: ignore[no-any-return]
    return given_back(site, request)
