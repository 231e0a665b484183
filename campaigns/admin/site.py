"""The desk's own admin site: only what is registered here has a page in it."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import login
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django_otp import login as note_device

from campaigns.admin.actor_form import in_full, know_roles
from campaigns.admin.front_page import front_page
from campaigns.admin.kept_forms import given_back, kept
from campaigns.models import Actor, Invitation
from campaigns.staff import password_reset
from campaigns.staff import second_factor as factor
from campaigns.staff.login_forms import AGAIN, EnrolForm, EntranceForm, JoinForm
from campaigns.staff.reauthentication import ProofForm, is_record_form, is_weighty
from campaigns.staff.sessions import end_sessions, is_fresh, note_proof

__all__ = ["site"]

#: Sent along where what was typed is to be looked at and not to be saved.
_LOOK = f"{AGAIN}-look"


def _forget_asking(request: Any) -> None:
    """Take out of a request what answered a question of ours, so that only what was typed before is left."""
    request.POST = request.POST.copy()
    for name in [name for name in request.POST if name.startswith(f"{AGAIN}-")]:
        del request.POST[name]


class _Autocomplete(AutocompleteJsonView):
    """The search boxes: an actor is offered with what tells it from another of the same name."""

    def get_queryset(self) -> Any:
        """Leave out who was found to be the same as another."""
        rows = super().get_queryset()
        return rows.filter(merged_into=None) if issubclass(rows.model, Actor) else rows

    def get_context_data(self, *args: Any, **kwargs: Any) -> Any:
        """Fetch what is shown with the names, for the whole page of them."""
        context = super().get_context_data(*args, **kwargs)
        if issubclass(self.model_admin.model, Actor):
            context["object_list"] = know_roles(context["object_list"])
        return context

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Return the key and the words of one that is offered."""
        found: dict[str, str] = super().serialize_result(obj, to_field_name)
        return found | {"text": in_full(obj)} if isinstance(obj, Actor) else found


class DeskSite(AdminSite):
    """Django's admin behind a second factor, without its ways past the rights of the models' own pages."""

    site_header = site_title = _lazy("The desk")
    index_title = _lazy("What waits, and for whom")
    login_form = EntranceForm
    login_template = "admin/entrance.html"

    def get_urls(self) -> list[Any]:
        """Put our own “view on site” before Django's, which names the address of any record to anybody of the staff."""
        return [
            path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site)),
            path("join/<str:token>/", never_cache(self.join), name="join"),
            path("forgotten/", never_cache(partial(password_reset.forgotten, self)), name="forgotten"),
            path("forgotten/sent/", never_cache(partial(password_reset.forgotten_sent, self)), name="forgotten_sent"),
            path("forgotten/new/", never_cache(partial(password_reset.new_password, self)), name="new_password"),
            path("account/", self.admin_view(self.account), name="account"),
            path("account/second-factor/", never_cache(self.second_factor), name="second_factor"),
            path("account/second-factor/picture.svg", never_cache(self.picture), name="second_factor_picture"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Answer a search box."""
        return _Autocomplete.as_view(admin_site=self)(request)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show what waits for whom."""
        return super().index(request, {"desk": front_page(self, request), **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask for an account of the staff and, where the settings want it, a second factor: of every page alike."""
        return super().has_permission(request) and not factor.lacking(request.user)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a page; what was typed before a session ended comes back with the form to get in again."""
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def gate(request: Any, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request) or request.path == reverse("admin:logout"):
                if request.POST.get(_LOOK) == "draft" and is_record_form(request):
                    _forget_asking(request)
                    return given_back(self, request, draft=True)
                if is_weighty(request) and not is_fresh(request.session):
                    return self._prove(request, lambda: guarded(request, *args, **kwargs))
                return guarded(request, *args, **kwargs)
            if super(DeskSite, self).has_permission(request) and not factor.has_device(request.user):
                return HttpResponseRedirect(reverse("admin:second_factor"))
            if request.method == "POST":
                return self.again(request, lambda: guarded(request, *args, **kwargs))
            return guarded(request, *args, **kwargs)

        return gate

    def again(self, request: Any, proceed: Callable[[], Any] | None = None) -> Any:
        """Ask who it is, below what was typed; with the right answer do at once what was to be done with it.

        Where there is nothing to proceed to, because the form's token was none, what was typed is only given back.
        """
        asked = f"{AGAIN}-username" in request.POST
        form = EntranceForm(request, request.POST if asked else None, prefix=AGAIN)
        looks = proceed is None or _LOOK in request.POST
        if asked and form.is_valid():
            login(request, form.get_user())
            _forget_asking(request)
            if not self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:second_factor"))
            return given_back(self, request) if looks or proceed is None else proceed()
        typed = kept(request)
        context = {
            **self.each_context(request),
            "title": _("Sign in again"),
            "form": form,
            **typed,
            "looks": looks,
            "app_path": typed["address"],
        }
        return TemplateResponse(request, self.login_template, context, status=403)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Ask who it is; where the site sends e-mail, also lead to a link for a forgotten password."""
        return super().login(request, {"forgotten": password_reset.is_offered(), **(extra_context or {})})

    def _prove(self, request: Any, proceed: Callable[[], HttpResponse]) -> HttpResponse:
        """Ask once more who it is, keeping all that was sent; then do what was to be done, here and nowhere else."""
        asked = f"{AGAIN}-proof" in request.POST
        form = ProofForm(request, request.POST if asked else None, prefix=AGAIN)
        typed = kept(request, passwords=True)
        if asked and form.is_valid():
            note_proof(request.session)
            _forget_asking(request)
            return proceed() if typed["kept"] or typed["files"] else self._proved(request)
        context = {
            **self.each_context(request),
            "title": _("Is it still you?"),
            "form": form,
            **typed,
            "is_popup": "_popup" in request.POST,
            "minutes": settings.PROOF_LASTS // 60,
        }
        return TemplateResponse(request, "admin/proof.html", context, status=403)

    def _proved(self, request: Any) -> HttpResponse:
        """Lead on to what was to be read, from a page without the password: a file that comes leaves the page there."""
        address = request.get_full_path()
        context = {**self.each_context(request), "title": _("It is you"), "address": address}
        return TemplateResponse(request, "admin/proved.html", context, headers={"Refresh": f"0; url={address}"})

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign out, and have the browser forget what it kept of these pages.

        Its cookies stay: a form that is still open in another tab needs its own to be sent after a new login.
        """
        response = super().logout(request, extra_context)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def account(self, request: Any) -> HttpResponse:
        """Show how the user gets in; make new codes on paper, or end all their sessions."""
        user, codes = request.user, []
        if request.method == "POST" and "everywhere" in request.POST:
            end_sessions(user)
            return HttpResponseRedirect(reverse("admin:login"))
        if request.method == "POST" and "codes" in request.POST and user.otp_device is not None:
            codes = factor.new_codes(user)
        context = {
            **self.each_context(request),
            "title": _("How you get in"),
            "codes": codes,
            "has_device": factor.has_device(user),
            "codes_left": factor.codes_left(user),
        }
        return TemplateResponse(request, "admin/account.html", context)

    def second_factor(self, request: Any) -> HttpResponse:
        """Set up an app as the second factor. Who has one already must have used it to get here."""
        if not super().has_permission(request) or (request.user.otp_device is None and factor.has_device(request.user)):
            return HttpResponseRedirect(f"{reverse('admin:login')}?next={reverse('admin:second_factor')}")
        if factor.has_device(request.user) and not is_fresh(request.session):
            return self._prove(request, lambda: self.second_factor(request))
        key = request.session.setdefault("factor", factor.new_key())
        form = EnrolForm(request, key, request.POST or None)
        context = {**self.each_context(request), "title": _("Set up your second factor"), "form": form}
        if request.method == "POST" and form.is_valid():
            del request.session["factor"]
            note_device(request, form.device)
            note_proof(request.session)
            end_sessions(request.user, but=request.session.session_key)
            context |= {"codes": factor.new_codes(request.user), "title": _("Your codes on paper")}
            return TemplateResponse(request, "admin/codes.html", context)
        context["letters"] = factor.letters(key)
        return TemplateResponse(request, "admin/second_factor.html", context)

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
        """Lead to the page of a record that the user may see in its list; else there is nothing."""
        kind = ContentType.objects.filter(pk=content_type_id).first()
        options = self._registry.get(kind.model_class()) if kind else None  # type: ignore[arg-type]
        record = options.get_object(request, object_id) if options else None
        if options is None or record is None or not options.has_view_permission(request, record):
            raise Http404
        address = options.get_view_on_site_url(record)
        if address is None or not hasattr(record, "get_absolute_url"):
            raise Http404
        return HttpResponseRedirect(record.get_absolute_url())

    def picture(self, request: Any) -> HttpResponse:
        """Return the key that the user is setting up, for the app to read; nothing once it is set up."""
        if not super().has_permission(request) or "factor" not in request.session:
            raise Http404
        return HttpResponse(factor.picture(request.user, request.session["factor"]), content_type="image/svg+xml")

    def join(self, request: Any, token: str) -> HttpResponse:
        """Let whoever holds an invitation's link join the team: as who they are here, or with a new account."""
        invitation = Invitation.objects.of_token(token)
        here = bool(request.user.is_active and request.user.is_staff)
        form = None if here else JoinForm(request.POST or None)
        if invitation and request.method == "POST" and (form is None or form.is_valid()):
            with transaction.atomic():
                user = request.user if form is None else form.save()
                joined = invitation.accept(user)
                transaction.set_rollback(not joined)
            if joined:
                return HttpResponseRedirect(reverse("admin:index"))
            invitation = None
        context = {
            **self.each_context(request),
            "title": _("Join the team"),
            "invitation": invitation,
            "form": form,
        }
        return TemplateResponse(request, "admin/join.html", context, status=200 if invitation else 404)


site = DeskSite()
