"""The desk's own admin site: only what is registered here has a page in it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _lazy

__all__ = ["site"]


class DeskSite(AdminSite):
    """Django's admin without its ways past the rights of the models' own pages."""

    site_header = site_title = _lazy("The desk")

    def get_urls(self) -> list[Any]:
        """Put our own “view on site” before Django's, which names the address of any record to anybody of the staff."""
        shown = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site))
        return [shown, *super().get_urls()]

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
