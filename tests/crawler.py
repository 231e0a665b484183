"""Ask every public address in both worlds, in every way that a reader could, and compare what comes back.

The oracles: O0 nothing crashes. O1 both worlds answer alike, to the byte, headers included. O2 no private value is in
an answer. O3 a private record's address answers as one that never was. O4 everybody gets the same bytes. O5 both
worlds ask the database as often.
"""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import product
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client

from tests.addresses import FORMS, GIVEN, NOUNS, VERSIONS, public_patterns, spying
from tests.worlds import CANARY, CITABLE, World, rows

#: What a reader could write behind an address, hoping for more. Several go into one request: a page that minds none
#: of them answers as ever, and one that minds any is caught.
QUERIES = (
    (
        "preview=1&draft=1&all=1&debug=1&version=1&token=x&fields=withdrawal_reason&include=drafts&utm_source=x&lang=es"
        "&format=json&sort=-updated_at&order=state&page=2&offset=1&limit=500"
    ),
    "state=draft&status=withdrawn",
    "as_of=2021-05-01&theme=dark&accent=ff0000&density=compact&limit=50",
    "q=canary",
    "before=20260101.10.0.3.99999999",
    "after=19000101.4.0.0.1",
)
#: What a reader could ask a timeline for: every filter, alone and with others, so that each count is compared.
FILTERS = (
    "demand=leave", "demand=budget&stance=rejects", "demand=silent", "official=mayor", "official=chief&year=2021",
    "post=chief-of-police", "organization=city", "organization=union&kind=outcome", "stance=accepts&stance=rejects",
    "stance=accepts", "stance=acts", "kind=issuance&kind=event", "kind=response", "year=2020", "year=2021&order=oldest",
    "start=2020-06-15&end=2021-04", "unanswered=on", "unanswered=on&kind=event", "language=en", "q=no",
    "q=canary", "q=demand&kind=issuance", "order=sideways", "year=1999", "at=20210422.10.0.1.1",
    "stance=x&demand=x&post=x",
)  # fmt: skip
#: The filters whose values are slugs, and the noun of each.
SLUGS = {"demand": "demand", "official": "person", "post": "post", "organization": "organization"}
#: Parameters that could name a private record.
NAMING = ("q", "actor", "demand", "official", "organization", "source", "speaker", "statement", "addressee")
WAYS: tuple[dict[str, str], ...] = (
    {"HX-Request": "true", "HX-Target": "main"},
    {"HX-Request": "true", "HX-History-Restore-Request": "true"},
    {
        "Accept": "application/json, text/csv",
        "Accept-Language": "es",
        "Range": "bytes=0-10",
        "X-Forwarded-Host": "evil.example.org",
    },
)
EVERYBODY = ("anonymous", "editor", "superuser")


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    who: str = "anonymous"

    @property
    def address(self) -> str:
        return f"{self.path}{'&' if '?' in self.path else '?'}{self.query}" if self.query else self.path

    def __str__(self) -> str:
        return " ".join(
            part for part in (self.method, self.address, self.who, *(": ".join(h) for h in self.headers)) if part
        )


@dataclass(frozen=True)
class Reply:
    """What came back, and how many queries it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    queries: int

    @property
    def answer(self) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        return self.status, self.headers, self.body

    def without(self, path: str) -> tuple[object, ...]:
        """Return it with the last slug of its own address taken out."""
        slug = path.strip("/").split("/")[-1]
        headers = tuple(
            (name, value.replace(slug, "…")) for name, value in self.headers if name not in ("ETag", "Content-Length")
        )
        return self.status, headers, self.body.decode("utf-8", "replace").replace(slug, "…")

    def canaries(self) -> set[str]:
        text = self.body.decode("utf-8", "replace") + repr(self.headers)
        return {found.lower() for found in CANARY.findall(text)}


class Site:
    """The addresses of a world, and who asks for them."""

    def __init__(self, world: World) -> None:
        self.world = world
        editor = User.objects.create_user("editor", "editor@example.org", "x", is_staff=True)
        editor.user_permissions.set(Permission.objects.filter(content_type__app_label="campaigns"))
        superuser = User.objects.create_superuser("superuser", "root@example.org", "x")
        self.clients = {name: Client(raise_request_exception=False) for name in EVERYBODY}
        self.clients["editor"].force_login(editor)
        self.clients["superuser"].force_login(superuser)
        self.twins: dict[str, str] = {}
        #: By name of the address: the paths of public, withdrawn, private and absent records.
        self.paths: dict[str, dict[str, list[str]]] = {}
        for name, route in public_patterns():
            self.paths[name] = self._paths(name, route)

    def __deepcopy__(self, memo: object) -> "Site":
        """Return itself: whoever asks for pages changes nothing here."""
        return self

    def _paths(self, name: str, route: str) -> dict[str, list[str]]:
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", route)
        fill = re.compile(r"<(?:\w+:)?(\w+)>")
        slugs = self.world.slugs("campaign")
        found: dict[str, list[str]] = {"public": [], "withdrawn": [], "private": [], "absent": []}

        def path(**values: str) -> str:
            return "/" + fill.sub(lambda match: quote(values[match[1]]), route)

        def add(kind: str, changed: str, **values: str) -> None:
            found[kind].append(path(**values))
            if kind == "private":  # and beside it one of the same length that never was
                absent = values[changed].replace("canary", "absent") if "canary" in values[changed] else "x" * 8
                twin = path(**{**values, changed: absent})
                self.twins[found[kind][-1]] = twin
                found["absent"].append(twin)

        forms = FORMS.get(name, {}).values()
        if name == "oembed":
            for page in GIVEN[name]["public"]:
                nouns = slugs if page == "campaign" else self.world.slugs(NOUNS[page])
                for kind, several in nouns.items():
                    for slug in several:
                        asked = f"/oembed?url=http://testserver/{'' if page == 'campaign' else f'open-city/{page}s/'}"
                        # What was taken back has a page that says so, and nothing to embed.
                        found["absent" if kind == "withdrawn" else kind].append(f"{asked}{slug}/")
                        if kind == "private":
                            twin = slug.replace("canary", "absent") if "canary" in slug else "x" * 8
                            self.twins[f"{asked}{slug}/"] = f"{asked}{twin}/"
                            found["absent"].append(f"{asked}{twin}/")
        elif not wanted:
            found["public"].append("/" + route)
        elif name in VERSIONS:
            for noun in CITABLE:
                # Of the event the first version is not shown any more.
                given = {"noun": f"{noun}s", "number": "2" if noun == "event" else "1"}
                nouns = self.world.slugs(noun)
                for kind, several in nouns.items():
                    for slug in several:
                        add(kind, "slug", campaign_slug="open-city", slug=slug, **given)
                for kind in ("private", "withdrawn"):
                    add(kind, "campaign_slug", campaign_slug=slugs[kind][0], slug=nouns["public"][0], **given)
            if "number" in wanted:
                given = {"campaign_slug": "open-city", "noun": "events", "slug": "protest"}
                found["withdrawn"].append(path(**given, number="1"))
                found["absent"] += [path(**given, number=number) for number in ("3", "9" * 9)]
        elif wanted == ["campaign_slug"]:
            for kind, several in slugs.items():
                for slug in several:
                    add(kind, "campaign_slug", campaign_slug=slug)
        elif wanted == ["campaign_slug", *FORMS.get(name, {})] and forms:
            for chosen in product(*forms):
                for kind, several in slugs.items():
                    for slug in several:
                        given = dict(zip(FORMS[name], chosen, strict=True))
                        add(kind, "campaign_slug", campaign_slug=slug, **given)
        elif wanted == ["campaign_slug", "slug", *FORMS.get(name, {})]:
            nouns = self.world.slugs(NOUNS[name.split(":")[-1]])
            for chosen in product(*forms):
                given = dict(zip(FORMS.get(name, {}), chosen, strict=True))
                for kind, several in nouns.items():
                    for slug in several:
                        add(kind, "slug", campaign_slug="open-city", slug=slug, **given)
                for kind in ("private", "withdrawn"):  # everything in such a campaign is as it is
                    add(kind, "campaign_slug", campaign_slug=slugs[kind][0], slug=nouns["public"][0], **given)
        else:
            for kind, several in GIVEN[name].items():
                found[kind] += several
        return found

    def plain(self, name: str) -> list[Ask]:
        """Return the plain way of asking at each path of an address."""
        return [Ask(path) for several in self.paths[name].values() for path in several]

    def every(self, name: str) -> list[Ask]:
        """Return every way of asking at an address: the plain one of each path, the odd ones of one of each kind."""
        kinds = self.paths[name]
        return list(dict.fromkeys([*self.plain(name), *self._odd(kinds["public"][0]), *self._elsewhere(kinds)]))

    def quick(self, name: str) -> list[Ask]:
        """Return a few ways of asking at one path of each kind."""
        kinds = self.paths[name]
        public = kinds["public"][0]
        return [Ask(public), *self._few(public), *self._elsewhere(kinds)]

    def _elsewhere(self, kinds: dict[str, list[str]]) -> list[Ask]:
        """Return a few ways of asking where nothing is to be seen, and in the same ways where nothing ever was."""
        paths = [*kinds["withdrawn"][:1], *(path for one in kinds["private"][:1] for path in (one, self.twins[one]))]
        return [ask for path in paths for ask in (Ask(path), *self._few(path))]

    def _words(self) -> list[str]:
        """Return words of private records, whole and begun, and words that public and private ones share."""
        demand = rows("demand").filter(pk__in=self.world.hidden["demand"])[0]
        person = rows("actor").filter(pk__in=self.world.hidden["actor"])[0]
        said = rows("statement").filter(pk__in=self.world.hidden["statement"])[0]
        return [
            demand.title,
            person.name,
            said.summary[:9],
            f'"{said.quote or said.summary}"',
            "canary*",
            "demand",
            "no",
        ]

    def _noted(self) -> list[str]:
        """Return words of what hangs on a public statement and is private all the same."""
        hidden = self.world.hidden
        wordings = rows("issuance").filter(pk__in=hidden["issuance"]).exclude(statement__in=hidden["statement"])
        notes = rows("response").filter(pk__in=hidden["response"]).exclude(statement__in=hidden["statement"])
        return [wordings.exclude(statement=None)[0].text, notes[0].note]

    def _places(self) -> list[tuple[int, int]]:
        """Return rank and pk of entries of a timeline that are private, and of one that never was."""
        nouns = enumerate(("issuance", "statement", "event", "outcome"))
        return [(rank, pk) for rank, noun in nouns for pk in (*sorted(self.world.hidden[noun])[:2], 10**9)]

    @staticmethod
    def _few(path: str) -> list[Ask]:
        return [
            Ask(path, QUERIES[0]),
            Ask(path, QUERIES[0], who="superuser"),
            Ask(path, headers=tuple(WAYS[0].items())),
            Ask(path, method="POST"),
            Ask(path, method="HEAD"),
        ]

    def _queries(self, path: str) -> list[str]:
        named = [slug for noun in dict.fromkeys(NOUNS.values()) for slug in self.world.slugs(noun)["private"][:1]]
        asked = [*QUERIES, "&".join(f"{name}={slug}" for name, slug in zip(NAMING, named * 2, strict=False))]
        if path.endswith("/search/"):
            asked += [f"q={word}{more}" for word in self._words() for more in ("", "&noun=demand", "&noun=actor")]
        if path.endswith("/timeline/"):
            asked += [*FILTERS, *(f"q={quote(word)}" for word in (*self._words(), *self._noted()))]
            asked += [
                f"{name}={slug}"
                for name, noun in SLUGS.items()
                for kind in ("private", "withdrawn", "absent")
                for slug in [*self.world.slugs(noun).get(kind, [])[:1], f"absent-{noun}"]
            ]
            asked += [f"at=20210422.10.0.{rank}.{pk}" for rank, pk in self._places()]
        return asked

    def _odd(self, path: str) -> list[Ask]:
        """Return the odd ways of asking; what the page reads no parameter of is asked once and for all together."""
        together = Ask(path, "&".join(QUERIES))
        with spying() as read:
            self.ask(together)
        asks = [together]
        asks += [Ask(path, query) for query in self._queries(path) if read & {"*", *parse_qs(query)}]
        asks += [Ask(path, method=method) for method in ("HEAD", "OPTIONS", "POST")]
        asks += [Ask(path, headers=tuple(way.items())) for way in WAYS]
        asks += [Ask(path.rstrip("/")), Ask(path.upper())]
        asks += [Ask(path, "preview=1", who=who) for who in EVERYBODY]
        asks += [Ask(path, method="POST", who="superuser")]
        return asks

    def ask(self, ask: Ask) -> Reply:
        """Ask, and count the queries."""
        counted = 0

        def count(execute, sql, params, many, context):
            nonlocal counted
            counted += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self.clients[ask.who].generic(ask.method, ask.address, headers=dict(ask.headers))
            body = b"".join(response) if response.streaming else response.content
        headers = tuple(sorted(response.headers.items()))
        cookies = tuple(("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values())
        return Reply(response.status_code, headers + cookies, body, counted)

    def crawl(self, asks: Sequence[Ask], follow: bool = True) -> dict[Ask, Reply]:
        """Ask them all, and go on to every address that the answers link to; from one with a query only to paths.

        Filters link to filters: without that bound there would be no end. Pages that are asked for by their own name
        are left to that, so that the walk can be done in parts.
        """
        left = {ask for name in self.paths for ask in self.plain(name)} if follow else set()
        replies: dict[Ask, Reply] = {}
        todo = list(asks)
        logging.disable(logging.ERROR)  # thousands of refused requests are what is wanted here
        with time_machine.travel("2026-01-15T12:00:00Z", tick=False):
            while todo:
                ask = todo.pop()
                if ask in replies:
                    continue
                replies[ask] = self.ask(ask)
                if follow and ask.method == "GET":
                    todo += [
                        link for link in links(ask, replies[ask]) if link not in left and not (ask.query and link.query)
                    ]
        logging.disable(logging.NOTSET)
        return replies


def links(ask: Ask, reply: Reply) -> list[Ask]:
    """Return the addresses of this site that the answer links to."""
    found = []
    if not reply.headers or reply.status >= 500:
        return []
    for raw in re.findall(
        r"""(?:href|src|action|hx-get|data-\w*url)=["']([^"']+)|https?://testserver(/[^\s"'<>]*)""",
        reply.body.decode("utf-8", "replace"),
    ):
        parts = urlsplit(urljoin(f"http://testserver{ask.path}", unescape(raw[0] or raw[1])))
        if parts.netloc == "testserver" and not parts.path.startswith(("/static/", "/admin/")):
            found.append(Ask(unquote(parts.path), parts.query))
    return found


def shown(site: Site, replies: dict[Ask, Reply]) -> list[str]:
    """Return what the oracles that need world A alone have found in its replies, as “O2 GET /path …”."""
    found = []
    for ask, reply in replies.items():
        if reply.status >= 500:
            found.append(f"O0 {ask}: {reply.status}")
        if leaked := reply.canaries() - {mark.lower() for mark in CANARY.findall(str(ask))}:
            found.append(f"O2 {ask}: {sorted(leaked)[:3]}")
        twin = site.twins.get(ask.path)
        absent = replies.get(replace(ask, path=twin)) if twin else None
        if twin and absent and reply.without(ask.path) != absent.without(twin):
            found.append(f"O3 {ask}: {reply.status}, {absent.status}")
        anonymous = replies.get(replace(ask, who="anonymous"))
        if anonymous and reply.answer != anonymous.answer:
            found.append(f"O4 {ask}")
    return found


def compared(site: Site, replies: dict[Ask, Reply]) -> list[str]:
    """Ask all of it again in world B; return what the oracles have found that compare the two worlds' replies."""
    with site.world.without_private():
        theirs = site.crawl(list(replies), follow=False)
    found = []
    for ask, reply in replies.items():
        other = theirs[ask]
        if other.status >= 500:
            found.append(f"O0 {ask}: {other.status}")
        if reply.answer != other.answer:
            found.append(f"O1 {ask}: {reply.status}, {other.status}")
        # A record's own link to a private one costs the look that finds it private.
        if reply.queries != other.queries and not set(ask.path.split("/")) & site.world.left_out:
            found.append(f"O5 {ask}: {reply.queries}, {other.queries}")
    return found


def walk(site: Site, names: Sequence[str]) -> tuple[list[str], dict[Ask, Reply]]:
    """Return what any oracle has found at these addresses and all that they lead to, and the replies of world A."""
    replies = site.crawl([ask for name in names for ask in site.every(name)])
    etags = {ask: dict(replies[ask].headers).get("ETag") for ask in (site.plain(name)[0] for name in names)}
    again = [replace(ask, headers=(("If-None-Match", etag),)) for ask, etag in etags.items() if etag]
    replies |= site.crawl(again, follow=False)
    return shown(site, replies) + compared(site, replies), replies


def tally(found: Sequence[str]) -> Counter[str]:
    """Return how often each oracle has spoken."""
    return Counter(line[:2] for line in found)
