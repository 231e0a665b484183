"""What every public page has in common: one heading, nothing from elsewhere, the headers of its class, few queries."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign, Classification, Effect, Relation, Stance, Statement
from tests import factories as make
from tests.crawler import FORMS, Site, public_patterns
from tests.worlds import World

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


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """Every public page of a rich campaign: (name of its address, path) → (response, parsed page)."""
    with django_db_blocker.unblock(), transaction.atomic():
        site = Site(World())
        found = {}
        for name, kinds in site.paths.items():
            for path in [*kinds["public"], *kinds.get("withdrawn", [])[:1], *kinds.get("private", [])[:1]]:
                response = Client().get(path)
                if response["Content-Type"].startswith("text/html") and response.status_code != 301:
                    found[name, path] = (response, Page(response.content.decode()))
        yield found
        transaction.set_rollback(True)


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
    titles = {
        path: page.all("title")[0][1] for (_, path), (response, page) in pages.items() if response.status_code == 200
    }
    assert [path for path, title in titles.items() if not title or "TODO" in title] == []
    repeated = {title for title, times in Counter(titles.values()).items() if times > 1}
    assert {path: title for path, title in titles.items() if title in repeated and "/people/" not in path} == {}


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


def test_no_page_has_a_script_or_a_style_of_its_own(pages):
    for (_, path), (_, page) in pages.items():
        inline = [tag for tag, attrs, _ in page.tags if tag == "style" or (tag == "script" and not attrs.get("src"))]
        inline += [name for _, attrs, _ in page.tags for name in attrs if name == "style" or name.startswith("on")]
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


PAGE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT = {
    200: "public, max-age=30, s-maxage=300, stale-while-revalidate=60, stale-if-error=86400",
    404: "public, max-age=0, s-maxage=30",
    410: "public, max-age=0, s-maxage=30",
}


def test_every_page_has_the_headers_of_a_page(pages):
    for (_, path), (response, _) in pages.items():
        found = {name: response.headers.get(name) for name in PAGE}
        assert (path, found, response["Cache-Control"]) == (path, PAGE, KEPT[response.status_code])
        policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
        strict = {
            name: policy[name] for name in ("default-src", "script-src", "style-src", "base-uri", "frame-ancestors")
        }
        assert (path, strict) == (
            path,
            {
                "default-src": "'none'",
                "script-src": "'self'",
                "style-src": "'self'",
                "base-uri": "'none'",
                "frame-ancestors": "'none'",
            },
        )


def test_no_page_sets_a_cookie_or_depends_on_one(pages):
    for (_, path), (response, _) in pages.items():
        varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name}
        assert (path, dict(response.cookies), varies - {"hx-request", "hx-history-restore-request"}) == (
            path,
            {},
            set(),
        )


def test_every_page_found_has_a_strong_etag_and_no_date_of_change(pages):
    for (_, path), (response, _) in pages.items():
        if response.status_code == 200:
            assert (path, bool(re.fullmatch('"[0-9a-f]{32}"', response["ETag"]))) == (path, True)
            assert (path, "Last-Modified" in response.headers) == (path, False)


def fill(campaign: Campaign, rows: int) -> dict[str, str]:
    """Give every noun of a campaign so many rows, one of each related to so many others; return the one of each."""
    given: dict[str, Any] = {"campaign": campaign}
    body = make.make_organization(slug="body", classification=Classification.GOVERNMENT, **given)
    group = make.make_organization(slug="group", classification=Classification.COALITION_MEMBER, **given)
    post = make.make_post(slug="post", organization=body, **given)
    chief = make.make_person(slug="chief", **given)
    make.make_membership(chief, body, post=post, start="2010")
    source = make.make_source(slug="source", published="2021", **given)
    demand = make.make_demand([chief, post, body], [body], slug="demand", **given)
    event = make.make_event([source], slug="event", **given)
    letter = make.make_statement([source], [chief], [group], speaker=group, slug="letter", when="2020-06", **given)
    make.raise_demand(demand, letter)
    for number in range(rows):
        person = make.make_official(slug=f"person-{number}", **given)
        member = make.make_organization(
            slug=f"member-{number}", classification=Classification.COALITION_MEMBER, **given
        )
        make.make_membership(member, group)
        make.make_membership(person, body, post=post, start="2015")
        make.make_membership(chief, member, start="2011")
        make.make_post(slug=f"post-{number}", organization=body, **given)
        make.make_organization(slug=f"part-{number}", classification=Classification.GOVERNMENT, parent=body, **given)
        other = make.make_demand(
            [chief, person], [body], slug=f"demand-{number}", parent=demand, predecessor=demand, **given
        )
        further = make.make_source(slug=f"source-{number}", **given)
        said = make.make_statement(
            [source, further], [person], [member, "Some more"], [person], speaker=chief, on_behalf_of=body,
            slug=f"said-{number}", quote="No.", replies_to=letter, **given,
        )  # fmt: skip
        make.answer(demand, Stance.REJECTS, statement=said)
        make.answer(other, Stance.PROMISES, statement=said)
        again = make.make_statement(
            [source], slug=f"again-{number}", speaker=group, when=f"2019-0{number % 9 + 1}", **given
        )
        make.raise_demand(demand, again, text="As before.")
        make.raise_demand(other, letter)
        make.raise_demand(other, when="2020")
        Relation.objects.create(statement=letter, to=again, kind=Relation.Kind.REPEATS)
        happened = make.make_event([source], slug=f"event-{number}", **given)
        make.affect(happened, demand, Effect.Kind.SETS_BACK)
        make.affect(event, other)
        make.make_outcome(demand, [source], when=f"20{10 + number}", assessor=group)
        make.check(other, chief)
        for record in (chief, demand, letter, event, person):
            make.cite(record, further)
        make.cite(event, further, about="How many", says=f"{number}")
    return {
        "demand": "demand", "event": "event", "official": "chief", "organization": "group", "person": "chief",
        "post": "post", "source": "source", "statement": "letter",
    }  # fmt: skip


def queries(rows: int) -> dict[str, int]:
    """Return how many queries each page of a campaign with so many rows asks."""
    with transaction.atomic():
        campaign = make.make_campaign(slug=f"rows-{rows}")
        slugs = fill(campaign, rows)
        counted = {}
        for name, route in public_patterns():
            if name == "section":
                path = "/sitemap-statements-1.xml"
            elif name in FORMS:
                path = reverse(name, args=[campaign.slug, *(values[0] for values in FORMS[name].values())])
            elif "<slug:slug>" in route:
                path = reverse(name, args=[campaign.slug, slugs[name]])
            else:
                path = reverse(name, args=[campaign.slug] if "campaign_slug" in route else [])
            Client().get(path)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                response = Client().get(path)
            assert (path, response.status_code in (200, 301)) == (path, True)
            counted[name] = len(captured)
        transaction.set_rollback(True)
    return counted


#: The most queries that a page may ask. Raise a number only with the reason in the commit.
MOST: dict[str, int] = {}


def test_no_page_asks_more_queries_for_twenty_rows_than_for_one(db):
    assert Statement.objects.count() == 0
    few, many = queries(1), queries(20)
    assert many == few
    assert {name: number for name, number in many.items() if number > MOST.get(name, 12)} == {}
