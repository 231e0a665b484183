"""Hostile input: whatever stands in an address, the answer is a page, a refusal or an empty result, never a crash."""

import logging
import re
from contextlib import suppress
from itertools import zip_longest
from types import SimpleNamespace
from urllib.parse import quote, quote_from_bytes, unquote

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from campaigns.views import about
from tests import factories as make
from tests.addresses import NOUNS, one_of_each, public_patterns, spying
from tests.made_once import made_once

pytestmark = pytest.mark.django_db

#: Parameters that a page may read only beside others, and some that no page reads; the others are found.
PARAMETERS = {"after", "before", "callback", "format", "maxheight", "maxwidth", "noun", "page", "q", "sort", "url"}

#: Texts that no parameter reads as anything but words; percent-encoded already, as they travel.
WORDS = {
    "overlong slash": quote_from_bytes(b"\xc0\xaf"),
    "overlong nul": quote_from_bytes(b"\xc0\x80"),
    "not utf-8": quote_from_bytes(b"\xff\xfe\xfa"),
    "bidi": quote("\u202egnp.exe\u2066"),
    "parent": "..%2f..%2fetc%2fpasswd",
    "backslash": "..%5c..%5cwindows",
    "double": "%252e%252e%252f",
    "newline": "x%0d%0aSet-Cookie:%20a=b",
    "quotes": quote("'\"`;--<script>"),
    "sql": quote("' OR 1=1 UNION SELECT * FROM auth_user --"),
    "like": quote("%_%_%\\"),
    "format": quote("{0.__class__} %s %(x)s {{ 7|add:7 }} {% now 'Y' %}"),
    "emoji": quote("👩‍👩‍👧"),
    "combining": quote("e" + "\u0301" * 500),
    "nested": quote("a[b][c]=d&e__f__in=1"),
    "lookup": quote("campaign__slug__startswith"),
}
TEXTS = {
    "words": "%20".join(WORDS.values()),
    "nul": "%00",
    "nul in words": "a%00b",
    "lone surrogate": quote_from_bytes("\ud800".encode("utf-8", "surrogatepass")),
    "huge integer": "9" * 40,
    "enormous integer": "9" * 4301,
    "minus": "-1",
    "float": "1e309",
    "not a number": "NaN",
    "other digits": quote("١٢٣"),
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
    "long": "x" * 100_000,
    "long bidi": quote("\u202e" * 8000),
}


#: What PostgreSQL takes otherwise than SQLite: no NUL, and no number beyond its column's.
OTHERWISE = {"nul", "nul in words", "huge integer", "huge key", "too large a key", "last day"}
EACH = [pytest.param(text, marks=[pytest.mark.postgresql] if text in OTHERWISE else []) for text in TEXTS]


@made_once
def world():
    """Return by name a path of every address, each of which leads somewhere, and by name what those pages read."""
    given = {"campaign": make.make_campaign(slug="one"), "slug": "one"}
    demand = make.make_demand(**given)
    make.raise_demand(demand, make.make_statement(speaker=make.make_official(**given), **given))
    make.affect(make.make_event(**given), demand)
    make.make_source(**given)
    group = make.make_organization(campaign=given["campaign"], slug="group")
    make.make_post(campaign=given["campaign"], slug="post", organization=group)
    slugs = dict.fromkeys(NOUNS.values(), "one") | {"organization": "group", "post": "post"}
    paths = one_of_each("one", slugs) | {"oembed": "/oembed"}
    plain = reading(paths)
    given = reading(paths, *PARAMETERS.union(*plain.values()))
    parameters = sorted(PARAMETERS.union(*plain.values(), *given.values()))
    return SimpleNamespace(paths=paths, readers={name: paths[name] for name in plain | given}, parameters=parameters)


def reading(paths: dict[str, str], *parameters: str) -> dict[str, set[str]]:
    """Return the names of the pages that read a parameter where these are given, and of what each reads."""
    query = "&".join(f"{parameter}=1" for parameter in parameters)
    found = {}
    for name, path in paths.items():
        with spying() as read:
            Client(raise_request_exception=False).get(f"{path}?{query}")
        if read:
            found[name] = read
    return found


@pytest.fixture
def get(world):
    """Ask as a reader would, with the server's errors answered instead of raised; nothing of it is worth a log line."""
    logging.disable(logging.ERROR)
    client = Client(raise_request_exception=False)
    yield lambda path, **headers: client.generic("GET", path, headers=headers).status_code
    logging.disable(logging.NOTSET)


def test_pages_and_what_they_read_are_found(world):
    assert {"demand", "limit", "order", "raised_after", "stance", "start", "theme", "year"} <= {*world.parameters}
    assert {"answers", "demand", "embed_timeline", "oembed", "search", "timeline"} < {*world.readers} < {*world.paths}


def test_a_page_that_begins_to_read_a_parameter_is_among_those_asked(world, monkeypatch):
    render = about.render_page

    def render_page(request, *args, **options):
        request.GET.get("zq")
        return render(request, *args, **options)

    monkeypatch.setattr(about, "render_page", render_page)
    assert reading({"about": world.paths["about"]}) == {"about": {"zq"}}
    assert "about" not in world.readers


@pytest.mark.parametrize("text", EACH)
def test_no_value_of_any_parameter_crashes_any_page_that_reads_one(get, world, text):
    query = "&".join(f"{name}={TEXTS[text]}" for name in world.parameters)
    if len(query) > 200_000:  # as much as one parameter at a time
        query = f"q={TEXTS[text]}&after={TEXTS[text]}"
    statuses = {name: get(f"{path}?{query}") for name, path in world.readers.items()}
    # “Not Implemented” is what oEmbed answers to a format that it does not know.
    assert {
        name: status for name, status in statuses.items() if status >= 500 and (name, status) != ("oembed", 501)
    } == {}


def test_no_page_that_reads_none_minds_what_stands_there(get, world):
    query = "&".join(f"q={text}&{text}=1" for text in TEXTS.values() if len(text) < 5000)
    statuses = {name: get(f"{path}?{query}") for name, path in world.paths.items() if name not in world.readers}
    assert {name: status for name, status in statuses.items() if status >= 400} == {}


@pytest.mark.parametrize("text", [*WORDS.values(), *TEXTS.values()], ids=[*WORDS, *TEXTS])
def test_no_part_of_any_address_crashes_the_site(get, text):
    """Of the paths that fit no address two are asked for: all others are answered by the same lines."""
    asked = [f"/{text}", f"/one/{text}/{text}"]
    for _, route in public_patterns():
        for slot in re.findall(r"<[^>]+>", route):
            path = "/" + re.sub(r"<[^>]+>", "one", route.replace(slot, "\0", 1)).replace("\0", text)
            with suppress(Resolver404):
                resolve(unquote(path))
                asked.append(path)
    assert {path[:80]: status for path in asked if (status := get(path)) >= 500} == {}


def test_no_number_of_parameters_crashes_any_page_that_reads_one(get, world):
    queries = [
        "&".join(f"p{n}=x" for n in range(1000)),
        "&".join("after=x" for _ in range(1000)),
        "&" * 2000,
        "=" * 500,
    ]
    statuses = {(name, query[:9]): get(f"{path}?{query}") for name, path in world.readers.items() for query in queries}
    assert {key: status for key, status in statuses.items() if status >= 500} == {}


HEADERS: dict[str, list[str | None]] = {
    "If-None-Match": ['"', "W/" * 5000, "*", ", ".join(['"x"'] * 1000)],
    "If-Modified-Since": [*[None] * 4, "Thu, 01 Jan 0000 00:00:00 GMT", "x" * 9999],  # read only without the one before
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


#: The first values of all headers go in one request, then the second ones, and so on.
ROUNDS = [
    {header: value for header, value in zip(HEADERS, values, strict=True) if value}
    for values in zip_longest(*HEADERS.values())
]


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_no_header_crashes_any_page(get, world, number):
    statuses = {name: get(path, **ROUNDS[number]) for name, path in world.paths.items()}
    assert {name: status for name, status in statuses.items() if status >= 500} == {}


def test_the_harness_sees_a_crash(get, monkeypatch):
    def crash(*args):
        raise RuntimeError

    monkeypatch.setattr("campaigns.views.timeline.render_page", crash)
    assert get("/one/timeline/") == 500
