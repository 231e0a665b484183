"""The pages about accounts: who somebody is, asked at the door and once more, the second factor, an invitation."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django_otp import login as note_device

from campaigns.models import Invitation
from campaigns.staff import second_factor as factor
from campaigns.staff.kept_forms import given_back, kept
from campaigns.staff.login_forms import AGAIN, EnrolForm, EntranceForm, JoinForm
from campaigns.staff.reauthentication import ProofForm, asks_proof, is_weighty
from campaigns.staff.sessions import end_sessions, is_fresh, note_proof

__all__ = ["LOOK", "account", "again", "forget_asking", "join", "picture", "proof_first", "second_factor"]

#: Sent along where what was typed is to be looked at and not to be saved.
LOOK = f"{AGAIN}-look"


def forget_asking(request: Any) -> None:
    """Take out of a request what answered a question of ours, so that only what was typed before is left."""
    request.POST = request.POST.copy()
    for name in [name for name in request.POST if name.startswith(f"{AGAIN}-")]:
        del request.POST[name]


def again(site: AdminSite, request: Any, proceed: Callable[[], Any] | None = None) -> Any:
    """Ask who it is, below what was typed; with the right answer do at once what was to be done with it.

    Where there is nothing to proceed to, because the form's token was none, what was typed is only given back.
    """
    asked = f"{AGAIN}-username" in request.POST
    form = EntranceForm(request, request.POST if asked else None, prefix=AGAIN)
    looks = proceed is None or LOOK in request.POST
    if asked and form.is_valid():
        login(request, form.get_user())
        forget_asking(request)
        if not site.has_permission(request):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return given_back(site, request) if looks or proceed is None else proceed()
    typed = kept(request)
    more = {"title": _("Sign in again"), "form": form, **typed, "looks": looks, "app_path": typed["address"]}
    return TemplateResponse(request, "admin/entrance.html", {**site.each_context(request), **more}, status=403)


def proof_first(site: AdminSite, view: Any, guarded: Callable[..., Any]) -> Callable[..., Any]:
    """Return the guarded view behind the question who somebody is, which is put where the view declares it."""

    def gate(request: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(view, "asks_proof", is_weighty)(request) and not is_fresh(request.session):
            return _prove(site, request, lambda: guarded(request, *args, **kwargs))
        return guarded(request, *args, **kwargs)

    return gate


def _prove(site: AdminSite, request: Any, proceed: Callable[[], Any]) -> Any:
    """Ask once more who it is, keeping all that was sent; then do what was to be done, here and nowhere else.

    What was to be read is led on to, from a page without the password: a file that comes leaves the page there.
    """
    asked = f"{AGAIN}-proof" in request.POST
    form = ProofForm(request, request.POST if asked else None, prefix=AGAIN)
    typed, context = kept(request, passwords=True), site.each_context(request)
    if not asked or not form.is_valid():
        popup, minutes = "_popup" in request.POST, settings.PROOF_LASTS // 60
        more = {"title": _("Is it still you?"), "form": form, **typed, "is_popup": popup, "minutes": minutes}
        return TemplateResponse(request, "admin/proof.html", {**context, **more}, status=403)
    note_proof(request.session)
    forget_asking(request)
    if typed["kept"] or typed["files"]:
        return proceed()
    more, on = {"title": _("It is you"), "address": typed["address"]}, {"Refresh": f"0; url={typed['address']}"}
    return TemplateResponse(request, "admin/proved.html", {**context, **more}, headers=on)


@asks_proof(lambda request: request.method == "POST" and "everywhere" not in request.POST)
def account(request: Any, site: AdminSite) -> HttpResponse:
    """Show how the user gets in; make new codes on paper, or end all their sessions."""
    user, codes = request.user, []
    if request.method == "POST" and "everywhere" in request.POST:
        end_sessions(user)
        return HttpResponseRedirect(reverse("admin:login"))
    if request.method == "POST" and "codes" in request.POST and user.otp_device is not None:
        codes = factor.new_codes(user)
    context = {
        **site.each_context(request),
        "title": _("How you get in"),
        "codes": codes,
        "has_device": factor.has_device(user),
        "codes_left": factor.codes_left(user),
    }
    return TemplateResponse(request, "admin/account.html", context)


@asks_proof(lambda request: request.user.otp_device is not None)
def second_factor(request: Any, site: AdminSite) -> HttpResponse:
    """Set up an app as the second factor. Who has one already must have used it to get here."""
    if not _is_staff(request.user) or (request.user.otp_device is None and factor.has_device(request.user)):
        return HttpResponseRedirect(f"{reverse('admin:login')}?next={reverse('admin:second_factor')}")
    key = request.session.setdefault("factor", factor.new_key())
    form = EnrolForm(request, key, request.POST or None)
    context = {**site.each_context(request), "title": _("Set up your second factor"), "form": form}
    if request.method == "POST" and form.is_valid():
        del request.session["factor"]
        note_device(request, form.device)
        note_proof(request.session)
        end_sessions(request.user, but=request.session.session_key)
        context |= {"codes": factor.new_codes(request.user), "title": _("Your codes on paper")}
        return TemplateResponse(request, "admin/codes.html", context)
    context["letters"] = factor.letters(key)
    return TemplateResponse(request, "admin/second_factor.html", context)


def picture(request: Any) -> HttpResponse:
    """Return the key that the user is setting up, for the app to read; nothing once it is set up."""
    if not _is_staff(request.user) or "factor" not in request.session:
        raise Http404
    return HttpResponse(factor.picture(request.user, request.session["factor"]), content_type="image/svg+xml")


def join(request: Any, site: AdminSite, token: str) -> HttpResponse:
    """Let whoever holds an invitation's link join the team: as who they are here, or with a new account."""
    invitation = Invitation.objects.of_token(token)
    form = None if _is_staff(request.user) else JoinForm(request.POST or None)
    if invitation and request.method == "POST" and (form is None or form.is_valid()):
        with transaction.atomic():
            user = request.user if form is None else form.save()
            joined = invitation.accept(user)
            transaction.set_rollback(not joined)
        if joined:
            return HttpResponseRedirect(reverse("admin:index"))
        invitation = None
    context = {**site.each_context(request), "title": _("Join the team"), "invitation": invitation, "form": form}
    return TemplateResponse(request, "admin/join.html", context, status=200 if invitation else 404)


def _is_staff(user: Any) -> bool:
    return bool(user.is_active and user.is_staff)
