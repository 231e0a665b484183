"""The script that partners load, and what machines and partners ask before they embed."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from campaigns.http import public

__all__ = ["embed_script"]


@gzip_page
@public
def embed_script(request: HttpRequest) -> HttpResponse:
    """Answer with the script that turns links into frames; its address never changes: kept for an hour."""
    script = Path(settings.BASE_DIR, "static", "js", "embed.js").read_bytes()
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600, s-maxage=3600, stale-while-revalidate=86400"
    return response
