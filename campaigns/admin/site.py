"""The desk's own admin site: only what is registered here has a page in it."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache

from campaigns.admin.actor_form import in_full, know_roles
from campaigns.admin.front_page import front_page
from campaigns.models import Actor
from campaigns.staff import password_reset, views
from campaigns.staff import second_factor as factor
from campaigns.staff.kept_forms import given_back
from campaigns.staff.login_forms import EntranceForm
from campaigns.staff.reauthentication import asks_proof, is_record_form

__all__ = ["site"]


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
        factor_page = views.proof_first(self, views.second_factor, views.second_factor)
        return [
            path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site)),
            path("join/<str:token>/", never_cache(views.join), {"site": self}, name="join"),
            path("forgotten/", never_cache(partial(password_reset.forgotten, self)), name="forgotten"),
            path("forgotten/sent/", never_cache(partial(password_reset.forgotten_sent, self)), name="forgotten_sent"),
            path("forgotten/new/", never_cache(partial(password_reset.new_password, self)), name="new_password"),
            path("account/", self.admin_view(views.account), {"site": self}, name="account"),
            path("account/second-factor/", never_cache(factor_page), {"site": self}, name="second_factor"),
            path("account/second-factor/picture.svg", never_cache(views.picture), name="second_factor_picture"),
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
        proved = views.proof_first(self, view, guarded)

        @wraps(view)
        def gate(request: Any, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request) or request.path == reverse("admin:logout"):
                if request.POST.get(views.LOOK) == "draft" and is_record_form(request):
                    views.forget_asking(request)
                    return given_back(self, request, draft=True)
                return proved(request, *args, **kwargs)
            if super(DeskSite, self).has_permission(request) and not factor.has_device(request.user):
                return HttpResponseRedirect(reverse("admin:second_factor"))
            if request.method == "POST":
                return views.again(self, request, lambda: guarded(request, *args, **kwargs))
            return guarded(request, *args, **kwargs)

        return gate

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Ask who it is; where the site sends e-mail, also lead to a link for a forgotten password."""
        return super().login(request, {"forgotten": password_reset.is_offered(), **(extra_context or {})})

    @asks_proof(lambda request: request.method == "POST" and factor.has_device(request.user))
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Change the password: the page asks for the old one, which the browser may know, and a code for more."""
        return super().password_change(request, extra_context)

    @asks_proof(lambda _request: False)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Sign out, and have the browser forget what it kept of these pages.

        Its cookies stay: a form that is still open in another tab needs its own to be sent after a new login.
        """
        response = super().logout(request, extra_context)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response

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


site = DeskSite()
