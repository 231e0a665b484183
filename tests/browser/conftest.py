"""A partner's page on another site than the record's, as a browser tells sites apart."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

#: Takes what stands in the page's body and head, and its headers with _ for -; returns the page's address.
Partner = Callable[..., str]


@pytest.fixture
def partner() -> Iterator[Partner]:
    """Serve a page on another site than the record's and return its address."""
    served: dict[str, tuple[str, dict[str, str]]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            html, headers = served.get(self.path, ("", {}))
            self.send_response(200 if html else 204)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(body: str, head: str = "", **headers: str) -> str:
        path = f"/article-{len(served)}.html"
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title>{head}</head>'
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        served[path] = (f"{html}<body><h1>News</h1>{body}</body></html>", named)
        return f"http://127.0.0.1:{server.server_port}{path}"

    yield serve
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(live_server) -> str:
    """The record's address: “localhost” is another site to a browser than the partner's 127.0.0.1."""
    return str(live_server.url).replace("127.0.0.1", "localhost")
