"""The timeline: statements, events, outcomes and bare issuances merged into one total order, a window at a time.

Every way out reads it: page, frame, feed. It starts from ``published()`` and never shows anything else. The
order is (first day, vaguer first, order in the day, kind of row, pk), so equal dates never depend on the database,
and windows are cut by that key: the cost of a window does not depend on how far back it lies.
"""

import datetime as dt
import heapq
import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple, Self

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, prefetch_related_objects
from django.urls import reverse

from campaigns.actors.namesakes import tell_apart
from campaigns.models import (
    Actor,
    Campaign,
    Citation,
    Demand,
    Effect,
    Event,
    Issuance,
    Outcome,
    PartialDate,
    Participant,
    Precision,
    Relation,
    Response,
    Source,
    Statement,
    StatementQuerySet,
    shown,
)

__all__ = [
    "EVENT_PARTS",
    "OUTCOME_PARTS",
    "STATEMENT_PARTS",
    "Entry",
    "Key",
    "Kind",
    "Stream",
    "Window",
    "statements_about",
    "with_parts",
]


class Kind(StrEnum):
    """What a reader sees."""

    ISSUANCE = "issuance"
    RESPONSE = "response"
    STATEMENT = "statement"
    EVENT = "event"
    OUTCOME = "outcome"


class Key(NamedTuple):
    """A place in the total order. ``rank`` tells the tables apart: 0 issuance, 1 statement, 2 event, 3 outcome."""

    date: dt.date
    precision: int
    position: int
    rank: int
    pk: int

    def __str__(self) -> str:
        """Return the form that stands in an address."""
        day = self.date.isoformat().replace("-", "")  # strftime leaves the zeros of early years out
        return f"{day}.{self.precision}.{self.position}.{self.rank}.{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form that stands in an address; ValueError for anything else."""
        day, *numbers = text.split(".")
        if not (len(day) == 8 and day.isascii() and day.isdigit()) or len(numbers) != 4:
            raise ValueError(text)
        if not all(n.isascii() and n.isdigit() and len(n) < 16 for n in numbers):
            raise ValueError(text)
        return cls(dt.date(int(day[:4]), int(day[4:6]), int(day[6:])), *map(int, numbers))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: a statement (which may raise or answer demands), a bare issuance, event or outcome."""

    record: Statement | Issuance | Event | Outcome
    key: Key

    @classmethod
    def of(cls, record: Statement | Issuance | Event | Outcome) -> Self:
        """Return the entry of a record."""
        return cls(record, _key(record, _RANKS.index(type(record))))

    @property
    def kind(self) -> Kind:
        """What it is to a reader: a statement that raises demands is an issuance, one that answers is a response."""
        match self.record:
            case Issuance():
                return Kind.ISSUANCE
            case Event():
                return Kind.EVENT
            case Outcome():
                return Kind.OUTCOME
            case Statement() as statement if statement.raises:
                return Kind.ISSUANCE
            case Statement() as statement if statement.answers:
                return Kind.RESPONSE
        return Kind.STATEMENT

    @property
    def when(self) -> PartialDate:
        """The date, as sharp as it is known."""
        return self.record.when

    @property
    def end(self) -> PartialDate | None:
        """The last date of a range."""
        return getattr(self.record, "end", None)

    @property
    def month(self) -> PartialDate:
        """The month under which it stands; the year where no month is known. A list is grouped by it."""
        return PartialDate.of(self.when.first, min(self.when.precision, Precision.MONTH))

    @property
    def anchor(self) -> str:
        """The id of the entry on a page."""
        return f"{self.record._meta.model_name}-{getattr(self.record, 'slug', self.record.pk)}"

    def get_absolute_url(self) -> str:
        """Return the address of its place in the whole timeline: the window that holds it, and it in the window."""
        campaign = self.record.demand.campaign if isinstance(self.record, Issuance) else self.record.campaign
        return f"{reverse('timeline', args=[campaign.slug])}?at={self.key}#{self.anchor}"


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive entries, oldest first, and the keys from which the neighbouring windows go on (None: no more)."""

    entries: Sequence[Entry]
    earlier: Key | None = None
    later: Key | None = None


_CITES = shown("citations", Citation.objects.published().with_source(), "cites")
#: What an entry shows of a statement besides its own row, all of it public; a constant number of queries.
STATEMENT_PARTS = (
    shown(
        "issuances",
        Issuance.objects.published().select_related("demand__campaign").order_by("demand__position", "pk"),
        "raises",
    ),
    shown(
        "responses",
        Response.objects.published().select_related("demand__campaign", "letter__campaign", "letter__speaker"),
        "answers",
    ),
    shown("participants", Participant.objects.published().select_related("actor__campaign"), "took_part"),
    shown(
        "relations",
        Relation.objects.published().select_related("to__campaign", "to__speaker", "to__on_behalf_of"),
        "refers",
    ),
    _CITES,
)
EVENT_PARTS = (
    shown("effects", Effect.objects.published().select_related("demand__campaign"), "affects"),
    _CITES,
)
OUTCOME_PARTS = (_CITES,)


def statements_about(*demands: Demand) -> Q:
    """Return the condition that a statement raises or answers one of the demands, alone or in a whole letter.

    A reply to a letter that takes no recorded stance on anything replies to the letter as a whole.
    """
    raised = Issuance.objects.published().filter(demand__in=demands, statement__isnull=False).values("statement")
    replies = Relation.objects.replies_of_others().filter(to__in=raised).values("statement")
    stanced = Exists(Response.objects.published().filter(statement=OuterRef("pk")))
    return (
        Q(pk__in=raised)
        | Q(pk__in=Response.objects.filter(demand__in=demands).values("statement"))
        | Q(pk__in=Response.objects.filter(letter__in=raised).values("statement"))
        | (Q(pk__in=replies) & ~Q(stanced))
    )


def with_parts(statements: StatementQuerySet) -> StatementQuerySet:
    """Fetch with each statement everything public that an entry shows, in a constant number of queries."""
    found: StatementQuerySet = _with_people(statements).prefetch_related(*STATEMENT_PARTS)
    return found


def _with_people(statements: Any) -> Any:
    return statements.select_related("campaign", "speaker__campaign", "on_behalf_of__campaign").with_retracted()


_ALL, _NONE = Q(pk__isnull=False), Q(pk__in=[])


def _beyond(key: Key, rank: int, newest_first: bool) -> Q:
    """Return the condition that a row of that rank stands before key, or after it. The first term bounds the scan."""
    op, smaller = ("lt", operator.lt) if newest_first else ("gt", operator.gt)
    tie = _ALL if smaller(rank, key.rank) else _NONE
    if rank == key.rank:
        tie = Q(**{f"pk__{op}": key.pk})
    if rank:
        tie = Q(**{f"position__{op}": key.position}) | (Q(position=key.position) & tie)
    elif key.position:  # a bare issuance has no order in the day: it counts as 0
        tie = _ALL if smaller(0, key.position) else _NONE
    return Q(**{f"date__{op}e": key.date}) & (
        Q(**{f"date__{op}": key.date}) | Q(**{f"precision__{op}": key.precision}) | (Q(precision=key.precision) & tie)
    )


@dataclass(frozen=True)
class Stream:
    """All public entries of a campaign, narrowed by methods that return a narrower stream; nothing is read yet."""

    issuances: "QuerySet[Issuance]"
    statements: "QuerySet[Statement]"
    events: "QuerySet[Event]"
    outcomes: "QuerySet[Outcome]"

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """Return everything public in the campaign."""
        return cls(
            Issuance.objects.published().filter(demand__campaign=campaign, statement=None),
            Statement.objects.published().filter(campaign=campaign),
            Event.objects.published().filter(campaign=campaign),
            Outcome.objects.published().filter(campaign=campaign),
        )

    def about(self, *demands: Demand) -> Self:
        """Keep what raises, answers, advances or settles a demand, and replies to a whole letter that raised it."""
        return replace(
            self,
            issuances=self.issuances.filter(demand__in=demands),
            statements=self.statements.filter(statements_about(*demands)),
            events=self.events.filter(pk__in=Effect.objects.filter(demand__in=demands).values("event")),
            outcomes=self.outcomes.filter(demand__in=demands),
        )

    def by(self, actor: Actor) -> Self:
        """Keep the statements that the actor made, or that were made on the actor's behalf, and what it assessed."""
        return replace(
            self,
            issuances=self.issuances.none(),
            statements=self.statements.filter(
                Q(speaker=actor.pk)
                | Q(on_behalf_of=actor.pk)
                | Q(
                    pk__in=Participant.objects.filter(actor=actor.pk)
                    .exclude(role=Participant.Role.ADDRESSEE)
                    .values("statement")
                )
            ),
            events=self.events.none(),
            outcomes=self.outcomes.filter(assessor=actor.pk),
        )

    def addressed_to(self, actor: Actor) -> Self:
        """Keep the statements that name the actor among those they are addressed to."""
        asked = Participant.objects.filter(actor=actor.pk, role=Participant.Role.ADDRESSEE)
        return self._only(self.statements.filter(pk__in=asked.values("statement")))

    def as_of(self, day: dt.date, end: dt.datetime) -> Self:
        """Keep what was dated and on record by a day whose end is given; a vague date counts from its first day."""
        return replace(
            self,
            issuances=self.issuances.filter(date__lte=day, demand__recorded_at__lte=end),
            statements=self.statements.filter(date__lte=day, recorded_at__lte=end),
            events=self.events.filter(date__lte=day, recorded_at__lte=end),
            outcomes=self.outcomes.filter(date__lte=day, recorded_at__lte=end),
        )

    def until(self, day: dt.date) -> Self:
        """Keep what had happened by a day; a vague date counts from its first day."""
        return self._dated(date__lte=day)

    def after(self, day: dt.date) -> Self:
        """Keep what lies ahead of a day."""
        return self._dated(date__gt=day)

    def _dated(self, **dated: dt.date) -> Self:
        return replace(
            self,
            issuances=self.issuances.filter(**dated),
            statements=self.statements.filter(**dated),
            events=self.events.filter(**dated),
            outcomes=self.outcomes.filter(**dated),
        )

    def referring_to(self, statement: Statement) -> Self:
        """Keep the statements that reply to, repeat or contradict the statement, or answer it as a whole letter."""
        relations = Relation.objects.filter(to=statement).values("statement")
        answers = Response.objects.filter(letter=statement).values("statement")
        return self._only(self.statements.filter(Q(pk__in=relations) | Q(pk__in=answers)))

    def citing(self, source: Source) -> Self:
        """Keep what rests on the source."""
        cites = Citation.objects.filter(source=source)
        return replace(
            self,
            issuances=self.issuances.filter(pk__in=cites.values("issuance")),
            statements=self.statements.filter(pk__in=cites.values("statement")),
            events=self.events.filter(pk__in=cites.values("event")),
            outcomes=self.outcomes.filter(pk__in=cites.values("outcome")),
        )

    def _only(self, statements: "QuerySet[Statement]") -> Self:
        return replace(
            self,
            issuances=self.issuances.none(),
            statements=statements,
            events=self.events.none(),
            outcomes=self.outcomes.none(),
        )

    def newest(self, limit: int, before: Key | None = None) -> Window:
        """Return the newest entries, or those just before a key; oldest first either way."""
        entries = self._merged(limit + 1, before, newest_first=True)
        more, entries = len(entries) > limit, entries[:limit][::-1]
        return Window(
            entries,
            earlier=entries[0].key if more else None,
            later=entries[-1].key if before and entries else None,
        )

    def oldest(self, limit: int, after: Key | None = None) -> Window:
        """Return the oldest entries, or those just after a key."""
        entries = self._merged(limit + 1, after, newest_first=False)
        more, entries = len(entries) > limit, entries[:limit]
        return Window(
            entries,
            earlier=entries[0].key if after and entries else None,
            later=entries[-1].key if more else None,
        )

    def around(self, place: Key, limit: int, *, newest_first: bool) -> Window:
        """Return the window that begins with an entry, wherever a correction has moved it since its key was made.

        A key of none of these entries is a place in time like any other.
        """
        tables = (self.issuances, self.statements, self.events, self.outcomes)
        row = tables[place.rank].filter(pk=place.pk).first() if place.rank < len(tables) else None
        key = _key(row, place.rank) if row else place
        if newest_first:
            return self.newest(limit, key._replace(pk=key.pk + 1))
        return self.oldest(limit, key._replace(pk=key.pk - 1))

    def _merged(self, limit: int, beyond: Key | None, *, newest_first: bool) -> list[Entry]:
        tables: tuple[QuerySet[Any], ...] = (
            self.issuances.select_related("demand__campaign"),
            _with_people(self.statements),
            self.events.select_related("campaign"),
            self.outcomes.select_related("campaign", "demand__campaign", "assessor__campaign"),
        )
        sources: list[list[Entry]] = []
        for rank, table in enumerate(tables):
            order = ["date", "precision", *(["position"] if rank else []), "pk"]
            rows = table.filter(_beyond(beyond, rank, newest_first)) if beyond else table
            rows = rows.order_by(*(f"-{column}" if newest_first else column for column in order))[:limit]
            sources.append([Entry(row, _key(row, rank)) for row in rows])
        entries = list(islice(heapq.merge(*sources, key=lambda entry: entry.key, reverse=newest_first), limit))
        for kind, parts in _PARTS.items():
            prefetch_related_objects([entry.record for entry in entries if isinstance(entry.record, kind)], *parts)
        tell_apart(actor for entry in entries for actor in _named(entry.record))
        return entries


def _named(record: Any) -> Iterator[Actor]:
    """Yield the actors whose names an entry shows."""
    if isinstance(record, Statement):
        named = (record.speaker, record.on_behalf_of, *(part.actor for part in record.took_part))
        yield from (actor for actor in named if actor)
    elif isinstance(record, Outcome) and record.assessor:
        yield record.assessor


#: The tables in the order in which their rows stand where all else is equal.
_RANKS: tuple[type[Model], ...] = (Issuance, Statement, Event, Outcome)


def _key(row: Any, rank: int) -> Key:
    return Key(row.date, row.precision, row.position if rank else 0, rank, row.pk)


_PARTS: dict[type[Model], tuple[Any, ...]] = {
    Issuance: (_CITES,),
    Statement: STATEMENT_PARTS,
    Event: EVENT_PARTS,
    Outcome: OUTCOME_PARTS,
}
