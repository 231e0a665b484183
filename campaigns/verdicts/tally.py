"""What the rulings of several demands add up to: each demand once, done before said (`verdicts` 7)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.models import Actor, ActorQuerySet, Membership, Status
from campaigns.verdicts import words
from campaigns.verdicts.facts import AnswerState
from campaigns.verdicts.verdict import Answer, Ruling, Verdict

__all__ = ["Tally", "askers", "on_record", "tally", "who_asks"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures over demands. Each demand counts once, by the best state of its addressees."""

    demands: int
    #: How many of these are parts of another demand.
    parts: int
    states: Mapping[AnswerState, int]
    #: How many of the answered are answered from within their addressees only.
    within: int
    #: By the current outcome; None: nothing is on record as done.
    outcomes: Mapping[Status | None, int]
    #: Replies to a whole letter that are all that several demands have, each with how many it covers.
    remarks: Sequence[tuple[Answer, int]]
    #: The longest silence that is claimed; None where none is.
    longest: Verdict | None
    #: Demands with an open question that nobody looked into: the record's own to-do.
    to_look_up: int
    #: Demands without an answer whose questions all ended before anybody looked.
    lapsed: int

    @property
    def words(self) -> str:
        """What was done, then what was said, in one line."""
        return words.overall(self)

    @property
    def done_words(self) -> str:
        """What was done, in words."""
        return words.done(self)

    @property
    def said_words(self) -> str:
        """What was said, in words."""
        return words.said(self)

    @property
    def answered(self) -> int:
        """Demands on which an addressee took a position; that is not the same as granted."""
        return self.states.get(AnswerState.ANSWERED, 0)

    @property
    def said(self) -> list[tuple[AnswerState, int]]:
        """The states that occur, the best first."""
        return [(state, self.states[state]) for state in AnswerState if self.states.get(state)]

    @property
    def done(self) -> list[tuple[Status, int]]:
        """The outcomes that occur, the furthest first; without the demands on which nothing is on record."""
        order = (Status.DONE, Status.PARTLY_DONE, Status.UNDER_WAY, Status.PROPOSED, Status.REVERSED, Status.BLOCKED)
        rest = [status for status in Status if status not in order]
        return [(status, self.outcomes[status]) for status in (*order, *rest) if self.outcomes.get(status)]


def on_record(found: Mapping[int, Ruling]) -> list[Ruling]:
    """Keep the rulings of demands that had been raised by the day; the others are no part of that day's record."""
    return [ruling for ruling in found.values() if ruling.raised]


def tally(found: Mapping[int, Ruling]) -> Tally:
    """Add up the rulings of several demands, by the demand's pk as `rulings` returns them."""
    raised = on_record(found)
    pks = {ruling.demand.pk for ruling in found.values()}
    silent = [verdict for ruling in raised for verdict in ruling.verdicts if verdict.silence]
    return Tally(
        demands=len(raised),
        parts=sum(ruling.demand.parent_id in pks for ruling in raised),
        states=Counter(ruling.state for ruling in raised),
        within=sum(ruling.within for ruling in raised),
        outcomes=Counter(ruling.outcome[0] if ruling.outcome else None for ruling in raised),
        remarks=_remarks(raised),
        longest=max(silent, key=_length, default=None),
        to_look_up=sum(
            any(one.open and one.state == AnswerState.NOT_CHECKED for one in ruling.verdicts) for ruling in raised
        ),
        lapsed=sum(
            ruling.state == AnswerState.NOT_CHECKED
            and any(one.ended for one in ruling.verdicts)
            and not any(one.open for one in ruling.verdicts)
            for ruling in raised
        ),
    )


def _length(verdict: Verdict) -> tuple[int, int]:
    return (verdict.silence.least, verdict.silence.most) if verdict.silence else (0, 0)


def _remarks(raised: Iterable[Ruling]) -> list[tuple[Answer, int]]:
    """Return each reply to a whole letter by which several demands are counted as replied, the widest first."""
    found: dict[int, list[Answer]] = defaultdict(list)
    for ruling in raised:
        word = ruling.best.word if ruling.best and ruling.state == AnswerState.REPLIED else None
        if word is not None and word.whole_letter:
            found[word.statement.pk].append(word)
    several = [(words[0], len(words)) for words in found.values() if len(words) > 1]
    return sorted(several, key=lambda one: -one[1])


def who_asks(found: Mapping[int, Ruling]) -> list[tuple[Actor, list[Actor]]]:
    """Return who asks, each with its members: a coalition stands once, and who asks with it stands under it."""
    asking = list(askers(found).select_related("campaign").by_name())
    roles = Membership.objects.published().filter(
        organization__in=[actor.pk for actor in asking], member__kind=Actor.Kind.ORGANIZATION
    )
    members: dict[int, list[Actor]] = defaultdict(list)
    for role in roles.select_related("member__campaign").order_by("member__folded_name", "pk"):
        if role.member not in members[role.organization_id or 0]:
            members[role.organization_id or 0].append(role.member)
    under = {member.pk for group in members.values() for member in group}
    groups = [(actor, members[actor.pk]) for actor in asking if actor.pk not in under]
    return sorted(groups, key=lambda group: not group[1])


def askers(found: Mapping[int, Ruling]) -> ActorQuerySet:
    """Return the actors in whose names the demands were raised by the day."""
    pks = frozenset[int]().union(*(ruling.askers for ruling in on_record(found)))
    return Actor.objects.published().filter(pk__in=pks)
