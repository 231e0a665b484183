"""The answer state of each demand × addressee, the clocks, and what they add up to (long: one chain of reasoning).

All of it is computed from the record, never typed in.
An answer counts for an addressee who gave it, for whom it was given, who held the post that was asked or spoke, or
whose holder spoke. What a parent, a part or a member of an asked organization says is shown beside, as *related*: it
is not the organization's own answer and stops no clock (docs/decisions/0003). Every question takes ``at``, a day in
the campaign's time zone, and sees what had happened by then; with ``known``, a moment, only as far as it was on record
by that moment. A check has no moment of its own, and who was asked none besides the demand's and the actor's.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import BigAutoField, Exists, OuterRef, Q, TextChoices, Value
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models import (
    Actor,
    Check,
    DayRange,
    Demand,
    Issuance,
    Membership,
    PartialDate,
    Participant,
    Party,
    Precision,
    Relation,
    Response,
    Stance,
    Statement,
    days_between,
    on_record_by,
    shown,
)
from campaigns.namesakes import tell_apart

__all__ = ["Answer", "AnswerState", "Mark", "Standing", "Tally", "marks", "put_to", "standings", "tally"]


class AnswerState(TextChoices):
    """What is known of an addressee's answer to a demand."""

    NOT_CHECKED = "not_checked", _lazy("not yet checked")
    NO_ANSWER = "no_answer", _lazy("no answer found")
    ANNOUNCED = "announced", _lazy("answer announced")
    ANSWERED = "answered", _lazy("answered")


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement that answers a demand. ``stance`` is None where it replies to a whole letter and none is recorded."""

    statement: Statement
    stance: Stance | None
    note: str = ""
    whole_letter: bool = False

    @property
    def key(self) -> tuple[PartialDate, int, int]:
        """The place of the statement in time."""
        return self.statement.when, self.statement.position, self.statement.pk


@dataclass(frozen=True, slots=True)
class Standing:
    """How an addressee stands to a demand on a day."""

    demand: Demand
    addressee: Actor
    state: AnswerState
    #: When this addressee was first asked; None where the demand was not yet raised.
    asked: PartialDate | None
    #: When a position was first taken; an acknowledgement is none.
    first: PartialDate | None
    #: The latest of the answers that count, oldest first; every stance stays, the latest leads.
    answers: Sequence[Answer]
    #: How many answers count in all.
    given: int
    #: Answers of a parent, part or member of an asked organization: shown beside, they stop no clock.
    related: Sequence[Answer]
    last_check: dt.date | None
    #: How long it took, or has taken so far; None before the demand was raised.
    waited: DayRange | None

    @property
    def latest(self) -> Answer | None:
        """The answer that leads."""
        return self.answers[-1] if self.answers else None

    @property
    def spoke_before(self) -> bool:
        """Whether the first position was taken before the question, as far as the dates can tell."""
        return bool(self.first and self.asked and self.first.last < self.asked.first)

    @property
    def waiting(self) -> bool:
        """Whether the clock still runs."""
        return self.state != AnswerState.ANSWERED and self.asked is not None

    @property
    def sentence(self) -> tuple[Any, ...]:
        """Equal for two addressees of one demand of whom a page can say the same sentence; templates regroup by it."""
        return (
            self.state,
            self.asked,
            self.last_check,
            self.given,
            *(answer.key for answer in (*self.answers, *self.related)),
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader must know of whoever gave an answer: an answer can come from somebody who was not asked."""

    not_asked: bool
    #: The record names who could grant the demand, and it is somebody else.
    cannot_grant: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What the standings of several demands add up to. Each figure has its denominator beside it."""

    demands: int
    #: Demands that at least one addressee has answered, in whatever way; that is not the same as granted.
    answered: int
    #: Of these, the demands that every addressee has answered.
    by_all: int
    #: Demands × addressees.
    pairs: int
    states: Mapping[AnswerState, int]
    #: The latest stances of the answered pairs, the most frequent first; None is a bare reply to a whole letter.
    stances: Sequence[tuple[Stance | None, int]]
    #: The pair that was asked first among those without an answer on record; None where all have answered.
    oldest: Standing | None

    @property
    def unanswered(self) -> int:
        """Demands that no addressee has answered."""
        return self.demands - self.answered

    @property
    def answered_pairs(self) -> int:
        """Demands × addressees with an answer."""
        return self.states[AnswerState.ANSWERED]


def tally(found: Mapping[int, Sequence[Standing]]) -> Tally:
    """Add up the standings of several demands, by the demand's pk as `standings` returns them."""
    pairs = [standing for group in found.values() for standing in group]
    answered = {pk: [one.state == AnswerState.ANSWERED for one in group] for pk, group in found.items()}
    waiting = [standing for standing in pairs if standing.waiting]
    return Tally(
        demands=len(found),
        answered=sum(any(group) for group in answered.values()),
        by_all=sum(bool(group) and all(group) for group in answered.values()),
        pairs=len(pairs),
        states=Counter(standing.state for standing in pairs),
        stances=Counter(
            standing.latest.stance for standing in pairs if standing.state == AnswerState.ANSWERED and standing.latest
        ).most_common(),
        oldest=min(waiting, key=lambda standing: standing.asked or PartialDate(dt.date.max), default=None),
    )


class _Said(NamedTuple):
    """What tells of a statement whose it is, and when: read of all answers, while only those shown are read whole.

    In the order of time as they stand: 67,000 plain tuples are sorted in a tenth of the time of as many dates of ours.
    """

    date: dt.date
    precision: int
    position: int
    statement: int
    #: The actors in whose name it was made: speaker, co-speakers, whoever was spoken for.
    voices: frozenset[int]
    stance: Stance | None = None
    #: The response; None where it only replies to a whole letter.
    response: int | None = None
    whole_letter: bool = False

    @property
    def when(self) -> PartialDate:
        """The date of the statement."""
        return PartialDate(self.date, Precision(self.precision))


def _voices(statement: Statement) -> frozenset[int]:
    spoke = {part.actor_id for part in statement.took_part if part.role == Participant.Role.CO_SPEAKER}
    return frozenset(pk for pk in (statement.speaker_id, statement.on_behalf_of_id, *spoke) if pk is not None)


class _Ties:
    """Who holds which post, and which organizations belong together, as far as it concerns some actors."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.held: dict[int, list[Membership]] = defaultdict(list)
        self.near: dict[int, set[int]] = defaultdict(set)
        actors = {actor.pk: actor for actor in actors}.values()
        ids = [actor.pk for actor in actors]
        memberships = Membership.objects.published().filter(
            Q(member__in=ids) | Q(organization__in=ids) | Q(post__in=ids)
        )
        for membership in memberships:
            if membership.post_id is not None:
                self.held[membership.post_id].append(membership)
                self.held[membership.member_id].append(membership)
            if membership.organization_id is not None:
                self._join(membership.member_id, membership.organization_id)
        asked = [actor.pk for actor in actors if actor.kind == Actor.Kind.ORGANIZATION]
        for part, parent in Actor.objects.filter(parent__in=asked).values_list("pk", "parent_id"):
            self.near[parent or 0].add(part)
        for actor in actors:
            if actor.parent_id is not None:
                self._join(actor.pk, actor.parent_id)

    def _join(self, one: int, other: int) -> None:
        self.near[one].add(other)
        self.near[other].add(one)

    def counts(self, voices: frozenset[int], when: PartialDate, addressee: Actor) -> bool:
        """Say whether what those voices said then is the addressee's own."""
        return addressee.pk in voices or any(
            (membership.member_id in voices or membership.post_id in voices) and membership.may_cover(when)
            for membership in self.held[addressee.pk]
        )

    def concerned(self, addressee: Actor) -> set[int]:
        """Return everybody whose words could be the addressee's own or those of somebody near it."""
        holders = (pk for held in self.held[addressee.pk] for pk in (held.member_id, held.post_id) if pk is not None)
        return {addressee.pk, *holders, *self.near[addressee.pk]}

    def relates(self, voices: frozenset[int], addressee: Actor) -> bool:
        """Say whether somebody near an asked organization said it."""
        return addressee.kind == Actor.Kind.ORGANIZATION and bool(self.near[addressee.pk] & voices)


def standings(
    demands: Sequence[Demand], at: dt.date, history: int = 20, known: dt.datetime | None = None
) -> dict[int, list[Standing]]:
    """Return for each demand's pk the standing of each of its addressees, in the demand's own order.

    A demand without a published addressee has an empty list. Each standing carries its latest answers, at most
    ``history`` of them. The number of queries does not depend on the number of demands, statements or addressees.
    """
    if not demands:
        return {}
    parties: dict[int, list[Actor]] = defaultdict(list)
    asked_of = Party.objects.published().addressees().filter(on_record_by(known, "actor"), demand__in=demands)
    for party in asked_of.select_related("actor__campaign"):
        parties[party.demand_id].append(party.actor)
    tell_apart(actor for asked in parties.values() for actor in asked)
    raised = _raised(demands, at, known)
    said = _said(demands, raised, at, known)
    checks: dict[tuple[int | None, int | None], dt.date] = {}
    for check in Check.objects.published().filter(demand__in=demands, date__lte=at).order_by("date"):
        checks[check.demand_id, check.addressee_id] = check.date
    ties = _Ties(actor for asked in parties.values() for actor in asked)
    pairs = [
        (demand, actor, *_whose(actor, said[demand.pk], ties)) for demand in demands for actor in parties[demand.pk]
    ]
    read = _read(one for _, _, *groups in pairs for group in groups for one in _latest(group, history))
    found: dict[int, list[Standing]] = {demand.pk: [] for demand in demands}
    for demand, actor, own, related in pairs:
        asked = _asked(actor, raised[demand.pk], ties)
        last_check = checks.get((demand.pk, actor.pk))
        first = next((one.when for one in own if one.stance != Stance.ACKNOWLEDGES), None)
        if first:
            state = AnswerState.ANSWERED
        elif own:
            state = AnswerState.ANNOUNCED
        else:
            state = AnswerState.NO_ANSWER if last_check else AnswerState.NOT_CHECKED
        found[demand.pk].append(
            Standing(
                demand=demand,
                addressee=actor,
                state=state,
                asked=asked,
                first=first,
                answers=[read[one] for one in _latest(own, history)],
                given=len(own),
                related=[read[one] for one in _latest(related, history)],
                last_check=last_check,
                waited=days_between(asked, first or PartialDate(at)) if asked else None,
            )
        )
    return found


def _latest(said: list[_Said], history: int) -> list[_Said]:
    return said[max(0, len(said) - history) :]


def put_to(actors: Sequence[Actor], at: dt.date, known: dt.datetime | None = None) -> dict[int, list[Standing]]:
    """Return for each actor's pk how it stands to what was put to it by name, or to a post that it held.

    A demand on a post passes to each successor with its age; a holder who left before it was raised was never asked.
    What was put to somebody by name and by post counts once, by name. In the demands' order, in constant queries.
    """
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.published().filter(member__in=actors, post__isnull=False):
        held[membership.post_id or 0].append(membership)
    ids = [*(actor.pk for actor in actors), *held]
    demands = list(Demand.objects.published().filter(on_record_by(known)).put_to(ids).select_related("campaign"))
    found: dict[int, dict[int, Standing]] = {actor.pk: {} for actor in actors}
    for asked in standings(demands, at, known=known).values():
        for standing in asked:
            if standing.addressee.pk in found:
                found[standing.addressee.pk][standing.demand.pk] = standing
            for membership in held[standing.addressee.pk]:
                if _inherits(membership, standing, at):
                    found[membership.member_id].setdefault(standing.demand.pk, standing)
    return {pk: list(standing.values()) for pk, standing in found.items()}


def _inherits(holder: Membership, standing: Standing, at: dt.date) -> bool:
    """Say whether somebody held the asked post on a day from when it was asked to now."""
    since = standing.asked or PartialDate(at)
    return (holder.start is None or holder.start.first <= at) and (holder.end is None or holder.end.last >= since.first)


def _whose(addressee: Actor, said: Iterable[_Said], ties: _Ties) -> tuple[list[_Said], list[_Said]]:
    """Return of a demand's answers the addressee's own, and those of somebody near it."""
    own: list[_Said] = []
    related: list[_Said] = []
    # Most answers of a demand come from others.
    concerned = ties.concerned(addressee)
    for one in said:
        if concerned.isdisjoint(one.voices):
            continue
        if ties.counts(one.voices, one.when, addressee):
            own.append(one)
        elif ties.relates(one.voices, addressee):
            related.append(one)
    return own, related


def _asked(addressee: Actor, raised: Sequence["_Raised"], ties: _Ties) -> PartialDate | None:
    """Return when the addressee was first asked: by a statement that names it, else when the demand was first raised.

    A post is asked when its holder is, and a holder when the post is.
    """
    for one in raised:
        if one.named and ties.counts(one.named, one.when, addressee):
            return one.when
    return raised[0].when if raised else None


class _Raised(NamedTuple):
    when: PartialDate
    statement: int | None
    #: The actors whom the statement names as those it is addressed to.
    named: frozenset[int]


def _raised(demands: Sequence[Demand], at: dt.date, known: dt.datetime | None) -> dict[int, list[_Raised]]:
    """Return on which occasions each demand was raised, the first one first."""
    issuances = Issuance.objects.published().filter(on_record_by(known, "statement"), demand__in=demands, date__lte=at)
    rows = list(issuances.values_list("demand", "date", "precision", "statement"))
    named = _participants(Participant.Role.ADDRESSEE, {row[3] for row in rows} - {None})
    found: dict[int, list[_Raised]] = defaultdict(list)
    for demand, date, precision, statement in rows:
        found[demand].append(_Raised(PartialDate(date, Precision(precision)), statement, named[statement]))
    return found


def _participants(role: Participant.Role, statements: Collection[int | None]) -> dict[int | None, frozenset[int]]:
    """Return who has that role in each of the statements."""
    found: dict[int | None, set[int]] = defaultdict(set)
    rows = Participant.objects.published().filter(role=role, statement__in=statements, actor__isnull=False)
    for statement, actor in rows.order_by().values_list("statement", "actor"):
        found[statement].add(actor)
    return defaultdict(frozenset, {pk: frozenset(actors) for pk, actors in found.items()})


#: Of a statement: its key in time, who speaks, and whether anybody speaks along.
_SAID: tuple[Any, ...] = (
    *(f"statement{column}" for column in ("__date", "__precision", "__position", "", "__speaker", "__on_behalf_of")),
    Exists(Participant.objects.filter(statement=OuterRef("statement"), role=Participant.Role.CO_SPEAKER)),
)


def _said(
    demands: Sequence[Demand], raised: Mapping[int, Sequence[_Raised]], at: dt.date, known: dt.datetime | None
) -> dict[int, list[_Said]]:
    """Return each demand's answers, oldest first: to itself, to a letter that raised it, and bare replies to such."""
    by_letter: dict[int, list[int]] = defaultdict(list)
    for pk, occasions in raised.items():
        for occasion in occasions:
            if occasion.statement is not None:
                by_letter[occasion.statement].append(pk)
    then = on_record_by(known, "statement") & Q(statement__date__lte=at)
    given = Response.objects.published().filter(then)
    replies = (
        Relation.objects.published()
        .replies_of_others()
        .filter(then, to__in=by_letter)
        .exclude(Exists(Response.objects.published().filter(statement=OuterRef("statement"))))
        .annotate(stance=Value("", Response._meta.get_field("stance")), none=Value(0, BigAutoField()))
    )
    # What is said to the demand itself wins over what is said to its letter, and that over a bare reply. In one query,
    # but no OR: with one, no index serves either half.
    rows: Any = given.filter(demand__in=demands).order_by().values_list(Value(0), "demand", "stance", "pk", *_SAID)
    rows = rows.union(
        given.filter(letter__in=by_letter).order_by().values_list(Value(1), "letter", "stance", "pk", *_SAID),
        replies.order_by().values_list(Value(2), "to", "stance", "none", *_SAID),
        all=True,
    )
    rows = sorted(rows, key=itemgetter(0))
    co_speakers = _participants(Participant.Role.CO_SPEAKER, {row[7] for row in rows if row[-1]})
    stances = {stance.value: stance for stance in Stance}
    found: dict[int, dict[int, _Said]] = defaultdict(dict)
    for rank, answered, stance, response, date, precision, position, statement, speaker, principal, along in rows:
        voices = frozenset(pk for pk in (speaker, principal) if pk is not None)
        if along:
            voices |= co_speakers[statement]
        one = _Said(
            date, precision, position, statement, voices, stances.get(stance), response or None, whole_letter=rank > 0
        )
        for pk in by_letter[answered] if rank else [answered]:
            found[pk].setdefault(statement, one)
    return defaultdict(list, {pk: sorted(answers.values()) for pk, answers in found.items()})


def _read(said: Iterable[_Said]) -> dict[_Said, Answer]:
    """Return the whole answers, in constant queries."""
    wanted = set(said)
    statements = (
        Statement.objects.select_related("campaign", "speaker__campaign", "on_behalf_of__campaign")
        .prefetch_related(shown("participants", Participant.objects.published(), "took_part"))
        .in_bulk({one.statement for one in wanted})
    )
    responses = Response.objects.filter(pk__in={one.response for one in wanted if one.response}).exclude(note="")
    notes = dict(responses.values_list("pk", "note"))
    return {
        one: Answer(statements[one.statement], one.stance, notes.get(one.response or 0, ""), one.whole_letter)
        for one in wanted
    }


def marks(entries: Iterable[Statement | object]) -> dict[int, Mark]:
    """Return by the response's pk what to mark of the answers that these statements give; other records are skipped.

    The statements carry their parts (`timeline.STATEMENT_PARTS`). Two queries, three with answers to whole letters.
    """
    statements = [record for record in entries if isinstance(record, Statement) and record.answers]
    if not statements:
        return {}
    letters = {response.letter_id for statement in statements for response in statement.answers if response.letter_id}
    raised: dict[int, set[int]] = defaultdict(set)
    if letters:
        for issuance in Issuance.objects.published().filter(statement__in=letters):
            raised[issuance.statement_id or 0].add(issuance.demand_id)
    subjects = {
        response.pk: raised[response.letter_id] if response.letter_id else {response.demand_id or 0}
        for statement in statements
        for response in statement.answers
    }
    asked: dict[int, list[Actor]] = defaultdict(list)
    deciders: dict[int, list[Actor]] = defaultdict(list)
    parties = Party.objects.published().filter(demand__in=set().union(*subjects.values())).select_related("actor")
    for party in parties:
        (asked if party.role == Party.Role.ADDRESSEE else deciders)[party.demand_id].append(party.actor)
    ties = _Ties(actor for group in (*asked.values(), *deciders.values()) for actor in group)

    voices = {statement.pk: _voices(statement) for statement in statements}

    def among(statement: Statement, actors: Iterable[Actor]) -> bool:
        return any(ties.counts(voices[statement.pk], statement.when, actor) for actor in actors)

    return {
        response.pk: Mark(
            not_asked=any(asked[pk] for pk in subjects[response.pk])
            and not any(among(statement, asked[pk]) for pk in subjects[response.pk]),
            cannot_grant=any(deciders[pk] for pk in subjects[response.pk])
            and not any(among(statement, deciders[pk]) for pk in subjects[response.pk]),
        )
        for statement in statements
        for response in statement.answers
    }
