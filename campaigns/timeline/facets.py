"""How many entries each choice of a timeline's filters would leave: one query, grouped by filter and value.

Each function of `_CHOICES` returns querysets of (filter, value, table, entry) over the stream that the other filters
leave: which entry a choice keeps. Said twice it counts once; together they are what `filters.TimelineFilter.narrow`
would keep, and tests hold the two against each other. What is counted is a pool: the newest entries that are left, at
most MOST of each table, so that a count costs no more in a record of a hundred thousand statements than in one of two
thousand. Beyond that it is a lower bound, and says so.

The query begins with its tables, each found once: the pools, and of their statements the public links. Were each count
to ask again which links are public, PostgreSQL would join eight tables in loops within loops for as long as it has no
statistics of a new record: 10 s for a campaign of thirty demands.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Exists, F, Func, Model, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Substr

from campaigns.models import (
    Demand,
    Effect,
    Event,
    Issuance,
    Outcome,
    Participant,
    Relation,
    Response,
    State,
    Statement,
)
from campaigns.timeline.stream import Kind, Stream

__all__ = [
    "COUNTED",
    "MOST",
    "Facets",
    "Given",
    "Links",
    "counted",
]

Sql = tuple[str, tuple[Any, ...]]

#: Entries of each table that are looked at for a count.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Facets:
    """How many entries each choice would leave, by filter and value, and how many there are."""

    counts: Mapping[str, Mapping[str, int]]
    total: int
    #: The filters whose counts are lower bounds; "" where the total is one.
    bounded: frozenset[str]


class Given(NamedTuple):
    """What the counts depend on besides the stream."""

    demand: int | None
    stances: tuple[str, ...]
    #: The campaign's own.
    language: str


class Links(NamedTuple):
    """The public links that make a statement an issuance or a response."""

    issuances: "QuerySet[Issuance]"
    responses: "QuerySet[Response]"

    @classmethod
    def of_all(cls) -> "Links":
        """Return those of every statement."""
        return cls(Issuance.objects.published(), Response.objects.published())

    def raising(self) -> Exists:
        """Return whether a statement raises a demand."""
        return Exists(self.issuances.filter(statement=OuterRef("pk")))

    def answering(self) -> Exists:
        """Return whether a statement answers a demand or a letter."""
        return Exists(self.responses.filter(statement=OuterRef("pk")))

    def answers_to(self, demand: Demand | int | None) -> "QuerySet[Response]":
        """Return the responses, those to one demand or to its letter where one is given.

        What a statement says to the demand itself wins over what it says to the letter.
        """
        if demand is None:
            return self.responses
        direct = Exists(self.responses.filter(statement=OuterRef("statement"), demand=demand))
        return self.responses.filter(Q(demand=demand) | (Q(letter__issuances__demand=demand) & ~Q(direct)))


def counted(streams: Mapping[str, Stream], given: Given) -> Facets:
    """Ask for all counts at once: by the filter's name the stream that the others leave; "" is what all leave."""
    pools = {id(stream): f"p{n}" for n, stream in enumerate({id(s): s for s in streams.values()}.values())}
    tables: dict[str, Sql] = {}
    for stream in streams.values():
        for column in fields(stream):
            name = f"{pools[id(stream)]}_{column.name}"
            rows = getattr(stream, column.name)
            position = [] if column.name == "issuances" else ["-position"]
            if name not in tables:
                newest = rows.order_by("-date", "-precision", *position, "-pk").values("pk")[: MOST + 1]
                with suppress(EmptyResultSet):
                    tables[name] = newest.query.sql_with_params()
    if not tables:
        return Facets({}, 0, frozenset())
    places = tuple((name, pools[id(stream)]) for name, stream in streams.items())
    links, parts = _compiled(places, tuple(tables), given)
    made = ", ".join(f"{name}(id) AS ({sql})" for name, (sql, _params) in (tables | links).items())
    params = [value for _sql, values in (*tables.values(), *links.values(), *parts) for value in values]
    found: dict[str, dict[str, int]] = defaultdict(dict)
    kept = " UNION ".join(sql for sql, _params in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {made} SELECT facet, value, COUNT(*) FROM ({kept}) AS kept GROUP BY facet, value",  # noqa: S608
            params,
        )
        for facet, value, number in cursor.fetchall():
            found[facet][value] = number
    sizes = found.pop("", {})
    full = {name.partition("_")[0] for name, size in sizes.items() if size > MOST}
    return Facets(
        dict(found),
        sum(min(size, MOST) for name, size in sizes.items() if name.startswith(f"{dict(places)['']}_")),
        frozenset(name for name, pool in places if pool in full),
    )


@lru_cache
def _compiled(
    places: tuple[tuple[str, str], ...], tables: tuple[str, ...], given: Given
) -> tuple[dict[str, Sql], list[Sql]]:
    """Return the tables of links, by name, and what each choice keeps; what reads no table is left out.

    They depend on few things, and Django takes longer to write them than the database to answer.
    """
    links: dict[str, Sql] = {}
    found = Links(Issuance.objects.none(), Response.objects.none())
    if statements := [name for name in tables if name.endswith("_statements")]:
        ids = _ids(*statements)
        for name, rows in Links.of_all()._asdict().items():
            links[name] = rows.filter(statement__in=ids).values("pk").query.sql_with_params()
        found = Links(*(rows.model._base_manager.filter(pk__in=_ids(name)) for name, rows in found._asdict().items()))
    parts: list[Sql] = [
        (f"SELECT '' AS facet, '{name}' AS value, '' AS source, id AS entry FROM {name}", ())  # noqa: S608 - named here
        for name in tables
    ]
    for facet, pool in places:
        if facet:
            for kept in _CHOICES[facet](_pool(pool, tables), found, given):
                with suppress(EmptyResultSet):
                    parts.append(kept.query.sql_with_params())
    return links, parts


def _pool(name: str, tables: tuple[str, ...]) -> Stream:
    """Return the stream of what stands in a pool's tables: only public rows are in them."""

    def rows(model: type[Model], column: str) -> "QuerySet[Any]":
        table = f"{name}_{column}"
        return model._base_manager.filter(pk__in=_ids(table)) if table in tables else model._base_manager.none()

    return Stream(
        rows(Issuance, "issuances"), rows(Statement, "statements"), rows(Event, "events"), rows(Outcome, "outcomes")
    )


def _ids(*tables: str) -> Func:
    """Return the expression of all ids in tables that the query begins with."""
    select = " UNION ".join(f"SELECT id FROM {name}" for name in tables)  # noqa: S608 - named here
    return Func(template=f"({select})", output_field=BigIntegerField())


Kept = list["QuerySet[Any, Any]"]


def _kept(name: str, rows: "QuerySet[Any]", value: Any, of: str = "pk") -> "QuerySet[Any, Any]":
    """Return (name, value, table, entry) for each of the rows; the entry is the row, or what its key leads to."""
    source = rows.model._meta.model_name if of == "pk" else of
    found = rows.order_by().annotate(
        facet=Value(name), value=Cast(value, TextField()), source=Value(source), entry=F(of)
    )
    return cast("QuerySet[Any, Any]", found.values_list("facet", "value", "source", "entry"))


def _kinds(stream: Stream, links: Links) -> Kept:
    """Return which kind each entry is."""
    statements, raising, answering = stream.statements, links.raising(), links.answering()
    return [
        _kept("kind", stream.issuances, Value(Kind.ISSUANCE.value)),
        _kept("kind", statements.filter(raising), Value(Kind.ISSUANCE.value)),
        _kept("kind", statements.filter(answering, ~raising), Value(Kind.RESPONSE.value)),
        _kept("kind", statements.filter(~answering, ~raising), Value(Kind.STATEMENT.value)),
        _kept("kind", stream.events, Value(Kind.EVENT.value)),
        _kept("kind", stream.outcomes, Value(Kind.OUTCOME.value)),
    ]


def _stances(stream: Stream, links: Links, demand: int | None) -> Kept:
    """Return which stances each statement takes."""
    answers = links.answers_to(demand).filter(statement__in=stream.statements.values("pk"))
    return [_kept("stance", answers, F("stance"), of="statement")]


def _languages(stream: Stream, own: str) -> Kept:
    """Return the language of each quotation."""
    quoted = stream.statements.exclude(quote="")
    return [
        _kept("language", quoted.filter(language=""), Value(own)),
        _kept("language", quoted.exclude(language=""), F("language")),
    ]


def _years(stream: Stream) -> Kept:
    """Return the year of each first day, and of each last day."""
    tables: tuple[QuerySet[Any], ...] = (stream.issuances, stream.statements, stream.events, stream.outcomes)
    ranges = [rows.filter(end_date__isnull=False) for rows in (stream.statements, stream.events)]
    return [
        *(_kept("year", rows, _year("date")) for rows in tables),
        *(_kept("year", rows, _year("end_date")) for rows in ranges),
    ]


def _year(column: str) -> Substr:
    return Substr(Cast(F(column), TextField()), 1, 4)


def _actors(name: str, kind: str, stream: Stream) -> Kept:
    """Return the actors of a kind who said or assessed each entry."""
    statements, took_part = stream.statements, Participant.objects.published().exclude(role=Participant.Role.ADDRESSEE)
    said = took_part.filter(statement__in=statements.values("pk"), actor__kind=kind)
    return [
        _kept(name, statements.filter(speaker__kind=kind), F("speaker__slug")),
        _kept(name, statements.filter(on_behalf_of__kind=kind), F("on_behalf_of__slug")),
        _kept(name, said, F("actor__slug"), of="statement"),
        _kept(name, stream.outcomes.filter(assessor__kind=kind), F("assessor__slug")),
    ]


def _demands(stream: Stream, links: Links, stances: Sequence[str]) -> Kept:
    """Return the demands that each entry is about, as `narrow` tells it."""
    statements = stream.statements.values("pk")
    responses = links.responses.filter(statement__in=statements)
    in_letter = "letter__issuances__demand"
    if stances:
        given = responses.filter(stance__in=stances)
        # What is said to the demand itself wins; in one filter() with its join, or it would be another of the letter.
        direct = Exists(links.responses.filter(statement=OuterRef("statement"), demand=OuterRef(in_letter)))
        of_letter = given.filter(~direct, letter__issuances__demand__state=State.PUBLISHED)
        return [
            _kept("demand", given.filter(demand__isnull=False), F("demand__slug"), of="statement"),
            _kept("demand", of_letter, F(f"{in_letter}__slug"), of="statement"),
        ]
    bare = (
        Relation.objects.published()
        .replies_of_others()
        .filter(statement__in=statements, to__issuances__demand__state=State.PUBLISHED)
        .exclude(Exists(links.responses.filter(statement=OuterRef("statement"))))
    )
    of_letter = responses.filter(letter__issuances__demand__state=State.PUBLISHED)
    effects = Effect.objects.published().filter(event__in=stream.events.values("pk"))
    return [
        _kept("demand", links.issuances.filter(statement__in=statements), F("demand__slug"), of="statement"),
        _kept("demand", responses.filter(demand__isnull=False), F("demand__slug"), of="statement"),
        _kept("demand", of_letter, F(f"{in_letter}__slug"), of="statement"),
        _kept("demand", bare, F("to__issuances__demand__slug"), of="statement"),
        _kept("demand", stream.issuances, F("demand__slug")),
        _kept("demand", stream.outcomes, F("demand__slug")),
        _kept("demand", effects, F("demand__slug"), of="event"),
    ]


_CHOICES: dict[str, Callable[[Stream, Links, Given], Kept]] = {
    "demand": lambda stream, links, given: _demands(stream, links, given.stances),
    "official": lambda stream, _links, _given: _actors("official", "person", stream),
    "post": lambda stream, _links, _given: _actors("post", "post", stream),
    "organization": lambda stream, _links, _given: _actors("organization", "organization", stream),
    "stance": lambda stream, links, given: _stances(stream, links, given.demand),
    "kind": lambda stream, links, _given: _kinds(stream, links),
    "year": lambda stream, _links, _given: _years(stream),
    "language": lambda stream, _links, given: _languages(stream, given.language),
}
COUNTED = tuple(_CHOICES)
