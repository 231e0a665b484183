"""What machines ask the whole site: whether it is up, and where they may go."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaigns.http.pages import public

__all__ = ["healthz", "robots"]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether the site can read its database: 200 or 503, for whatever watches it; never from a cache."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        answer = HttpResponse("no database\n", content_type="text/plain", status=503)
    else:
        answer = HttpResponse("ok\n", content_type="text/plain")
    answer["Cache-Control"] = "no-store"
    return answer


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Let every crawler read the public pages, and say where they are all listed."""
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {settings.SITE_ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
