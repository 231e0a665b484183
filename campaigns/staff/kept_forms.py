"""What was typed, kept in a page until somebody sends it on: after a login, after a proof, or to be looked at first."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from campaigns.staff.login_forms import kept_fields
from campaigns.staff.reauthentication import is_record_form

__all__ = ["given_back", "kept"]


def kept(request: Any, *, passwords: bool = False) -> dict[str, Any]:
    """Return what a page needs to send on what was typed: the fields, the files to be chosen again, the address."""
    fields, files = kept_fields(request, passwords=passwords), list(request.FILES)
    return {"kept": fields, "files": files, "address": request.get_full_path()}


def given_back(site: AdminSite, request: Any, *, draft: bool = False) -> HttpResponse:
    """Return the form with what was typed, and nothing written: of a record its own, of other pages a list of it.

    A draft is what the browser kept of a form that was left.
    """
    if is_record_form(request) and (form := _record_form(request, draft=draft)) is not None:
        return form
    context = {**site.each_context(request), "title": _("Not done yet"), **kept(request)}
    return TemplateResponse(request, "admin/send_again.html", context, status=403).render()


def _record_form(request: Any, *, draft: bool) -> HttpResponse | None:
    """Return the form of a record as a refused save shows it; whatever its view does meanwhile is taken back."""
    match = request.resolver_match
    request.POST = request.POST.copy()
    for name in [name for name in request.POST if name.startswith("_") and name not in ("_popup", "_to_field")]:
        del request.POST[name]  # the buttons: nobody has pressed one on the page that is shown now
    request.refusal = (
        _("Not saved yet: this is the draft that your browser kept. Save it, or leave the page.")
        if draft
        else _("Not saved yet: you signed in again after this page was opened. Nothing is lost: save now.")
    )
    request.csrf_processing_done = True
    with transaction.atomic():
        response: Any = match.func(request, *match.args, **match.kwargs)
        is_form = "adminform" in (getattr(response, "context_data", None) or {})
        if is_form:
            response.render()
        transaction.set_rollback(True)
    response.status_code = 200 if draft else 403
    return response if is_form else None
