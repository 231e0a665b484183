"""What every public page has in common: one heading, nothing from elsewhere, the headers of its class, few queries."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.crawler import Site
from tests.http.test_pages import PAGE

pytestmark = pytest.mark.django_db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Page(HTMLParser):
    """A page's tags in their order, each with its attributes and the text directly and indirectly in it."""

    html: str
    tags: list[tuple[str, dict[str, str | None], list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, list[str]]] = []
        self.unclosed: list[str] = []
        self.feed(self.html)
        self.close()
        self.unclosed += [tag for tag, _ in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), text := []))
        if tag not in VOID:
            self.open.append((tag, text))

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        else:
            self.unclosed.append(f"/{tag}")

    def handle_data(self, data):
        for _, text in self.open:
            text.append(data)

    def all(self, *names: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, "".join(text).strip()) for tag, attrs, text in self.tags if tag in names]


@cache
def parsed(site: Site) -> dict[tuple[str, str], tuple[Any, Page]]:
    """Return every public page of a rich campaign: (name of its address, path) → (response, parsed page)."""
    found = {}
    for name, kinds in site.paths.items():
        for path in [*kinds["public"], *kinds["withdrawn"][:1], *kinds["private"][:1]]:
            response = Client().get(path)
            if response["Content-Type"].startswith("text/html") and response.status_code != 301:
                found[name, path] = (response, Page(response.content.decode()))
    return found


@pytest.fixture
def pages(site):
    return parsed(site)


def test_there_are_pages_to_look_at(pages):
    assert len(pages) > 60
    assert {response.status_code for response, _ in pages.values()} == {200, 404, 410}


def test_every_tag_is_closed_where_it_was_opened(pages):
    assert {path: page.unclosed for (_, path), (_, page) in pages.items() if page.unclosed} == {}


def test_every_page_has_one_heading_one_main_part_and_a_language(pages):
    for (_, path), (_, page) in pages.items():
        counted = Counter(tag for tag, _, _ in page.tags)
        assert (path, counted["h1"], counted["main"], counted["title"]) == (path, 1, 1, 1)
        assert (path, page.all("h1")[0][1] != "", page.all("html")[0][0].get("lang")) == (path, True, "en")


def test_every_page_has_a_title_of_its_own(pages):
    titles = {}
    for response, page in pages.values():
        if response.status_code == 200:
            canonical = next(attrs["href"] for attrs, _ in page.all("link") if attrs.get("rel") == "canonical")
            titles[canonical] = page.all("title")[0][1]
    repeated = {title for title, times in Counter(titles.values()).items() if times > 1 or not title}
    assert {address: title for address, title in titles.items() if title in repeated} == {}


def test_headings_follow_in_order(pages):
    for (_, path), (_, page) in pages.items():
        levels = [int(tag[1]) for tag, _, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        jumps = [(one, other) for one, other in zip([0, *levels], levels, strict=False) if other > one + 1]
        assert (path, jumps) == (path, [])


def test_every_id_is_unique(pages):
    for (_, path), (_, page) in pages.items():
        ids = Counter(attrs["id"] for _, attrs, _ in page.tags if attrs.get("id"))
        assert (path, [name for name, times in ids.items() if times > 1]) == (path, [])


def test_every_link_within_a_page_has_its_target(pages):
    for (_, path), (_, page) in pages.items():
        ids = {attrs.get("id") for _, attrs, _ in page.tags}
        wanted = {str(attrs["href"])[1:] for attrs, _ in page.all("a") if str(attrs.get("href")).startswith("#")}
        assert (path, wanted - ids) == (path, set())


def test_nothing_is_loaded_from_elsewhere(pages):
    loading = {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "input", "use", "image"}
    for (_, path), (_, page) in pages.items():
        urls = [
            str(attrs.get(name))
            for tag, attrs, _ in page.tags
            for name in ("src", "srcset", "href", "data", "poster", "xlink:href")
            if attrs.get(name)
            and (tag in loading or (tag == "link" and attrs.get("rel") not in ("canonical", "alternate")))
        ]
        assert (path, [url for url in urls if not re.match(r"/(?!/)|#|data:image/", url)]) == (path, [])


def test_no_page_but_a_frame_has_a_script_or_a_style_of_its_own(pages):
    for (_, path), (_, page) in pages.items():
        inline = [name for _, attrs, _ in page.tags for name in attrs if name == "style" or name.startswith("on")]
        if not path.startswith("/embed/"):  # else its policy names their hashes
            inline += [
                tag for tag, attrs, _ in page.tags if tag == "style" or (tag == "script" and not attrs.get("src"))
            ]
        assert (path, inline) == (path, [])


def test_every_link_to_elsewhere_tells_it_nothing_of_the_reader(pages):
    seen = 0
    for (_, path), (_, page) in pages.items():
        for attrs, _ in page.all("a"):
            if re.match(r"(https?:)?//(?!testserver)", str(attrs.get("href"))):
                seen += 1
                assert (path, attrs["href"], set(str(attrs.get("rel")).split())) == (
                    path,
                    attrs["href"],
                    {"noopener", "noreferrer", "nofollow"},
                )
    assert seen > 20


def test_every_page_has_the_headers_of_a_page(pages):
    passing = {"Cache-Control": "public, max-age=0, s-maxage=30"}  # what is not there may be there in a moment
    builder = {
        "Content-Security-Policy": PAGE["Content-Security-Policy"].replace("frame-src 'none'", "frame-src 'self'")
    }
    for (name, path), (response, _) in pages.items():
        if path.startswith("/embed/"):
            continue  # tests/embed/test_frames.py
        expected = PAGE | (passing if response.status_code != 200 else builder if name == "embed" else {})
        assert (path, {header: response.headers.get(header) for header in PAGE}) == (path, expected)


def test_no_page_sets_a_cookie_or_depends_on_one(pages):
    for (_, path), (response, _) in pages.items():
        varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name}
        varies -= {"hx-request", "hx-history-restore-request", "accept-encoding"}
        assert (path, dict(response.cookies), varies) == (path, {}, set())


def test_every_page_found_has_a_strong_etag_and_no_date_of_change(pages):
    for (_, path), (response, _) in pages.items():
        if response.status_code == 200:
            assert (path, bool(re.fullmatch('"[0-9a-f]{32}"', response["ETag"]))) == (path, True)
            assert (path, "Last-Modified" in response.headers) == (path, False)
