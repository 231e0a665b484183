"""The answer state of each demand × addressee, the clocks, and what they add up to (long: one chain of reasoning).

All of it is computed from the record, never typed in.
An answer counts for an addressee who gave it, for whom it was given, who held the post that was asked or spoke, or
whose holder spoke. What a parent, a part or a member of an asked organization says is shown beside, as *related*: it
is not the organization's own answer and stops no clock (docs/decisions/0003). Every question takes ``at``, a day in
the campaign's time zone, and sees the record as it stood then.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, TextChoices, prefetch_related_objects
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
    Relation,
    Response,
    Stance,
    Statement,
    days_between,
    shown,
)

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
    #: The answers that count, oldest first; every stance stays, the latest leads.
    answers: Sequence[Answer]
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
        first = next((answer for answer in self.answers if answer.stance != Stance.ACKNOWLEDGES), None)
        return bool(first and self.asked and first.statement.when.last < self.asked.first)

    @property
    def waiting(self) -> bool:
        """Whether the clock still runs."""
        return self.state != AnswerState.ANSWERED and self.asked is not None

    @property
    def sentence(self) -> tuple[Any, ...]:
        """Equal for two addressees of one demand of whom a page can say the same sentence; templates regroup by it."""
        return self.state, self.asked, self.last_check, *(answer.key for answer in (*self.answers, *self.related))


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


def _voices(statement: Statement) -> set[int]:
    """Return the actors in whose name it was made: speaker, co-speakers, whoever was spoken for."""
    spoke = {part.actor_id for part in statement.took_part if part.role == Participant.Role.CO_SPEAKER}
    return {pk for pk in (statement.speaker_id, statement.on_behalf_of_id, *spoke) if pk is not None}


class _Ties:
    """Who holds which post, and which organizations belong together, among the actors that matter here."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        ids = {actor.pk for actor in actors}
        self.held: dict[int, list[Membership]] = defaultdict(list)
        self.near: dict[int, set[int]] = defaultdict(set)
        memberships = Membership.objects.published().filter(
            Q(member__in=ids) | Q(organization__in=ids) | Q(post__in=ids)
        )
        for membership in memberships:
            if membership.post_id is not None:
                self.held[membership.post_id].append(membership)
                self.held[membership.member_id].append(membership)
            if membership.organization_id is not None:
                self._join(membership.member_id, membership.organization_id)
        for actor in actors:
            if actor.parent_id is not None:
                self._join(actor.pk, actor.parent_id)

    def _join(self, one: int, other: int) -> None:
        self.near[one].add(other)
        self.near[other].add(one)

    def counts(self, statement: Statement, addressee: Actor) -> bool:
        """Say whether the statement is the addressee's own."""
        voices = _voices(statement)
        if addressee.pk in voices:
            return True
        when = statement.when
        return any(
            membership.may_cover(when)
            for membership in self.held[addressee.pk]
            if {membership.member_id, membership.post_id} & voices
        )

    def relates(self, statement: Statement, addressee: Actor) -> bool:
        """Say whether somebody near an asked organization made it."""
        return addressee.kind == Actor.Kind.ORGANIZATION and bool(self.near[addressee.pk] & _voices(statement))


def standings(demands: Sequence[Demand], at: dt.date) -> dict[int, list[Standing]]:
    """Return for each demand's pk the standing of each of its addressees, in the demand's own order.

    A demand without a published addressee has an empty list. The number of queries does not depend on the number of
    demands, statements or addressees.
    """
    parties: dict[int, list[Actor]] = defaultdict(list)
    for party in Party.objects.published().addressees().filter(demand__in=demands).select_related("actor__campaign"):
        parties[party.demand_id].append(party.actor)
    issuances = _issuances(demands, at)
    answers = _answers(demands, issuances, at)
    checks: dict[tuple[int, int], dt.date] = {}
    for check in Check.objects.published().filter(demand__in=demands, date__lte=at).order_by("date"):
        checks[check.demand_id, check.addressee_id] = check.date
    voices = {
        actor.pk: actor
        for found in answers.values()
        for answer in found
        for actor in (answer.statement.speaker, answer.statement.on_behalf_of)
        if actor is not None
    }
    ties = _Ties([*{actor.pk: actor for asked in parties.values() for actor in asked}.values(), *voices.values()])
    return {
        demand.pk: [
            _standing(demand, actor, issuances[demand.pk], answers[demand.pk], checks, ties, at)
            for actor in parties[demand.pk]
        ]
        for demand in demands
    }


def put_to(actors: Sequence[Actor], at: dt.date) -> dict[int, list[Standing]]:
    """Return for each actor's pk how it stands to what was put to it by name, or to a post that it held.

    A demand on a post passes to each successor with its age; a holder who left before it was raised was never asked.
    What was put to somebody by name and by post counts once, by name. In the demands' order, in constant queries.
    """
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.published().filter(member__in=actors, post__isnull=False):
        held[membership.post_id or 0].append(membership)
    ids = [*(actor.pk for actor in actors), *held]
    demands = list(Demand.objects.published().put_to(ids).select_related("campaign"))
    found: dict[int, dict[int, Standing]] = {actor.pk: {} for actor in actors}
    for asked in standings(demands, at).values():
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


def _standing(
    demand: Demand,
    addressee: Actor,
    issuances: Sequence[Issuance],
    answers: Sequence[Answer],
    checks: Mapping[tuple[int, int], dt.date],
    ties: _Ties,
    at: dt.date,
) -> Standing:
    own: list[Answer] = []
    related: list[Answer] = []
    for answer in answers:
        if ties.counts(answer.statement, addressee):
            own.append(answer)
        elif ties.relates(answer.statement, addressee):
            related.append(answer)
    asked = _asked(addressee, issuances, ties)
    real = [answer for answer in own if answer.stance != Stance.ACKNOWLEDGES]
    last_check = checks.get((demand.pk, addressee.pk))
    if real:
        state = AnswerState.ANSWERED
    elif own:
        state = AnswerState.ANNOUNCED
    else:
        state = AnswerState.NO_ANSWER if last_check else AnswerState.NOT_CHECKED
    until = real[0].statement.when if real else PartialDate(at)
    waited = days_between(asked, until) if asked else None
    return Standing(demand, addressee, state, asked, own, related, last_check, waited)


def _asked(addressee: Actor, issuances: Sequence[Issuance], ties: _Ties) -> PartialDate | None:
    """Return when the addressee was first asked: by a statement that names it, else when the demand was first raised.

    A post is asked when its holder is, and a holder when the post is.
    """
    for issuance in issuances:
        if issuance.statement is None:
            continue
        named = {p.actor_id for p in issuance.statement.took_part if p.role == Participant.Role.ADDRESSEE}
        if addressee.pk in named or any(
            {membership.member_id, membership.post_id} & named and membership.may_cover(issuance.when)
            for membership in ties.held[addressee.pk]
        ):
            return issuance.when
    return issuances[0].when if issuances else None


def _issuances(demands: Sequence[Demand], at: dt.date) -> dict[int, list[Issuance]]:
    found: dict[int, list[Issuance]] = defaultdict(list)
    took_part = shown("statement__participants", Participant.objects.published(), "took_part")
    rows = Issuance.objects.published().filter(demand__in=demands, date__lte=at).select_related("statement")
    for issuance in rows.prefetch_related(took_part):
        found[issuance.demand_id].append(issuance)
    return found


def _answers(
    demands: Sequence[Demand], issuances: Mapping[int, Sequence[Issuance]], at: dt.date
) -> dict[int, list[Answer]]:
    """Return each demand's answers, oldest first: to itself, to a letter that raised it, and bare replies to such."""
    raised: dict[int, list[int]] = defaultdict(list)
    for pk, found in issuances.items():
        for issuance in found:
            if issuance.statement_id is not None:
                raised[issuance.statement_id].append(pk)
    took_part = shown("statement__participants", Participant.objects.published(), "took_part")
    joined = ("statement__campaign", "statement__speaker__campaign", "statement__on_behalf_of__campaign")
    given = Response.objects.published().filter(statement__date__lte=at).select_related(*joined)
    # Two queries: with OR in one, no index serves either half.
    responses = [*given.filter(demand__in=demands), *given.filter(letter__in=raised)]
    prefetch_related_objects(responses, took_part)
    direct: dict[int, dict[int, Answer]] = defaultdict(dict)
    for response in responses:
        stance = Stance(response.stance)
        if response.demand_id is not None:  # what is said to the demand itself wins over what is said to its letter
            direct[response.demand_id][response.statement_id] = Answer(response.statement, stance, response.note)
            continue
        for pk in raised[response.letter_id or 0]:
            answer = Answer(response.statement, stance, response.note, whole_letter=True)
            direct[pk].setdefault(response.statement_id, answer)
    replies = (
        Relation.objects.published()
        .replies_of_others()
        .filter(to__in=raised, statement__date__lte=at)
        .exclude(Exists(Response.objects.published().filter(statement=OuterRef("statement"))))
        .select_related(*joined)
        .prefetch_related(took_part)
    )
    for reply in replies:
        for pk in raised[reply.to_id]:
            direct[pk].setdefault(reply.statement_id, Answer(reply.statement, None, whole_letter=True))
    return defaultdict(
        list, {pk: sorted(found.values(), key=lambda answer: answer.key) for pk, found in direct.items()}
    )


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
    spoke = [actor for one in statements for actor in (one.speaker, one.on_behalf_of) if actor is not None]
    ties = _Ties([*spoke, *(actor for group in (*asked.values(), *deciders.values()) for actor in group)])

    def among(statement: Statement, actors: Iterable[Actor]) -> bool:
        return any(ties.counts(statement, actor) for actor in actors)

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
