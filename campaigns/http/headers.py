"""Headers by class of route: pages, frames, data, staff, static files."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

__all__ = ["RouteHeadersMiddleware", "frame_policy", "kept", "page_policy"]

#: What no page of ours needs; names that browsers know without complaint.
_NOWHERE = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen"),
        *("geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts"),
        *("magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture"),
        *("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial"),
        *("storage-access", "sync-xhr", "usb", "window-management", "xr-spatial-tracking"),
    )
)


_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


def page_policy(frames: str = "'none'") -> str:
    """Return the policy of a page; ``frames`` is what it may show in a frame."""
    return f"{_OWN}; manifest-src 'self'; frame-src {frames}"


def kept(own: int, shared: int = 300) -> str:
    """Return the Cache-Control of what can be withdrawn: after so many seconds no cache that others share shows it.

    Its last minute is for while a cache asks anew or reaches nobody. ``own`` is how long a reader's browser keeps it.
    """
    return f"public, max-age={own}, s-maxage={shared - 60}, stale-while-revalidate=60, stale-if-error=60"


_PAGE = {
    "Content-Security-Policy": page_policy(),
    "X-Frame-Options": "DENY",
    "Cache-Control": kept(30),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _NOWHERE,
}


_DATA = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Frame-Options": "DENY",
    "Cache-Control": _PAGE["Cache-Control"],
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Permissions-Policy": _NOWHERE,
}


_FRAME = {
    "X-Frame-Options": "",
    "Cache-Control": kept(60),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # Both, or pages that isolate themselves (COEP) could not show a frame of ours.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": _NOWHERE,
    "X-Robots-Tag": "noindex",
}


_STAFF = {
    **_PAGE,
    "Content-Security-Policy": _OWN,
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "same-origin",  # “no-referrer” would make the browser send Origin: null and fail every login
    "X-Robots-Tag": "noindex, nofollow",
}


_STATIC = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


def frame_policy(style: str = "'none'", script: str = "'none'") -> str:
    """Return the policy of a frame on other sites, whose one style and one script are named by their hashes.

    It is the only kind of page that others may frame. The sandbox takes its origin from it: no cookie, no storage.
    """
    ancestors = " ".join(["'self'", *settings.EMBED_FRAME_ANCESTORS])
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; form-action 'none'; base-uri 'none';"
        f" object-src 'none'; frame-ancestors {ancestors};"
        " sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox"
    )


class RouteHeadersMiddleware:
    """Give each class of route its headers: pages, frames, data, staff, static files. One place, easy to test."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and set what the view has not set itself; a header that its class leaves empty is taken away."""
        response = self.get_response(request)
        for header, value in self.headers(request.path, response).items():
            if value:
                response.headers.setdefault(header, value)
            else:
                response.headers.pop(header, None)
        return response

    @staticmethod
    def headers(path: str, response: HttpResponseBase) -> Mapping[str, str]:
        """Return the headers of the class that the address and the kind of content belong to."""
        if path.startswith("/admin/"):
            return _STAFF
        if path.startswith(settings.STATIC_URL):
            return _STATIC
        found: Mapping[str, str] = _DATA
        if response.headers.get("Content-Type", "text/html").startswith("text/html"):
            frame = path.startswith("/embed/")
            found = {**_FRAME, "Content-Security-Policy": frame_policy()} if frame else _PAGE
        if response.status_code >= 500:
            return {**found, "Cache-Control": "no-store", "Retry-After": "30"}
        if response.status_code >= 400:
            return {**found, "Cache-Control": "public, max-age=0, s-maxage=30"}
        return found
