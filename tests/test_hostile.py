"""Hostile input: whatever stands in an address, the answer is a page, a refusal or an empty result, never a crash."""

import logging
import re
from urllib.parse import quote, quote_from_bytes

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.crawler import FORMS, NOUNS, VERSIONS, public_patterns

pytestmark = pytest.mark.django_db

#: Every parameter that the code reads from an address by its name, and some that it does not.
PARAMETERS = sorted(
    {
        "page", "q", "sort", "callback", "before", "after",
        "url", "format", "maxwidth", "maxheight", "of", "theme", "accent", "density", "lang", "limit", "as_of",
        *(
            name
            for path in (settings.BASE_DIR / "campaigns").rglob("*.py")
            for name in re.findall(
                r"""GET\.get(?:list)?\("(\w+)"|cursor\(request, "(\w+)"\)|parameter="(\w+)\""""
                r"""|^    (\w+) = .*Field\(.*_lazy""",
                path.read_text(),
                re.MULTILINE,
            )
            if "models" not in path.parts
            for name in name
            if name
        ),
    }
)  # fmt: skip

#: Percent-encoded already, as they travel.
TEXTS = {
    "nul": "%00",
    "nul in words": "a%00b",
    "overlong slash": quote_from_bytes(b"\xc0\xaf"),
    "overlong nul": quote_from_bytes(b"\xc0\x80"),
    "lone surrogate": quote_from_bytes("\ud800".encode("utf-8", "surrogatepass")),
    "not utf-8": quote_from_bytes(b"\xff\xfe\xfa"),
    "bidi": quote("\u202egnp.exe\u2066"),
    "parent": "..%2f..%2fetc%2fpasswd",
    "backslash": "..%5c..%5cwindows",
    "double": "%252e%252e%252f",
    "newline": "x%0d%0aSet-Cookie:%20a=b",
    "huge integer": "9" * 40,
    "enormous integer": "9" * 4301,
    "minus": "-1",
    "float": "1e309",
    "not a number": "NaN",
    "other digits": quote("١٢٣"),
    "quotes": quote("'\"`;--<script>"),
    "sql": quote("' OR 1=1 UNION SELECT * FROM auth_user --"),
    "like": quote("%_%_%\\"),
    "format": quote("{0.__class__} %s %(x)s {{ 7|add:7 }} {% now 'Y' %}"),
    "emoji": quote("👩‍👩‍👧"),
    "combining": quote("e" + "\u0301" * 500),
    "year zero": "00000101.10.0.1.1",
    "year ten thousand": "100000101.10.0.1.1",
    "no such day": "20210231.10.0.1.1",
    "no such precision": "20210201.99.0.1.1",
    "no such table": "20210201.10.0.9.1",
    "huge key": "20210201.10.99999999999999.1.999999999999999",
    "too large a key": "20210201.10.0.1.99999999999999999999",
    "negative key": "20210201.10.0.1.-1",
    "last day": "99991231.10.32767.3.999999999999999",
    "first day": "00010101.4.0.0.0",
    "date": "2021-02-31",
    "date zero": "0000-00-00",
    "nested": quote("a[b][c]=d&e__f__in=1"),
    "lookup": quote("campaign__slug__startswith"),
    "long": "x" * 100_000,
    "long bidi": quote("\u202e" * 8000),
}


@pytest.fixture
def campaign():
    """A campaign with one of every noun, so that every address leads somewhere."""
    campaign = make.make_campaign(slug="city")
    given = {"campaign": campaign, "slug": "one"}
    demand = make.make_demand(**given)
    make.raise_demand(demand, make.make_statement(speaker=make.make_official(**given), **given))
    make.affect(make.make_event(**given), demand)
    make.make_source(**given)
    return campaign


@pytest.fixture
def get(campaign):
    """Ask as a reader would, with the server's errors answered instead of raised; nothing of it is worth a log line."""
    logging.disable(logging.ERROR)
    client = Client(raise_request_exception=False)
    yield lambda path: client.generic("GET", path).status_code
    logging.disable(logging.NOTSET)


def addresses() -> dict[str, str]:
    """Return by name an address that exists, or the address of a record that does not where none was made."""
    found = {}
    for name, route in public_patterns():
        if name == "section":
            found[name] = "/sitemap-pages-1.xml"
        elif name in VERSIONS:
            number = {"number": 1} if name != "versions" else {}
            found[name] = reverse(name, kwargs={"campaign_slug": "city", "noun": "events", "slug": "one"} | number)
        elif name in FORMS:
            slug = ["one"] if name in NOUNS else []
            found[name] = reverse(name, args=["city", *slug, *(values[0] for values in FORMS[name].values())])
        elif name in NOUNS:
            found[name] = reverse(name, args=["city", "one"])
        else:
            found[name] = reverse(name, args=["city"] if "campaign_slug" in route else [])
    return found


def test_the_parameters_of_the_code_are_known():
    assert {"after", "before", "demand", "order", "raised_after", "stance", "year", "start"} <= set(PARAMETERS)


@pytest.mark.parametrize("text", TEXTS)
def test_no_value_of_any_parameter_crashes_any_page(get, text):
    query = "&".join(f"{name}={TEXTS[text]}" for name in PARAMETERS)
    if len(query) > 200_000:  # as much as one parameter at a time
        query = f"q={TEXTS[text]}&after={TEXTS[text]}"
    statuses = {name: get(f"{path}?{query}") for name, path in addresses().items()}
    # “Not Implemented” is what oEmbed answers to a format that it does not know.
    assert {
        name: status for name, status in statuses.items() if status >= 500 and (name, status) != ("oembed", 501)
    } == {}


@pytest.mark.parametrize("text", TEXTS)
def test_no_part_of_any_address_crashes_the_site(get, text):
    statuses = {}
    for _, route in public_patterns():
        for slot in re.findall(r"<[^>]+>", route):
            path = "/" + re.sub(r"<[^>]+>", "one", route.replace(slot, "\0", 1)).replace("\0", TEXTS[text])
            statuses[path[:80]] = get(path)
    statuses["/"] = get(f"/{TEXTS[text]}")
    statuses["under the campaign"] = get(f"/city/{TEXTS[text]}/{TEXTS[text]}")
    assert {path: status for path, status in statuses.items() if status >= 500} == {}


def test_no_number_of_parameters_crashes_any_page(get):
    queries = [
        "&".join(f"p{n}=x" for n in range(1000)),
        "&".join("after=x" for _ in range(1000)),
        "&" * 2000,
        "=" * 500,
    ]
    statuses = {(name, query[:9]): get(f"{path}?{query}") for name, path in addresses().items() for query in queries}
    assert {key: status for key, status in statuses.items() if status >= 500} == {}


HEADERS = {
    "If-None-Match": ['"', "W/" * 5000, "*", ", ".join(['"x"'] * 1000)],
    "If-Modified-Since": ["Thu, 01 Jan 0000 00:00:00 GMT", "x" * 9999],
    "Accept-Language": ["x" * 9999, "en;q=" + "9" * 500, ",".join(["de"] * 1000)],
    "Accept": ["*" * 9999, "text/html;q=NaN"],
    "Range": ["bytes=9-1", "bytes=" + "0-1," * 2000],
    "HX-Target": ["\xff", "x" * 9999],
    "HX-Current-URL": ["http://[", "\xff"],
    "HX-Request": ["\xff", "maybe"],
    "Cookie": ["sessionid=" + "x" * 4000, "csrftoken=\xff; messages=" + "A" * 3000, ";;;==="],
    "X-Forwarded-For": ["999.999.999.999, x" * 100],
    "X-Forwarded-Proto": ["javascript"],
}


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_crashes_any_page(campaign, header):
    client = Client(raise_request_exception=False)
    statuses = {
        (name, value[:20]): client.get(path, headers={header: value}).status_code
        for name, path in addresses().items()
        for value in HEADERS[header]
    }
    assert {key: status for key, status in statuses.items() if status >= 500} == {}


def test_the_harness_sees_a_crash(get, monkeypatch):
    def crash(*args):
        raise RuntimeError

    monkeypatch.setattr("campaigns.views.timeline.render_page", crash)
    assert get("/city/timeline/") == 500
