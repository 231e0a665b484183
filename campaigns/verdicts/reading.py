"""What verdicts are computed from, as every reader may see it: read in a constant number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.db.models import BigAutoField, Exists, OuterRef, Q, QuerySet, Value

from campaigns.models import (
    Actor,
    Check,
    Classification,
    Demand,
    Issuance,
    Membership,
    Outcome,
    PartialDate,
    Participant,
    Precision,
    Relation,
    Response,
    Stance,
    Statement,
    Status,
    on_record_by,
)
from campaigns.verdicts.facts import Case, Known, Look, Occasion, Role, Said
from campaigns.verdicts.judging import first_raised
from campaigns.verdicts.whose import Ties

__all__ = ["cases", "ties", "voices_of"]

Roles = Participant.Role


def ties(campaigns: Collection[int]) -> Ties:
    """Return who is who in some campaigns. Two queries."""
    actors = Actor.objects.published().filter(campaign__in=campaigns).order_by()
    columns = ("pk", "kind", "parent", "organization", "classification", *_SPAN)
    roles = Membership.objects.published().filter(member__campaign__in=campaigns, member__kind=Actor.Kind.PERSON)
    held = ("member", "post", "organization", "post__organization", "speaks_for", "post__speaks_for", *_SPAN)
    return Ties(
        (
            Known(pk, kind, parent or around, known == Classification.GOVERNMENT, *_span(span))
            for pk, kind, parent, around, known, *span in actors.values_list(*columns)
        ),
        (
            Role(person, post, body or around, *_span(span), speaks=speaks or bool(post_speaks))
            for person, post, body, around, speaks, post_speaks, *span in roles.order_by().values_list(*held)
        ),
    )


_SPAN = ("start_date", "start_precision", "end_date", "end_precision")


def _span(columns: Sequence[Any]) -> tuple[PartialDate | None, PartialDate | None]:
    return _date(*columns[:2]), _date(*columns[2:])


def _date(first: dt.date | None, precision: int | None) -> PartialDate | None:
    return None if first is None or precision is None else PartialDate(first, Precision(precision))


def cases(demands: Sequence[Demand], at: dt.date, known: dt.datetime | None = None) -> dict[int, Case]:
    """Return by the demand's pk everything on record about it by a day; with ``known``, recorded by that moment.

    Occasions to come are among it: an answer can be older than the letter that it answers. Six queries.
    """
    raised = _raised(demands, known)
    wanted = {demand.pk for demand in demands}
    by_letter: dict[int, list[int]] = defaultdict(list)
    for demand, _predecessor, _date, _precision, statement, *_details in raised:
        if demand in wanted and statement is not None and demand not in by_letter[statement]:
            by_letter[statement].append(demand)
    given = _given(demands, by_letter, at, known)
    retractions = _retractions(demands, at, known)
    took_part = _took_part(
        {row[4] for row in raised}
        | {row[8] for row in given if row[-1]}
        | {row[n] for row in retractions for n in (0, 3)}
    )
    occasions, following = _occasions(raised, wanted, took_part)
    said = _said(given, by_letter, _retracted(retractions, took_part), took_part)
    looks = _looks(demands, occasions, by_letter, at)
    outcomes = Outcome.objects.published().filter(demand__in=demands).current(at, known)
    return {
        demand.pk: Case(
            occasions=occasions[demand.pk],
            said=said[demand.pk],
            looks=looks[demand.pk],
            outcome=(Status(outcomes[demand.pk].status), outcomes[demand.pk].when) if demand.pk in outcomes else None,
            successors=[first for one in following[demand.pk].values() if (first := first_raised(Case(one, ()), at))],
        )
        for demand in demands
    }


#: Who took part in statements, by statement and role; only described ones are None.
TookPart = Mapping[tuple[int | None, str], set[int | None]]


def _took_part(statements: Collection[int | None]) -> TookPart:
    found: dict[tuple[int | None, str], set[int | None]] = defaultdict(set)
    participants = Participant.objects.published().filter(statement__in=set(statements) - {None})
    for statement, role, actor in participants.order_by().values_list("statement", "role", "actor"):
        found[statement, role].add(actor)
    return found


def _raised(demands: Sequence[Demand], known: dt.datetime | None) -> list[Any]:
    """Return the occasions of the demands and of those that succeed them, as rows in the order of the record."""
    issuances = Issuance.objects.published().filter(
        Q(demand__in=demands) | Q(demand__predecessor__in=demands), on_record_by(known, "statement")
    )
    details = ("speaker", "on_behalf_of", "deadline_date", "deadline_precision")
    columns = ("demand", "demand__predecessor", "date", "precision", "statement", *map("statement__{}".format, details))
    return list(issuances.order_by("position", "pk").values_list(*columns))


def _occasions(
    rows: Iterable[Any], wanted: Collection[int], took_part: TookPart
) -> tuple[dict[int, list[Occasion]], dict[int, dict[int, list[Occasion]]]]:
    """Return the occasions of each demand, and of each demand that succeeds one of them by what it succeeds."""
    found: dict[int, list[Occasion]] = {pk: [] for pk in wanted}
    following: dict[int, dict[int, list[Occasion]]] = defaultdict(lambda: defaultdict(list))
    for demand, predecessor, date, precision, statement, speaker, principal, *deadline in rows:
        signed = took_part[statement, Roles.CO_SPEAKER] | took_part[statement, Roles.SIGNATORY]
        named = took_part[statement, Roles.ADDRESSEE]
        occasion = Occasion(
            PartialDate(date, Precision(precision)),
            statement,
            raisers=_actors(speaker, principal, *signed),
            askers=_actors(principal or speaker, *signed),
            named=_actors(*named),
            addressed=bool(named),
            deadline=_date(*deadline),
        )
        if demand in wanted:
            found[demand].append(occasion)
        if predecessor in wanted:
            following[predecessor][demand].append(occasion)
    return found, following


def _actors(*pks: int | None) -> frozenset[int]:
    return frozenset(pk for pk in pks if pk is not None)


#: Of a statement: its key in time, who speaks, and whether anybody speaks along.
_SAID: tuple[Any, ...] = (
    *(f"statement{column}" for column in ("__date", "__precision", "__position", "", "__speaker", "__on_behalf_of")),
    *(f"statement__{column}" for column in ("end_date", "end_precision", "slug")),
    Exists(Participant.objects.filter(statement=OuterRef("statement"), role=Roles.CO_SPEAKER)),
)


def _given(
    demands: Sequence[Demand], by_letter: Mapping[int, list[int]], at: dt.date, known: dt.datetime | None
) -> list[Any]:
    """Return as rows what was said to the demands, to letters that raise them, and bare replies to such letters.

    What is said to the demand itself stands before what is said to its letter, and that before a bare reply.
    """
    then = on_record_by(known, "statement") & Q(statement__date__lte=at)
    given = Response.objects.published().filter(then).order_by()
    replies = (
        Relation.objects.published()
        .replies_of_others()
        .filter(then, to__in=by_letter)
        .exclude(Exists(Response.objects.published().filter(statement=OuterRef("statement"))))
        .annotate(stance=Value("", Response._meta.get_field("stance")), none=Value(0, BigAutoField()))
        .order_by()
    )
    # In one query, but no OR: with one, no index serves either half.
    rows: Any = given.filter(demand__in=demands).values_list(Value(0), "demand", "position", "pk", "stance", *_SAID)
    rows = rows.union(
        given.filter(letter__in=by_letter).values_list(Value(1), "letter", "position", "pk", "stance", *_SAID),
        replies.values_list(Value(2), "to", "position", "none", "stance", *_SAID),
        all=True,
    )
    return sorted(rows, key=itemgetter(0, 2, 3))


def _said(
    rows: Iterable[Any], by_letter: Mapping[int, list[int]], retracted: Collection[int], took_part: TookPart
) -> dict[int, list[Said]]:
    """Return each demand's answers, oldest first, without what its own authors took back."""
    stances = {stance.value: stance for stance in Stance}
    found: dict[int, dict[int, Said]] = defaultdict(dict)
    for rank, answered, _place, response, stance, date, precision, position, statement, *who in rows:
        speaker, principal, end, end_precision, slug, along = who
        if statement in retracted:
            continue
        voices = _actors(speaker, principal, *(took_part[statement, Roles.CO_SPEAKER] if along else ()))
        one = Said(
            date, precision, position, statement, voices, stances.get(stance), response or None, rank > 0,
            _date(end, end_precision), slug,
        )  # fmt: skip
        for pk in by_letter[answered] if rank else [answered]:
            found[pk].setdefault(statement, one)
    return defaultdict(list, {pk: sorted(answers.values()) for pk, answers in found.items()})


def _retractions(demands: Sequence[Demand], at: dt.date, known: dt.datetime | None) -> list[Any]:
    """Return (statement, speaker, principal) of each statement that retracts another, and the same of the other."""
    campaigns = {demand.campaign_id for demand in demands}
    relations = Relation.objects.published().filter(on_record_by(known, "statement"), statement__campaign__in=campaigns)
    return _sides(relations, at)


def _sides(relations: QuerySet[Relation], at: dt.date) -> list[Any]:
    retractions = relations.filter(kind=Relation.Kind.RETRACTS, statement__date__lte=at)
    sides = [f"{side}{who}" for side in ("statement", "to") for who in ("", "__speaker", "__on_behalf_of")]
    return list(retractions.order_by().values_list(*sides))


def _retracted(rows: Iterable[Any], took_part: TookPart) -> dict[int, int]:
    """Return the statements that their own authors took back, each with the statement that did so."""

    def voices(statement: int, *who: int | None) -> frozenset[int]:
        return _actors(*who, *took_part[statement, Roles.CO_SPEAKER])

    return {to: by for by, *who, to, speaker, principal in rows if voices(by, *who) & voices(to, speaker, principal)}


def taken_back(statements: Collection[Statement], at: dt.date) -> dict[int, Statement]:
    """Return by the pk of each statement that its own authors took back by a day the statement that did so.

    No query for no statement; one, or three where readers see one that retracts these.
    """
    if not statements:
        return {}
    retractions = Relation.objects.published().filter(to__in=statements)
    if not (rows := _sides(retractions, at)):
        return {}
    found = _retracted(rows, _took_part({row[n] for row in rows for n in (0, 3)}))
    by = Statement.objects.published().select_related("campaign").in_bulk(found.values())
    return {pk: by[one] for pk, one in found.items()}


def _looks(
    demands: Sequence[Demand], occasions: Mapping[int, list[Occasion]], by_letter: Mapping[int, list[int]], at: dt.date
) -> dict[int, list[Look]]:
    """Return the looks for an answer to each demand or to a letter that raises it; a report of the askers is none."""
    asking = {pk: frozenset().union(*(one.raisers for one in raised)) for pk, raised in occasions.items()}
    checks = Check.objects.published().filter(Q(demand__in=demands) | Q(letter__in=by_letter), date__lte=at)
    columns = ("demand", "letter", "addressee", "date", "precision", "found", "reported_by")
    found: dict[int, list[Look]] = defaultdict(list)
    for demand, letter, addressee, date, precision, what, reporter in checks.order_by().values_list(*columns):
        look = Look(PartialDate(date, Precision(precision)), Check.Found(what), addressee)
        for pk in by_letter[letter] if letter is not None else [demand]:
            if reporter not in asking[pk]:
                found[pk].append(look)
    return found


def voices_of(speaker: int | None, principal: int | None, took_part: Iterable[Participant]) -> frozenset[int]:
    """Return the voices of a statement: who spoke, for whom, and along with whom."""
    return _actors(speaker, principal, *(part.actor_id for part in took_part if part.role == Roles.CO_SPEAKER))
