"""Which headers let a frame be seen on which pages: ours as they are, and each taken away or spoilt in turn.

Every row is the real frame in a real browser, on a page of another site. A row that is not shown proves that the row
above it was shown because of that header.
"""

import json

import pytest
from playwright.sync_api import Page

from campaigns.http.headers import RouteHeadersMiddleware
from tests import factories as make

#: Pages that show the frame, by their headers; {site} is the record's address.
PARENTS = {
    "plain": {},
    "lets us in": {"Content_Security_Policy": "default-src 'none'; frame-src {site}"},
    "lets nobody in": {"Content_Security_Policy": "default-src 'none'"},
    "isolated": {"Cross_Origin_Embedder_Policy": "require-corp", "Cross_Origin_Opener_Policy": "same-origin"},
    "credentialless": {"Cross_Origin_Embedder_Policy": "credentialless"},
    "sandboxed": {"Content_Security_Policy": "sandbox allow-scripts allow-popups"},
}
POLICY, OPTIONS = "Content-Security-Policy", "X-Frame-Options"
EMBEDDER, RESOURCE, OPENER = (f"Cross-Origin-{name}-Policy" for name in ("Embedder", "Resource", "Opener"))
BARE = {POLICY: "", EMBEDDER: "", RESOURCE: ""}
SANDBOX = {POLICY: "sandbox allow-scripts"}

#: What is changed of the frame's headers (empty: taken away), the page around it, and whether it is seen.
ROWS = [
    *(({}, parent, parent not in ("lets nobody in", "sandboxed")) for parent in PARENTS),
    ({POLICY: "frame-ancestors *"}, "sandboxed", False),  # a page without an origin is no https page, nor any other
    ({POLICY: ""}, "sandboxed", True),
    # What keeps others from framing a page.
    ({OPTIONS: "DENY"}, "plain", True),  # the policy's frame-ancestors overrules it
    ({**BARE, OPTIONS: "DENY"}, "plain", False),
    (BARE, "plain", True),
    ({POLICY: "frame-ancestors {partner}"}, "plain", True),
    ({POLICY: "frame-ancestors {partner}", OPTIONS: "DENY"}, "plain", True),
    ({POLICY: "frame-ancestors *", OPTIONS: "DENY"}, "plain", True),
    ({POLICY: "frame-ancestors https://news.example.org"}, "plain", False),
    ({POLICY: "frame-ancestors https:"}, "plain", False),  # the page is http
    ({POLICY: "frame-ancestors 'none', frame-ancestors *"}, "plain", False),  # two policies intersect
    ({POLICY: "default-src 'none'"}, "plain", True),  # it says nothing about ancestors
    ({**BARE, RESOURCE: "same-origin"}, "plain", True),
    ({**BARE, RESOURCE: "same-site"}, "plain", True),
    ({**BARE, OPENER: "same-origin"}, "plain", True),
    # What a page that isolates itself asks for: both headers.
    (BARE, "isolated", False),
    ({EMBEDDER: ""}, "isolated", False),
    ({RESOURCE: ""}, "isolated", False),
    ({RESOURCE: "same-origin"}, "isolated", False),
    ({**BARE, EMBEDDER: "require-corp", RESOURCE: "cross-origin"}, "isolated", True),
    ({**BARE, EMBEDDER: "require-corp", RESOURCE: "cross-origin"}, "credentialless", True),
    # A sandbox of its own.
    (SANDBOX, "plain", True),
    (SANDBOX, "isolated", True),
]


def make_record():
    make.make_event(campaign=make.make_campaign(slug="kc"))


@pytest.fixture
def changed(monkeypatch):
    """Headers to put into every answer under /embed/."""
    headers = {}
    answer = RouteHeadersMiddleware.__call__

    def changing(self, request):
        response = answer(self, request)
        if request.path.startswith("/embed/"):
            for name, value in headers.items():
                if value:
                    response[name] = value
                else:
                    response.headers.pop(name, None)
        return response

    monkeypatch.setattr(RouteHeadersMiddleware, "__call__", changing)
    return headers


def seen(page: Page, address: str) -> bool:
    """Open a page with one frame and say whether the frame shows a heading."""
    page.goto(address)
    page.wait_for_timeout(150)
    (frame,) = page.frames[1:]
    return not frame.url.startswith("chrome-error:") and bool(frame.locator("h1").count())


@pytest.mark.parametrize("path", ["/embed/kc/timeline/", "/embed/kc/demands/never/"])
def test_the_frame_is_seen_wherever_its_headers_say(site, partner, changed, page: Page, path):
    origin = partner("").rpartition("/")[0]
    found, expected = {}, {}
    for headers, parent, shown in ROWS:
        changed.clear()
        changed.update({name: value.format(partner=origin) for name, value in headers.items()})
        around = {name: value.format(site=site) for name, value in PARENTS[parent].items()}
        address = partner(f'<iframe title="x" src="{site}{path}"></iframe>', **around)
        row = f"{json.dumps(headers)} {parent}"
        expected[row] = shown
        found[row] = seen(page, address)
    assert found == expected


def test_a_sandbox_takes_the_origin_and_leaves_the_script(site, partner, changed, page: Page):
    """Ours always; and it is the header that does it: without one the frame has the record's origin."""
    hearing = "<script>heard = []; onmessage = event => heard.push(event.origin)</script>"
    address = partner(f'{hearing}<iframe title="x" src="{site}/embed/kc/timeline/"></iframe>')
    for headers, origin in (({}, "null"), (SANDBOX, "null"), (BARE, site)):
        changed.clear()
        changed.update(headers)
        assert seen(page, address)
        page.wait_for_function("heard.length")  # its script has told its height
        assert page.frames[1].evaluate("window.origin") == page.evaluate("heard[0]") == origin
