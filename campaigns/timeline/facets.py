"""How many entries each choice of a timeline's filters would leave: grouped counts, joined into one query.

Each function of `_COUNTS` returns querysets of (filter, value, number) over the stream that the other filters leave;
together they count what `filters.TimelineFilter.narrow` would keep, and tests hold the two against each other. What is
counted is a pool: the newest entries that are left, at most MOST of each table, so that a count costs no more in a
record of a hundred thousand statements than in one of two thousand. Beyond that it is a lower bound, and says so.

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
from django.db.models import BigIntegerField, Count, Exists, F, Func, Model, OuterRef, Q, QuerySet, TextField, Value
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
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {made} {' UNION ALL '.join(sql for sql, _params in parts)}", params)
        for facet, value, number in cursor.fetchall():
            found[facet][value] += number
    sizes = found.pop("")
    full = {name.partition("_")[0] for name in tables if sizes[name] > MOST}
    return Facets(
        {name: dict(values) for name, values in found.items()},
        sum(min(size, MOST) for name, size in sizes.items() if name.startswith(f"{dict(places)['']}_")),
        frozenset(name for name, pool in places if pool in full),
    )


@lru_cache
def _compiled(
    places: tuple[tuple[str, str], ...], tables: tuple[str, ...], given: Given
) -> tuple[dict[str, Sql], list[Sql]]:
    """Return the tables of links, by name, and the counts; what reads no table is left out.

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
        (f"SELECT '' AS facet, '{name}' AS value, COUNT(*) AS number FROM {name}", ())  # noqa: S608 - named here
        for name in tables
    ]
    for facet, pool in places:
        if facet:
            for counts in _COUNTS[facet](_pool(pool, tables), found, given):
                with suppress(EmptyResultSet):
                    parts.append(counts.query.sql_with_params())
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


Counts = list["QuerySet[Any, Any]"]


def _count(name: str, rows: "QuerySet[Any]", value: Any, of: str = "pk") -> "QuerySet[Any, Any]":
    """Return (name, value, how many distinct ``of``) for each value among the rows."""
    grouped = rows.order_by().annotate(facet=Value(name), value=Cast(value, TextField())).values("facet", "value")
    counted = grouped.annotate(number=Count(of, distinct=of != "pk"))
    return cast("QuerySet[Any, Any]", counted.values_list("facet", "value", "number"))


def _kinds(stream: Stream, links: Links) -> Counts:
    """Count by kinds."""
    statements, raising, answering = stream.statements, links.raising(), links.answering()
    return [
        _count("kind", stream.issuances, Value(Kind.ISSUANCE.value)),
        _count("kind", statements.filter(raising), Value(Kind.ISSUANCE.value)),
        _count("kind", statements.filter(answering, ~raising), Value(Kind.RESPONSE.value)),
        _count("kind", statements.filter(~answering, ~raising), Value(Kind.STATEMENT.value)),
        _count("kind", stream.events, Value(Kind.EVENT.value)),
        _count("kind", stream.outcomes, Value(Kind.OUTCOME.value)),
    ]


def _stances(stream: Stream, links: Links, demand: int | None) -> Counts:
    """Count by stances."""
    answers = links.answers_to(demand).filter(statement__in=stream.statements.values("pk"))
    return [_count("stance", answers, F("stance"), of="statement")]


def _languages(stream: Stream, own: str) -> Counts:
    """Count by languages."""
    quoted = stream.statements.exclude(quote="")
    return [
        _count("language", quoted.filter(language__in=["", own]), Value(own)),
        _count("language", quoted.exclude(language__in=["", own]), F("language")),
    ]


def _years(stream: Stream) -> Counts:
    """Count by the year of the first day, and of the last day where a range ends in another year."""
    tables: tuple[QuerySet[Any], ...] = (stream.issuances, stream.statements, stream.events, stream.outcomes)
    counts = [_count("year", rows, _year("date")) for rows in tables]
    for rows in (stream.statements, stream.events):
        ending = rows.filter(end_date__isnull=False).annotate(first=_year("date"), last=_year("end_date"))
        counts.append(_count("year", ending.exclude(first=F("last")), _year("end_date")))
    return counts


def _year(column: str) -> Substr:
    return Substr(Cast(F(column), TextField()), 1, 4)


def _actors(name: str, kind: str, stream: Stream) -> Counts:
    """Count by actors."""
    statements = stream.statements
    took_part = (
        Participant.objects.published()
        .exclude(role=Participant.Role.ADDRESSEE)
        .filter(statement__in=statements.values("pk"), actor__kind=kind)
        .exclude(actor=F("statement__speaker"))
        .exclude(actor=F("statement__on_behalf_of"))
    )
    spoken_for = statements.filter(on_behalf_of__kind=kind).exclude(speaker=F("on_behalf_of"))
    return [
        _count(name, statements.filter(speaker__kind=kind), F("speaker__slug")),
        _count(name, spoken_for, F("on_behalf_of__slug")),
        _count(name, took_part, F("actor__slug"), of="statement"),
        _count(name, stream.outcomes.filter(assessor__kind=kind), F("assessor__slug")),
    ]


def _demands(stream: Stream, links: Links, stances: Sequence[str]) -> Counts:
    """Count by demand as `narrow` tells it: each statement once, however many ways tie it to the demand."""
    statements = stream.statements.values("pk")
    issuances = links.issuances.filter(statement__in=statements)
    responses = links.responses.filter(statement__in=statements)
    # Each exclusion stands in one filter() with its join, or it would speak of another demand of the same letter.
    of_letter = Q(
        ~_pair(links.responses, "letter__issuances__demand"), letter__issuances__demand__state=State.PUBLISHED
    )
    if stances:
        given = responses.filter(stance__in=stances)
        return [
            _count("demand", given.filter(demand__isnull=False), F("demand__slug")),
            _count("demand", given.filter(of_letter), F("letter__issuances__demand__slug"), of="statement"),
        ]
    by_letter = responses.filter(of_letter & ~Q(_pair(links.issuances, "letter__issuances__demand")))
    bare = (
        Relation.objects.published()
        .replies_of_others()
        .filter(statement__in=statements)
        .exclude(Exists(links.responses.filter(statement=OuterRef("statement"))))
        .filter(~_pair(links.issuances, "to__issuances__demand"), to__issuances__demand__state=State.PUBLISHED)
    )
    direct = responses.filter(~_pair(links.issuances, "demand"), demand__isnull=False)
    return [
        _count("demand", issuances, F("demand__slug")),
        _count("demand", direct, F("demand__slug")),
        _count("demand", by_letter, F("letter__issuances__demand__slug"), of="statement"),
        _count("demand", bare, F("to__issuances__demand__slug"), of="statement"),
        _count("demand", stream.issuances, F("demand__slug")),
        _count("demand", stream.outcomes, F("demand__slug")),
        _count("demand", Effect.objects.published().filter(event__in=stream.events.values("pk")), F("demand__slug")),
    ]


def _pair(links: "QuerySet[Any]", demand: str) -> Exists:
    """Return whether the row's statement is tied to the row's demand by one of the links."""
    return Exists(links.filter(statement=OuterRef("statement"), demand=OuterRef(demand)))


_COUNTS: dict[str, Callable[[Stream, Links, Given], Counts]] = {
    "demand": lambda stream, links, given: _demands(stream, links, given.stances),
    "official": lambda stream, _links, _given: _actors("official", "person", stream),
    "post": lambda stream, _links, _given: _actors("post", "post", stream),
    "organization": lambda stream, _links, _given: _actors("organization", "organization", stream),
    "stance": lambda stream, links, given: _stances(stream, links, given.demand),
    "kind": lambda stream, links, _given: _kinds(stream, links),
    "year": lambda stream, _links, _given: _years(stream),
    "language": lambda stream, _links, given: _languages(stream, given.language),
}
COUNTED = tuple(_COUNTS)
