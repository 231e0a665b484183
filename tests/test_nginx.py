"""The documented proxy, read through: what was withdrawn is gone in time, and every text comes compressed."""

import gzip
import mimetypes
import re
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

from campaigns.http import headers
from campaigns.models import State
from tests import nginx
from tests.factories import make_campaign, make_official, make_source, make_statement

ROOT = settings.BASE_DIR
QUOTE = "We never promised that."
#: Where a reader finds the quotation of the statement below.
SHOWING = (
    "/kc/timeline/",
    "/kc/statements/refusal/",
    "/kc/officials/chief/",
    "/kc/feed.atom",
    "/kc/data/campaign.yaml",
    "/embed/kc/timeline/",
    "/embed/kc/officials/chief/",
)


@pytest.fixture
def proxy(tmp_path, live_server, settings) -> Iterator[nginx.Proxy]:
    """Stand the documented file before this site."""
    settings.ALLOWED_HOSTS = [nginx.NAME]
    with nginx.running(tmp_path, live_server.url) as proxy:
        yield proxy


@pytest.fixture
def statement(db):
    campaign = make_campaign(slug="kc")
    chief = make_official(campaign=campaign, slug="chief")
    source = make_source(campaign=campaign, slug="star")
    return make_statement(campaign=campaign, slug="refusal", speaker=chief, quote=QUOTE, sources=[source])


@pytest.fixture
def a_second_for_a_minute(monkeypatch):
    """Let the site say a second where it says minutes, for the age and for the grace: nobody waits that long here."""
    answer = headers.RouteHeadersMiddleware.__call__

    def shorter(self, request):
        response = answer(self, request)
        if "Cache-Control" in response:
            response["Cache-Control"] = seconds(response["Cache-Control"])
        return response

    monkeypatch.setattr(headers.RouteHeadersMiddleware, "__call__", shorter)


def seconds(control: str, grace: int = 1) -> str:
    """The same header with one second for what others share, and so many of grace."""
    return re.sub(r"(stale-[a-z-]+)=\d+", rf"\1={grace}", re.sub(r"s-maxage=\d+", "s-maxage=1", control))


def outlast_the_ages() -> None:
    """Wait for the second that is fresh and the one of grace; nginx counts whole seconds, the last of them in."""
    time.sleep(3.1)


def shown(proxy, path) -> tuple[int, bool]:
    """The status, and whether a reader finds the quotation there."""
    answer = proxy.get(path)
    return answer.status, "never promised" in answer.body.decode()


def test_within_its_age_an_answer_comes_from_the_proxy(proxy, statement):
    assert shown(proxy, "/kc/timeline/") == (200, True)
    statement.withdraw("The recording says something else.")
    assert shown(proxy, "/kc/timeline/") == (200, True)


def test_what_was_withdrawn_is_gone_after_its_age_for_the_very_first_reader(proxy, a_second_for_a_minute, statement):
    draft = make_statement(campaign=statement.campaign, slug="draft", speaker=statement.speaker, quote=QUOTE)
    paths = (*SHOWING, "/kc/statements/draft/")
    assert {path: shown(proxy, path) for path in paths} == dict.fromkeys(paths, (200, True))
    statement.withdraw("The recording says something else.")
    type(draft).objects.filter(pk=draft.pk).update(state=State.DRAFT)
    outlast_the_ages()
    found = {path: shown(proxy, path) for path in paths}
    assert [path for path in paths if found[path][1]] == []
    assert [found[f"/kc/statements/{slug}/"][0] for slug in ("refusal", "draft")] == [410, 404]


def test_the_ages_of_the_site_add_up_to_what_the_documentation_says(client, statement):
    for path in SHOWING:
        control = dict(part.split("=") for part in client.get(path)["Cache-Control"].split(", ") if "=" in part)
        grace = max(int(control["stale-while-revalidate"]), int(control["stale-if-error"]))
        most = 900 if "/data/" in path else 300
        assert (path, int(control["s-maxage"]) + grace) == (path, most)
        assert (path, int(control["max-age"]) + grace <= 120) == (path, True)


@pytest.mark.parametrize(("grace", "status"), [(600, 200), (1, 502)])
def test_when_the_site_is_down_an_answer_stands_in_for_as_long_as_it_may_and_no_log_says_who_asked(
    tmp_path, grace, status
):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Cache-Control", seconds(headers.kept(30), grace))
            self.end_headers()
            self.wfile.write(QUOTE.encode())

        def log_message(self, *_):
            """Say nothing."""

    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with nginx.running(tmp_path, f"http://127.0.0.1:{upstream.server_port}") as proxy:
            assert shown(proxy, "/page/?q=secret") == (200, True)
            upstream.shutdown()
            upstream.server_close()
            outlast_the_ages()
            assert shown(proxy, "/page/?q=secret") == (status, status == 200)
            assert {proxy.get("/admin/login/?next=secret").status for _ in range(12)} == {502, 503}
    finally:
        upstream.server_close()
        upstream.shutdown()
        thread.join()
    logs = {path.name: path.read_text() for path in tmp_path.glob("*.log")}
    assert f" GET /page/ {status} " in logs["record.log"]
    assert [name for name, text in logs.items() if "secret" in text or "127.0.0.1" in text] == []


@pytest.mark.parametrize(
    "path",
    [
        "/kc/timeline/", "/nothing/", "/embed/kc/timeline/", "/static/css/site.css", "/static/js/embed.js",
        "/kc/lanes.svg", "/kc/feed.atom", "/sitemap.xml", "/robots.txt", "/kc/data/campaign.yaml",
        "/kc/data/campaign.json", "/kc/statements/refusal/cite.bib", "/kc/statements/refusal/cite.json",
        "/oembed?format=xml&url=http://testserver/kc/",
    ],
)  # fmt: skip
def test_every_text_comes_compressed_and_says_what_it_says_without(proxy, statement, path):
    plain, packed = proxy.get(path), proxy.get(path, accept_encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers.get("content-encoding") == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert gzip.decompress(packed.body) == plain.body


def test_every_kind_of_text_that_the_code_names_is_compressed():
    code = [path for path in (ROOT / "campaigns").rglob("*.py") if "admin" not in path.parts]
    kinds = {kind for path in code for kind in re.findall(r"\b(?:text|application|image)/[\w.+-]+", path.read_text())}
    kinds |= {str(mimetypes.guess_type(path)[0]) for path in (ROOT / "static").rglob("*.*")}
    listed = set(re.findall(r"gzip_types ([^;]+);", nginx.DOCUMENTED.read_text())[0].split())
    assert kinds - listed == {"text/html", "image/png"}
    assert {"text/css", "text/javascript", "image/svg+xml", "application/yaml"} <= kinds


def test_only_our_name_is_answered_and_only_over_tls(proxy):
    with pytest.raises(ssl.SSLError):
        proxy.connect(name="other.example.org")
    with proxy.connect("h2") as connection:
        assert connection.selected_alpn_protocol() == "h2"
    answer = proxy.get_plainly("/kc/timeline/?official=chief")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{nginx.NAME}/kc/timeline/?official=chief")


def test_the_desk_is_never_kept(proxy, statement):
    answers = [proxy.get("/admin/login/") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert all("no-store" in answer.headers["cache-control"] for answer in answers)
    assert len({answer.headers["set-cookie"] for answer in answers}) == 2
