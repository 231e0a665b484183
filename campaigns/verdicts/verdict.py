"""The verdicts as pages show them: each with its demand, its addressee and the statements that it rests on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaigns.actors.namesakes import tell_apart
from campaigns.models import (
    Actor,
    DayRange,
    Demand,
    Effect,
    Event,
    Membership,
    PartialDate,
    Participant,
    Party,
    Response,
    Stance,
    Statement,
    Status,
    days_between,
    on_record_by,
    shown,
)
from campaigns.verdicts.facts import AnswerState, By, Case, Days, Finding, Said, Stop
from campaigns.verdicts.judging import CLOSING, first_raised, judge
from campaigns.verdicts.reading import cases, ties
from campaigns.verdicts.whose import Ties
from campaigns.verdicts.words import clause, sentences, summary

__all__ = ["Answer", "Ruling", "Verdict", "Whose", "findings", "meanwhile", "put_to", "rulings", "whose"]


class Whose(StrEnum):
    """Whose words an answer is, for those whom a demand was put to: every answer is one of these."""

    OWN = "own"
    PART = "part"
    MEMBER = "member"
    ABOVE = "above"
    DECIDES = "decides"
    NOT_ADDRESSED = "not_addressed"


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement that answers a demand. ``stance`` is None where it replies to a whole letter and none is recorded."""

    statement: Statement
    stance: Stance | None
    note: str = ""
    whole_letter: bool = False
    #: Whose words they are; None: of the body above.
    by: By | None = By.OWN
    #: When a promise falls due.
    due: PartialDate | None = None

    @property
    def who(self) -> str:
        """Who gave it, and for whom."""
        return self.statement.said_by()

    @property
    def within(self) -> bool:
        """Whether they were said within the addressee and not by itself."""
        return self.by in (By.PART, By.MEMBER)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an addressee stands to a demand on a day."""

    demand: Demand
    addressee: Actor
    at: dt.date
    finding: Finding
    #: The latest of the answers that count, own and within, oldest first; every stance stays.
    answers: Sequence[Answer]
    #: What the body above the addressee said: shown beside, it changes no state.
    above: Sequence[Answer]
    #: The latest position, also an earlier one that the question was asked again after.
    position: Answer | None
    #: What makes the state of an open question.
    word: Answer | None
    #: The last word on record, whatever it says.
    last: Answer | None
    #: Whether the demand is also put to a post that the addressee held, or to another holder of such a post.
    passed_on: bool = False
    #: Since when the post that was asked has no holder on record; None where it has one, or never had.
    vacant: PartialDate | None = None

    @property
    def words(self) -> str:
        """Everything that the record concludes here, in plain sentences of the active language."""
        return " ".join(sentences(self))

    @property
    def clause(self) -> str:
        """The state in a few words."""
        return clause(self)

    @property
    def state(self) -> AnswerState:
        """The answer state."""
        return self.finding.state

    @property
    def asked(self) -> PartialDate | None:
        """When the addressee was first asked."""
        return self.finding.asked

    @property
    def opened(self) -> PartialDate | None:
        """Since when the question is open."""
        return self.finding.opened

    @property
    def ended(self) -> Stop | None:
        """What ended the open question without an answer."""
        return self.finding.ended

    @property
    def silent_until(self) -> PartialDate | None:
        """Up to when somebody looked for an answer to the open question."""
        return self.finding.silent_until

    @property
    def within(self) -> bool:
        """Whether the state rests on words from within the addressee only."""
        return self.finding.by in (By.PART, By.MEMBER)

    @property
    def given(self) -> int:
        """How many answers count in all."""
        return len(self.finding.said)

    @property
    def latest(self) -> Answer | None:
        """The statement that the state rests on: the position where one answers, else the word that makes the state."""
        return self.position if self.state == AnswerState.ANSWERED else self.word

    @property
    def mark(self) -> str:
        """The name of its icon and colour: the stance of a position that stands, else the state."""
        stance = self.position.stance if self.position and self.state == AnswerState.ANSWERED else None
        return str(stance or self.state)

    @property
    def asked_again(self) -> bool:
        """Whether the question was asked again after a position on it."""
        return self.position is not None and self.opened is not None and self.opened != self.asked

    @property
    def silent(self) -> bool:
        """Whether silence is claimed: asked by name, looked for, nothing found, and the question has not ended."""
        return (
            self.state == AnswerState.NO_ANSWER
            and self.finding.named
            and self.opened is not None
            and self.ended is None
        )

    @property
    def silence(self) -> DayRange | None:
        """How long the addressee was silent, up to the last look; None where no silence is claimed."""
        if not self.silent or self.opened is None or self.silent_until is None:
            return None
        return days_between(self.opened, self.silent_until)

    @property
    def took(self) -> DayRange | None:
        """How long an answered question was open; None where it is not answered, or nobody asked by name."""
        if self.finding.answered is None or not self.finding.named:
            return None
        return days_between(*self.finding.answered)

    @property
    def spoke_before(self) -> bool:
        """Whether the position was taken before the question, as far as the dates can tell."""
        answered = self.finding.answered
        return answered is not None and answered[1].last < answered[0].first

    @property
    def open(self) -> bool:
        """Whether the question is open and can still be answered."""
        return self.finding.open

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for two addressees of one demand of whom a page says the same; templates regroup by it."""
        finding = self.finding
        return (
            *(finding.state, finding.asked, finding.named, finding.opened, finding.ended, finding.silent_until),
            *(finding.reported, finding.answered, finding.by),
            *(one.statement if one else None for one in (finding.position, finding.word)),
            *(one.statement for one, _by in finding.said),
        )


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the record concludes about a demand on a day: a verdict for each addressee, and whose each answer is."""

    demand: Demand
    at: dt.date
    #: When it was first raised; None where it was not yet: then it is no part of that day's record.
    raised: PartialDate | None
    #: In the demand's own order of addressees.
    verdicts: Sequence[Verdict]
    outcome: tuple[Status, PartialDate] | None
    #: By the statement's pk whose words each answer is.
    whose: Mapping[int, Whose]
    #: The slugs of these statements.
    slugs: Mapping[int, str]
    #: In whose names it was raised.
    askers: frozenset[int]

    @property
    def words(self) -> str:
        """To how many the demand was put and what they said, in one sentence of the active language."""
        return summary(self.verdicts)

    @property
    def closed(self) -> PartialDate | None:
        """When its current outcome closed it; None where it is not closed."""
        return self.outcome[1] if self.outcome and self.outcome[0] in CLOSING else None

    @property
    def best(self) -> Verdict | None:
        """The verdict with the best state, of two such the addressee's own; None where nobody was asked."""
        order = list(AnswerState)
        return min(self.verdicts, key=lambda one: (order.index(one.state), one.within), default=None)

    @property
    def state(self) -> AnswerState:
        """The state by which the demand is counted."""
        return self.best.state if self.best else AnswerState.NOT_CHECKED

    @property
    def within(self) -> bool:
        """Whether it is answered from within its addressees only."""
        return self.best is not None and self.state == AnswerState.ANSWERED and self.best.within

    def by(self, *whose: Whose) -> list[str]:
        """Return the slugs of the answers whose words are these, sorted."""
        return sorted(self.slugs[pk] for pk, one in self.whose.items() if one in whose)


def rulings(
    demands: Sequence[Demand], at: dt.date, history: int = 20, known: dt.datetime | None = None
) -> dict[int, Ruling]:
    """Return for each demand's pk what the record concludes on a day; with ``known``, as far as recorded by a moment.

    Each verdict carries its latest answers, at most ``history`` of them. The number of queries does not depend on the
    number of demands, statements or addressees.
    """
    if not demands:
        return {}
    addressees: dict[int, list[Actor]] = defaultdict(list)
    deciders: dict[int, list[int]] = defaultdict(list)
    parties = Party.objects.published().filter(on_record_by(known, "actor"), demand__in=demands)
    for party in parties.select_related("actor__campaign"):
        if party.role == Party.Role.ADDRESSEE:
            addressees[party.demand_id].append(party.actor)
        else:
            deciders[party.demand_id].append(party.actor_id)
    tell_apart(actor for asked in addressees.values() for actor in asked)
    who = ties({demand.campaign_id for demand in demands})
    found = cases(demands, at, known)
    judged = [
        (demand, actor, judge(found[demand.pk], actor.pk, who, at))
        for demand in demands
        for actor in addressees[demand.pk]
    ]
    answers = _read(one for _, _, finding in judged for one in _shown(finding, history))
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    for demand, actor, finding in judged:
        whose_is = dict(finding.said)

        def shown_as(said: Said | None, whose_is: Mapping[Said, By] = whose_is) -> Answer | None:
            return answers(said, whose_is.get(said)) if said else None

        mine = finding.said[max(0, len(finding.said) - history) :]
        verdicts[demand.pk].append(
            Verdict(
                demand=demand,
                addressee=actor,
                at=at,
                finding=finding,
                answers=[answers(said, by) for said, by in mine],
                above=[answers(said, None) for said in finding.above[max(0, len(finding.above) - history) :]],
                position=shown_as(finding.position),
                word=shown_as(finding.word),
                last=shown_as(finding.said[-1][0] if finding.said else None),
                vacant=who.vacant(actor.pk, at),
                passed_on=not who.alongside(actor.pk).isdisjoint(one.pk for one in addressees[demand.pk]),
            )
        )
    return {
        demand.pk: Ruling(
            demand=demand,
            at=at,
            raised=first_raised(found[demand.pk], at),
            verdicts=verdicts[demand.pk],
            outcome=found[demand.pk].outcome,
            whose=_sorted_out(
                found[demand.pk], [actor.pk for actor in addressees[demand.pk]], deciders[demand.pk], who
            ),
            slugs={one.statement: one.slug for one in found[demand.pk].said},
            askers=frozenset().union(*(one.askers for one in found[demand.pk].occasions if one.when.first <= at)),
        )
        for demand in demands
    }


def meanwhile(ruling: Ruling) -> dict[int, list[Event]]:
    """Return by the addressee's pk what happened to the demand while the question was open. One query."""
    effects = Effect.objects.published().of(ruling.demand).filter(event__date__lte=ruling.at)
    events = [effect.event for effect in effects.order_by("event__date", "event__precision", "event__pk")]
    return {
        verdict.addressee.pk: [event for event in events if _happened_within(event, verdict.finding, ruling.at)]
        for verdict in ruling.verdicts
    }


def _happened_within(event: Event, finding: Finding, at: dt.date) -> bool:
    if finding.opened is None:
        return False
    last = finding.ended.when.last if finding.ended else at
    return event.when.last >= finding.opened.first and event.when.first <= last


def findings(parties: Sequence[Party], at: dt.date) -> list[tuple[Party, Finding]]:
    """Return the plain verdicts for addressees of published demands, without the statements they rest on.

    Eight queries; each party carries its demand.
    """
    demands = list({party.demand_id: party.demand for party in parties}.values())
    if not demands:
        return []
    found, who = cases(demands, at), ties({demand.campaign_id for demand in demands})
    return [(party, judge(found[party.demand_id], party.actor_id, who, at)) for party in parties]


def _shown(finding: Finding, history: int) -> Iterator[Said]:
    """Yield what a page shows of a finding: the latest words, the position, the word of the state, the last word."""
    for said in ([one for one, _by in finding.said], finding.above):
        yield from said[max(0, len(said) - history) :]
        yield from said[-1:]
    yield from (one for one in (finding.position, finding.word) if one)


def _sorted_out(case: Case, addressees: Sequence[int], deciders: Sequence[int], who: Ties) -> dict[int, Whose]:
    concerned = frozenset().union(*(who.concerned(actor) for actor in (*addressees, *deciders)))
    return {
        one.statement: Whose.NOT_ADDRESSED
        if concerned.isdisjoint(one.voices)
        else whose(one.voices, one.days, addressees, deciders, who)
        for one in case.said
    }


def whose(voices: frozenset[int], days: Days, addressees: Iterable[int], deciders: Iterable[int], who: Ties) -> Whose:
    """Return whose words these voices' words of those days are: the nearest of all that holds."""
    nearest = [by for actor in addressees if (by := who.voice(actor, voices, days))]
    if nearest:
        return Whose(min(nearest, key=list(By).index))
    if any(who.voice(actor, voices, days) for actor in deciders):
        return Whose.DECIDES
    if any(who.from_above(actor, voices, days) for actor in addressees):
        return Whose.ABOVE
    return Whose.NOT_ADDRESSED


def _read(said: Iterable[Said]) -> Any:
    """Return the function that makes the whole answer of plain values; all are read at once, in three queries."""
    wanted = {one.statement: one for one in said}
    statements = (
        Statement.objects.select_related("campaign", "speaker__campaign", "on_behalf_of__campaign")
        .prefetch_related(
            shown("participants", Participant.objects.published().select_related("actor__campaign"), "took_part")
        )
        .in_bulk(wanted)
    )
    responses = Response.objects.filter(pk__in={one.response for one in wanted.values() if one.response})
    rows = responses.only("note", "due_date", "due_precision").in_bulk()

    def answer(one: Said, by: By | None) -> Answer:
        response = rows.get(one.response or 0)
        note, due = (response.note, response.due) if response else ("", None)
        return Answer(statements[one.statement], one.stance, note, one.whole_letter, by, due)

    return answer


def put_to(actors: Sequence[Actor], at: dt.date, known: dt.datetime | None = None) -> dict[int, list[Verdict]]:
    """Return for each actor's pk the verdicts on what was put to it by name, or to a post that it held.

    A demand on a post passes to each successor with its age; a holder who left before it was raised was never asked.
    What was put to somebody by name and by post counts once, by name. In the demands' order, in constant queries.
    """
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.published().filter(member__in=actors, post__isnull=False):
        held[membership.post_id or 0].append(membership)
    ids = [*(actor.pk for actor in actors), *held]
    demands = list(Demand.objects.published().filter(on_record_by(known)).put_to(ids).select_related("campaign"))
    found: dict[int, dict[int, Verdict]] = {actor.pk: {} for actor in actors}
    for ruling in rulings(demands, at, known=known).values():
        for verdict in ruling.verdicts:
            if verdict.addressee.pk in found:
                found[verdict.addressee.pk][verdict.demand.pk] = verdict
            for membership in held[verdict.addressee.pk]:
                if _inherits(membership, verdict, at):
                    found[membership.member_id].setdefault(verdict.demand.pk, verdict)
    return {pk: list(verdicts.values()) for pk, verdicts in found.items()}


def _inherits(holder: Membership, verdict: Verdict, at: dt.date) -> bool:
    """Say whether somebody held the asked post on a day from when it was asked to now."""
    since = verdict.asked or PartialDate(at)
    return (holder.start is None or holder.start.first <= at) and (holder.end is None or holder.end.last >= since.first)
