"""The desk speaks to its staff in the language that their browsers ask for; public pages speak the campaign's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

__all__ = ["DeskLanguageMiddleware"]


class DeskLanguageMiddleware:
    """Answer whatever stands under ``/admin/`` in the reader's language; a preview sets the campaign's itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; no public page looks at what its reader's browser asks for."""
        if not request.path.startswith("/admin/"):
            return self.get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        return response
