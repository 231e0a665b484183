"""What tests share that only look: a record committed once for a file, one browser context, and a partner's site."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from tests.conftest import guard


@pytest.fixture(scope="module")
def record(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """What the file's ``make_record`` makes; its tests write nothing, so that it goes with the last of them."""
    with django_db_blocker.unblock():
        yield request.module.make_record()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def transactional_db(record: Any) -> None:
    """Keep the record after a test: the live server asks for this fixture, which else empties the tables."""


@pytest.fixture(scope="module")
def offsite_requests() -> list[str]:
    """The URLs on other hosts that the browser asked for; each test ends with this empty or fails."""
    return []


@pytest.fixture(scope="module")
def context(browser: Browser, offsite_requests: list[str]) -> Iterator[BrowserContext]:
    """One context for a file, under the guard of all others."""
    context = guard(browser.new_context(), offsite_requests)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, offsite_requests: list[str]) -> Iterator[Page]:
    """A page of its own for each test in the context that all share."""
    page = context.new_page()
    yield page
    page.close()
    asked = [*offsite_requests]
    offsite_requests.clear()
    assert asked == []


#: Takes what stands in the page's body and head, and its headers with _ for -; returns the page's address.
Partner = Callable[..., str]


@pytest.fixture(scope="module")
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
