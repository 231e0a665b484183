"""Prove the draft test: leaks are built in on purpose, one at a time, and each must be found."""

import base64
import copy
import hashlib
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import ANY

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponseBase

from campaigns import models, search, sitemaps
from campaigns.history import public_versions
from campaigns.http import headers, pages
from campaigns.models import (
    Campaign,
    Demand,
    DemandQuerySet,
    Event,
    Issuance,
    PublishableQuerySet,
    State,
    Statement,
)
from campaigns.timeline import facets, filters
from campaigns.timeline import stream as timeline
from campaigns.views import campaigns, demands
from tests.crawler import Ask, compared, shown, tally

pytestmark = pytest.mark.django_db


def forget(noun: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Let published() of a noun keep every row."""
    queryset = getattr(models, f"{noun}QuerySet")
    return lambda patch: patch.setattr(queryset, "published", lambda self: self.all(), raising=False)


def forget_the_campaign(patch):
    patch.setattr(PublishableQuerySet, "published", lambda self: self.filter(state=State.PUBLISHED))


def forget_who_speaks(patch):
    patch.setattr(models.StatementQuerySet, "published", PublishableQuerySet.published)


def forget_the_withdrawn(patch):
    shows = [State.PUBLISHED, State.WITHDRAWN]
    patch.setattr(DemandQuerySet, "published", lambda self: self.filter(state__in=shows), raising=False)


def forbid_drafts(patch):
    def find(records, **lookup):
        if records.exclude(state__in=[State.PUBLISHED, State.WITHDRAWN]).filter(**lookup).exists():
            raise PermissionDenied
        return pages.find(records, **lookup)

    patch.setattr(demands, "find", find)


def call_drafts_withdrawn(patch):
    patch.setattr(PublishableQuerySet, "withdrawn", lambda self: self.exclude(state=State.PUBLISHED))


def name_the_withdrawn(patch):
    render = pages.render_page

    def render_page(request, template, context, **options):
        response = render(request, template, context, **options)
        if template == "410.html":
            response.content += str(context["record"]).encode()
        return response

    patch.setattr(pages, "render_page", render_page)


def count_drafts_as_versions(patch):
    patch.setattr(public_versions, "State", SimpleNamespace(PUBLISHED=ANY))


def tell_versions_by_saves(patch):
    patch.setattr(public_versions, "SAID", {noun: (*said, "version") for noun, said in public_versions.SAID.items()})


def add(value: Callable[[HttpRequest], object]) -> Callable[[pytest.MonkeyPatch], None]:
    """Put something into a header of each answer that it is not None for."""

    def leak(patch: pytest.MonkeyPatch) -> None:
        answer = headers.RouteHeadersMiddleware.__call__

        def call(self: headers.RouteHeadersMiddleware, request: HttpRequest) -> HttpResponseBase:
            response = answer(self, request)
            if (found := value(request)) is not None:
                response["X-Leak"] = str(found)
            return response

        patch.setattr(headers.RouteHeadersMiddleware, "__call__", call)

    return leak


def put_into_page(value: Callable[[], str]) -> Callable[[pytest.MonkeyPatch], None]:
    """Add something to the overview."""

    def leak(patch: pytest.MonkeyPatch) -> None:
        def render_page(*args, **options):
            response = pages.render_page(*args, **options)
            response.content += value().encode()
            return response

        patch.setattr(campaigns, "render_page", render_page)

    return leak


def drafts() -> str:
    return Demand.objects.filter(state=State.DRAFT)[0].title


def tag_with_all_rows(patch):
    def blake2b(content, **options):
        return hashlib.blake2b(content + str(Statement.objects.count()).encode(), **options)

    patch.setattr(pages, "hashlib", SimpleNamespace(blake2b=blake2b))


def ask_once_for_each_draft(patch):
    today = Campaign.today

    def slow(self):
        for demand in Demand.objects.exclude(state=State.PUBLISHED):
            demand.citations.count()
        return today(self)

    patch.setattr(Campaign, "today", slow)


def sort_by_all_checks(patch):
    def published(self):
        return PublishableQuerySet.published(self).annotate(looks=Count("checks")).order_by("looks", "position")

    patch.setattr(DemandQuerySet, "published", published, raising=False)


def fetch_all(kind: type[Model], lookup: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Let the parts that a timeline entry fetches along keep every row of one relation."""

    def leak(patch: pytest.MonkeyPatch) -> None:
        parts = [copy.copy(part) for part in timeline._PARTS[kind]]
        part = next(part for part in parts if getattr(part, "prefetch_through", part) == lookup)
        everything = type(part.queryset)(part.queryset.model)
        part.queryset = everything.select_related(*LINKED[lookup]).order_by(*part.queryset.query.order_by)
        patch.setitem(timeline._PARTS, kind, tuple(parts))

    return leak


#: What a timeline entry shows of each of its parts.
LINKED = {
    "participants": ("actor__campaign",),
    "relations": ("to__campaign", "to__speaker", "to__on_behalf_of"),
    "responses": ("demand__campaign", "letter__campaign", "letter__speaker"),
    "issuances": ("demand__campaign",),
    "citations": ("source__campaign",),
    "effects": ("demand__campaign",),
}


def forget_to_join(patch):
    patch.setattr(models.SearchEntryQuerySet, "published", lambda self, model: self.of_noun(model))
    patch.setattr(search, "_compiled", search._compiled.__wrapped__)  # what an earlier test compiled has the join


def find_private_wordings(patch):
    saying = filters._saying

    def leak(stream, query, campaign):
        found = Issuance.objects.filter(pk__in=search.records(query, campaign, Issuance)).values("statement")
        kept = saying(stream, query, campaign)
        return replace(kept, statements=kept.statements | stream.statements.filter(pk__in=found))

    patch.setattr(filters, "_saying", leak)


def count_all(noun: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Let the numbers beside the timeline's choices count every row of a noun that hangs on a public one."""

    def leak(patch: pytest.MonkeyPatch) -> None:
        everything = getattr(models, noun)._base_manager.all
        patch.setattr(facets, noun, SimpleNamespace(objects=SimpleNamespace(published=everything)))
        patch.setattr(facets, "_compiled", facets._compiled.__wrapped__)  # an earlier test has compiled the right ones

    return leak


def offer_every_official(patch):
    offered = filters.TimelineFilter.__init__

    def init(self, data, campaign, at):
        offered(self, data, campaign, at)
        people = models.Person.objects.filter(campaign=campaign)
        self.one_of("official").records = {person.slug: person for person in people}

    patch.setattr(filters.TimelineFilter, "__init__", init)


def list_all_statements(patch):
    sections = sitemaps._sections
    everything = sitemaps._Records(Statement.objects.filter(campaign__state=State.PUBLISHED))
    patch.setattr(sitemaps, "_sections", lambda: {**sections(), "statements": everything})


def staff(request: HttpRequest) -> object:
    return "staff" if request.user.is_staff else None


#: By name: how the leak is made, and where it must be found: at one address, or by some way of asking at the pages of
#: one name, or by every way whose query begins so.
LEAKS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "published() keeps every campaign": (forget("Campaign"), "/"),
    "published() keeps every actor": (forget("Actor"), "/open-city/organizations/"),
    "published() keeps every membership": (forget("Membership"), "/open-city/officials/chief/"),
    "published() keeps every source": (forget("Source"), "/open-city/sources/"),
    "published() keeps every citation": (forget("Citation"), "/open-city/statements/letter/"),
    "published() keeps every statement": (forget("Statement"), "/open-city/feed.atom"),
    "published() keeps every demand": (forget("Demand"), "/open-city/demands/"),
    "published() keeps every party": (forget("Party"), "/open-city/demands/leave/"),
    "published() keeps every issuance": (forget("Issuance"), "/open-city/demands/silent/"),
    "published() keeps every response": (forget("Response"), "/open-city/demands/"),
    "published() keeps every event": (forget("Event"), "/open-city/timeline/"),
    "published() keeps every outcome": (forget("Outcome"), "/open-city/demands/budget/"),
    "published() forgets the campaign's state": (forget_the_campaign, "/sitemap-demands-1.xml"),
    "published() forgets who speaks": (forget_who_speaks, "/open-city/timeline/"),
    "published() keeps the withdrawn": (forget_the_withdrawn, "/open-city/demands/"),
    "a draft is forbidden instead of absent": (forbid_drafts, "demand"),
    "a draft is called withdrawn": (call_drafts_withdrawn, "event"),
    "the page of a withdrawn record names it": (name_the_withdrawn, "demand"),
    "a draft counts as a version": (count_drafts_as_versions, "version"),
    "a version is told by every save": (tell_versions_by_saves, "/open-city/statements/letter/versions/"),
    "a header counts all rows": (add(lambda request: Statement.objects.count()), "/robots.txt"),
    "a header counts the drafts on demand": (
        add(lambda request: Demand.objects.count() if "preview" in request.GET else None),
        "demands",
    ),
    "a header counts the drafts for htmx": (
        add(lambda request: Demand.objects.count() if "HX-Request" in request.headers else None),
        "demands",
    ),
    "staff get another header": (add(staff), "about"),
    "a page names a draft": (put_into_page(drafts), "/open-city/"),
    "a page names a draft in capitals": (put_into_page(lambda: drafts().upper()), "/open-city/"),
    "a page names a draft in base64": (
        put_into_page(lambda: base64.b64encode(f"It is {drafts()}.".encode()).decode()),
        "/open-city/",
    ),
    "a page counts all rows": (put_into_page(lambda: str(Demand.objects.count())), "/open-city/"),
    "an ETag depends on all rows": (tag_with_all_rows, "/open-city/about/"),
    "a page takes longer for each draft": (ask_once_for_each_draft, "/open-city/demands/"),
    "an order depends on all checks": (sort_by_all_checks, "/open-city/demands/"),
    "an entry fetches every participant": (fetch_all(Statement, "participants"), "/open-city/timeline/"),
    "an entry fetches every relation": (fetch_all(Statement, "relations"), "/open-city/timeline/"),
    "an entry fetches every response": (fetch_all(Statement, "responses"), "/open-city/timeline/"),
    "an entry fetches every issuance": (fetch_all(Statement, "issuances"), "/open-city/timeline/"),
    "an entry fetches every source": (fetch_all(Event, "citations"), "/open-city/timeline/"),
    "an entry fetches every effect": (fetch_all(Event, "effects"), "/open-city/timeline/"),
    "search finds what is not published": (forget_to_join, "search?q="),
    "the timeline's words find private wordings": (find_private_wordings, "timeline?q="),
    "the timeline's choices count every response": (count_all("Response"), "/open-city/timeline/"),
    "the timeline offers every official": (offer_every_official, "/open-city/timeline/"),
    "the sitemap lists all statements": (list_all_statements, "/sitemap-statements-1.xml"),
}


def crawled(site, patch, name):
    """Build the leak in; return the answers of world A."""
    leak, where = LEAKS[name]
    leak(patch)
    page, _, query = where.partition("?")
    asks = [Ask(where)] if where.startswith("/") else site.every(page) if query else site.quick(page)
    return site.crawl([ask for ask in asks if ask.query.startswith(query)], follow=False)


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(site, monkeypatch, name):
    """And without it nothing is found at the same addresses: they are all among those of the walk."""
    replies = crawled(site, monkeypatch, name)
    assert (shown(site, replies) or compared(site, replies)) != []


@pytest.mark.parametrize(
    "name", ["a page counts all rows", "an order depends on all checks", "an ETag depends on all rows"]
)
def test_looking_for_private_words_alone_would_not_find_it(site, monkeypatch, name):
    replies = crawled(site, monkeypatch, name)
    assert shown(site, replies) == []
    assert "O1" in tally(compared(site, replies))
