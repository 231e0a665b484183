"""How many entries each choice of a timeline's filters would leave: grouped counts, joined into one query.

Each function returns querysets of (filter, value, number) over the stream that the other filters leave; together
they count what `filters.TimelineFilter.narrow` would keep, and tests hold the two against each other.
"""

from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Substr

from campaigns.models import Demand, Effect, Issuance, Participant, Relation, Response, State
from campaigns.timeline import Kind, Stream

__all__ = [
    "answering",
    "answers_to",
    "count_actors",
    "count_demands",
    "count_kinds",
    "count_languages",
    "count_stances",
    "count_years",
    "raising",
]


def raising() -> Exists:
    """Return whether a statement raises a demand."""
    return Exists(Issuance.objects.published().filter(statement=OuterRef("pk")))


def answering() -> Exists:
    """Return whether a statement answers a demand or a letter."""
    return Exists(Response.objects.published().filter(statement=OuterRef("pk")))


def answers_to(demand: Demand | None) -> "QuerySet[Response]":
    """Return the public responses, those to one demand or to its letter where one is given.

    What a statement says to the demand itself wins over what it says to the letter.
    """
    responses = Response.objects.published()
    if demand is None:
        return responses
    direct = Exists(Response.objects.published().filter(statement=OuterRef("statement"), demand=demand))
    return responses.filter(Q(demand=demand) | (Q(letter__issuances__demand=demand) & ~Q(direct)))


Counts = list["QuerySet[Any, Any]"]


def _count(name: str, rows: "QuerySet[Any]", value: Any, of: str = "pk") -> "QuerySet[Any, Any]":
    """Return (name, value, how many distinct ``of``) for each value among the rows."""
    grouped = rows.order_by().annotate(facet=Value(name), value=Cast(value, TextField())).values("facet", "value")
    counted = grouped.annotate(number=Count(of, distinct=of != "pk"))
    return cast("QuerySet[Any, Any]", counted.values_list("facet", "value", "number"))


def count_kinds(stream: Stream) -> Counts:
    """Count by kinds."""
    statements = stream.statements
    return [
        _count("kind", stream.issuances, Value(Kind.ISSUANCE.value)),
        _count("kind", statements.filter(raising()), Value(Kind.ISSUANCE.value)),
        _count("kind", statements.filter(answering(), ~raising()), Value(Kind.RESPONSE.value)),
        _count("kind", statements.filter(~answering(), ~raising()), Value(Kind.STATEMENT.value)),
        _count("kind", stream.events, Value(Kind.EVENT.value)),
        _count("kind", stream.outcomes, Value(Kind.OUTCOME.value)),
    ]


def count_stances(stream: Stream, demand: Demand | None) -> Counts:
    """Count by stances."""
    answers = answers_to(demand).filter(statement__in=stream.statements.values("pk"))
    return [_count("stance", answers, F("stance"), of="statement")]


def count_languages(stream: Stream, own: str) -> Counts:
    """Count by languages."""
    quoted = stream.statements.exclude(quote="")
    return [
        _count("language", quoted.filter(language__in=["", own]), Value(own)),
        _count("language", quoted.exclude(language__in=["", own]), F("language")),
    ]


def count_years(stream: Stream) -> Counts:
    """Count by the year of the first day, and of the last day where a range ends in another year."""
    tables: tuple[QuerySet[Any], ...] = (stream.issuances, stream.statements, stream.events, stream.outcomes)
    counts = [_count("year", rows, _year("date")) for rows in tables]
    for rows in (stream.statements, stream.events):
        ending = rows.filter(end_date__isnull=False).annotate(first=_year("date"), last=_year("end_date"))
        counts.append(_count("year", ending.exclude(first=F("last")), _year("end_date")))
    return counts


def _year(column: str) -> Substr:
    return Substr(Cast(F(column), TextField()), 1, 4)


def count_actors(name: str, kind: str, stream: Stream) -> Counts:
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


def count_demands(stream: Stream, stances: list[str]) -> Counts:
    """Count by demand as `narrow` tells it: each statement once, however many ways tie it to the demand."""
    statements = stream.statements.values("pk")
    responses = Response.objects.published().filter(statement__in=statements)
    # Each exclusion stands in one filter() with its join, or it would speak of another demand of the same letter.
    of_letter = Q(~_pair(Response, "letter__issuances__demand"), letter__issuances__demand__state=State.PUBLISHED)
    if stances:
        given = responses.filter(stance__in=stances)
        return [
            _count("demand", given.filter(demand__isnull=False), F("demand__slug")),
            _count("demand", given.filter(of_letter), F("letter__issuances__demand__slug"), of="statement"),
        ]
    by_letter = responses.filter(of_letter & ~Q(_pair(Issuance, "letter__issuances__demand")))
    bare = (
        Relation.objects.published()
        .replies_of_others()
        .filter(statement__in=statements)
        .exclude(Exists(Response.objects.published().filter(statement=OuterRef("statement"))))
        .filter(~_pair(Issuance, "to__issuances__demand"), to__issuances__demand__state=State.PUBLISHED)
    )
    direct = responses.filter(~_pair(Issuance, "demand"), demand__isnull=False)
    return [
        _count("demand", Issuance.objects.published().filter(statement__in=statements), F("demand__slug")),
        _count("demand", direct, F("demand__slug")),
        _count("demand", by_letter, F("letter__issuances__demand__slug"), of="statement"),
        _count("demand", bare, F("to__issuances__demand__slug"), of="statement"),
        _count("demand", stream.issuances, F("demand__slug")),
        _count("demand", stream.outcomes, F("demand__slug")),
        _count("demand", Effect.objects.published().filter(event__in=stream.events.values("pk")), F("demand__slug")),
    ]


def _pair(model: "type[Issuance] | type[Response]", demand: str) -> Exists:
    """Return whether the row's statement is tied to the row's demand by a link of that model."""
    return Exists(model.objects.published().filter(statement=OuterRef("statement"), demand=OuterRef(demand)))
