"""The public addresses: their names, what fills in their parameters, and what their pages read of a query."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import URLPattern, URLResolver, get_resolver, reverse

#: For each address with a slug, the noun whose slug it is. A new address without its noun here fails the tests.
NOUNS = {
    "cite_demand": "demand",
    "cite_event": "event",
    "cite_statement": "statement",
    "demand": "demand",
    "demand_card": "demand",
    "embed_demand": "demand",
    "embed_official": "official",
    "embed_organization": "organization",
    "event": "event",
    "official": "official",
    "official_card": "official",
    "organization": "organization",
    "person": "person",
    "post": "post",
    "source": "source",
    "statement": "statement",
}
#: Parameters of addresses that are no slug of a noun: what stands for them in the walk.
GIVEN: dict[str, dict[str, list[str]]] = {
    "section": {
        "public": [
            f"/sitemap-{section}-1.xml" for section in ("pages", "demands", "statements", "events", "actors", "sources")
        ],
        "absent": ["/sitemap-pages-2.xml", "/sitemap-outcomes-1.xml", "/sitemap-drafts-0.xml"],
    },
    #: The pages of which it is asked.
    "oembed": {kind: ["campaign", "demand", "official", "organization"] for kind in ("public", "private", "absent")},
}
#: Parameters of addresses in one campaign that are no slug of a noun, and all their values.
FORMS: dict[str, dict[str, list[str]]] = {
    "download": {"form": ["yaml", "json"]},
    **{f"cite_{noun}": {"form": ["json", "bib"]} for noun in ("demand", "event", "statement")},
}
#: Addresses of one version or all, of each noun that has any.
VERSIONS = ("versions", "version", "version_data")


def public_patterns(
    resolver: URLResolver | None = None, prefix: str = "", spaces: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield (name, route) of every address of the site but the admin's."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield spaces + (pattern.name or route), route
        elif pattern.namespace != "admin":
            yield from public_patterns(pattern, route, f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces)


def one_of_each(campaign: str, slugs: Mapping[str, str]) -> dict[str, str]:
    """Return by name one path of every address, in a campaign and, by noun, with the slugs of its records."""
    found = {
        "section": "/sitemap-statements-1.xml",
        "oembed": f"/oembed?url=http://testserver/{campaign}/demands/{slugs['demand']}/",
    }
    for name, route in public_patterns():
        if name in GIVEN:
            continue
        given: dict[str, Any] = {"campaign_slug": campaign} if "campaign_slug" in route else {}
        if name in VERSIONS:
            given |= {"noun": "statements", "slug": slugs["statement"]} | ({"number": 1} if "number" in route else {})
        elif name in NOUNS:
            given["slug"] = slugs[NOUNS[name]]
        given |= {part: values[0] for part, values in FORMS.get(name, {}).items()}
        found[name] = reverse(name, kwargs=given)
    return found


@contextmanager
def spying() -> Iterator[set[str]]:
    """Record the names of the parameters that are read meanwhile of any address; “*” where all are read at once."""
    read: set[str] = set()

    def spied(plain: Any) -> Any:
        def reading(query: QueryDict, *args: Any) -> Any:
            if not query._mutable:  # else it is still being filled
                read.add(args[0] if args else "*")
            return plain(query, *args)

        return reading

    with pytest.MonkeyPatch.context() as patch:
        for way in ("__contains__", "__getitem__", "getlist", "lists"):
            patch.setattr(QueryDict, way, spied(getattr(QueryDict, way)))
        yield read
