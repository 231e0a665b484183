"""The sitemap: every public page, split by noun and by number, with addresses of the site's own origin."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from campaigns.http.pages import public
from campaigns.models import Actor, Campaign, Demand, Event, Publishable, Source, Statement

__all__ = ["section", "sitemap"]

#: The pages that each campaign has once.
PAGES = ("campaign", "timeline", "demands", "officials", "organizations", "sources", "about", "corrections", "data")


class _Section(Sitemap):  # type: ignore[type-arg]  # only its stubs are generic
    """Addresses of one kind; 5,000 in one file, so that each is written in a moment."""

    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_ORIGIN).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_ORIGIN).netloc


class _Pages(_Section):
    """The pages that each campaign has once."""

    def items(self) -> list[tuple[str, str]]:
        slugs = Campaign.objects.published().order_by("pk").values_list("slug", flat=True)
        return [("", ""), *((slug, name) for slug in slugs for name in PAGES)]

    def location(self, item: tuple[str, str]) -> str:
        slug, name = item
        return reverse(name, args=[slug]) if slug else reverse("home")


class _Records(_Section):
    """The published records of one noun."""

    def __init__(self, records: "QuerySet[Any]") -> None:
        self.records = records

    def items(self) -> "QuerySet[Any]":
        return self.records.select_related("campaign").order_by("pk")

    def location(self, item: Publishable) -> str:
        if getattr(item, "is_official", False) and isinstance(item, Actor):
            return reverse("official", args=[item.campaign.slug, item.slug])
        return item.get_absolute_url()  # type: ignore[attr-defined,no-any-return]

    def lastmod(self, item: Publishable) -> dt.datetime:
        return item.updated_at


def _sections() -> dict[str, _Section]:
    return {
        "pages": _Pages(),
        "demands": _Records(Demand.objects.published()),
        "statements": _Records(Statement.objects.published()),
        "events": _Records(Event.objects.published()),
        "actors": _Records(Actor.objects.published().with_office()),
        "sources": _Records(Source.objects.published()),
    }


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return the index: every file of every section that holds something."""
    files = [
        settings.SITE_ORIGIN + reverse("section", args=[name, number])
        for name, section in _sections().items()
        if section.paginator.count
        for number in section.paginator.page_range
    ]
    return render(request, "sitemap.xml", {"files": files}, content_type="application/xml")


@public
def section(request: HttpRequest, section: str, number: int) -> HttpResponse:
    """Return one file of one section."""
    try:
        urls = _sections()[section].get_urls(page=number)
    except (KeyError, EmptyPage):
        raise Http404 from None
    return render(request, "section.xml", {"urls": urls}, content_type="application/xml")
