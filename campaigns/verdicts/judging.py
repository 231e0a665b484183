"""The verdict on one demand for one addressee: question, position, state, clock, end, silence; on plain values."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from campaigns.models import Check, PartialDate, Stance, Status
from campaigns.verdicts.facts import AnswerState, By, Case, Days, Finding, Said, Stop, Why
from campaigns.verdicts.whose import Ties

__all__ = ["CLOSING", "POSITIONS", "first_raised", "judge"]

#: The stances that take a position; the last two are for those who have nothing to grant.
POSITIONS = frozenset(
    {Stance.ACCEPTS, Stance.PROMISES, Stance.ACTS, Stance.PARTIAL, Stance.REJECTS, Stance.SUPPORTS, Stance.OPPOSES}
)
#: What every other word makes of an open question; None is a reply to a whole letter without a stance.
WORDS = {
    Stance.DEFLECTS: AnswerState.REPLIED,
    None: AnswerState.REPLIED,
    Stance.NO_POSITION: AnswerState.DECLINED,
    Stance.ACKNOWLEDGES: AnswerState.ANNOUNCED,
}
#: The outcomes that close a demand.
CLOSING = {Status.DONE: Why.DONE, Status.OVERTAKEN: Why.OVERTAKEN, Status.WITHDRAWN: Why.WITHDRAWN}
_STATES, _WHYS = list(AnswerState), list(Why)


class _Reached(NamedTuple):
    days: Days
    when: PartialDate
    named: bool
    entered: bool
    deadline: PartialDate | None


def first_raised(case: Case, at: dt.date) -> PartialDate | None:
    """Return the first date on which a demand was raised, up to a day; None where it was not yet."""
    dates = [occasion.when for occasion in case.occasions if occasion.when.first <= at]
    return min(dates, key=Days.of, default=None)


def judge(case: Case, addressee: int, ties: Ties, at: dt.date) -> Finding:
    """Return the verdict on a day; what the case holds of later days is left out, but for occasions to come."""
    reached = _reached(case, addressee, ties, at)
    naming = [one for one in reached if one.named]
    asked = next(iter(naming or reached), None)
    concerned = ties.concerned(addressee)
    close = [one for one in case.said if not concerned.isdisjoint(one.voices)]
    said = [(one, by) for one in close if (by := ties.voice(addressee, one.voices, one.days))]
    counted = _positions(said, personal=not ties.is_body(addressee))
    position, by = max(counted, key=_lateness, default=(None, None))
    opened = asked
    if position is not None:
        last = max(one.days.last for one, _by in counted)
        opened = next((one for one in naming if one.days.first > last), None)
    ended = _ended(case, addressee, ties, at, opened.days.first) if opened else None
    state, word, reported, silent = AnswerState.ANSWERED, None, None, None
    if position is None or opened:
        since = opened.days.first if opened else dt.date.min
        looks = [
            (one.when, one.found)
            for one in case.looks
            if (one.addressee is None or one.addressee in ties.same(addressee, Days.of(one.when)))
            and one.when.first <= at
            and one.when.last >= since
            and (ended is None or one.when.first <= _last_day(ended))
        ]
        state, by, word, reported = _open_state(said, looks, since)
        if opened:
            silent = max((when for when, found in looks if found != Check.Found.DECLINED), default=None)
    mine = {one.statement for one, _by in said}
    return Finding(
        asked=asked.when if asked else None,
        named=bool(naming),
        entered=bool(asked and asked.entered),
        state=state,
        by=by,
        position=position,
        opened=opened.when if opened else None,
        deadline=opened.deadline if opened else None,
        ended=ended,
        silent_until=silent,
        said=said,
        above=[one for one in close if one.statement not in mine and ties.from_above(addressee, one.voices, one.days)],
        word=word,
        reported=reported,
        answered=_answered(asked, naming, [one for one, _by in counted]) if state == AnswerState.ANSWERED else None,
    )


def _reached(case: Case, addressee: int, ties: Ties, at: dt.date) -> list[_Reached]:
    """Return the occasions up to the day that reached the addressee, the earliest first.

    One before the first day in office reaches whoever holds it on that day, one after the last reaches nobody.
    """
    found = []
    for occasion in case.occasions:
        days, when = Days.of(occasion.when), occasion.when
        known = ties.same(addressee, days)
        if not known.isdisjoint(occasion.raisers):
            continue
        if ties.is_body(addressee):
            known |= ties.speaking_for([addressee], days)
        named = not known.isdisjoint(occasion.named)
        if occasion.addressed and not named:
            continue
        life = next((life for life in ties.lives(addressee) if days.first <= life.days.last), None)
        if life is None:
            continue
        if days.last < life.days.first and life.start is not None:
            days, when = Days.of(life.start), life.start
        if days.first <= at:
            found.append(_Reached(days, when, named, when is not occasion.when, occasion.deadline))
    return sorted(found, key=lambda one: one.days)


def _positions(said: Sequence[tuple[Said, By]], *, personal: bool) -> list[tuple[Said, By]]:
    """Return the positions that count: a mere member's only where nobody else took one, a person's own before all."""
    found = [(one, by) for one, by in said if one.stance in POSITIONS]
    found = [(one, by) for one, by in found if by != By.MEMBER] or found
    return ([(one, by) for one, by in found if by == By.OWN] or found) if personal else found


def _lateness(counted: tuple[Said, By]) -> tuple[Days, int, bool, int]:
    one, by = counted
    return one.days, one.position, by == By.OWN, one.statement


def _open_state(
    said: Iterable[tuple[Said, By]], looks: Iterable[tuple[PartialDate, Check.Found]], since: dt.date
) -> tuple[AnswerState, By | None, Said | None, PartialDate | None]:
    """Return the state of an open question, whose words make it so, the latest of these, or when it was reported."""
    heard = [(WORDS[one.stance], by, one) for one, by in said if one.stance in WORDS and one.days.last >= since]
    looks = list(looks)
    declined = max((when for when, found in looks if found == Check.Found.DECLINED), default=None)
    best = min(heard, key=lambda one: (_STATES.index(one[0]), one[1] != By.OWN), default=None)
    if declined and (
        best is None or (_STATES.index(AnswerState.DECLINED), False) < (_STATES.index(best[0]), best[1] != By.OWN)
    ):
        return AnswerState.DECLINED, By.OWN, None, declined
    if best is not None:
        word = max(one for state, by, one in heard if state == best[0] and (by == By.OWN) == (best[1] == By.OWN))
        return best[0], best[1], word, None
    return (AnswerState.NO_ANSWER if looks else AnswerState.NOT_CHECKED), None, None, None


def _ended(case: Case, addressee: int, ties: Ties, at: dt.date, opened: dt.date) -> Stop | None:
    """Return the first thing that ends a question open since a day; an end before that day ends nothing."""
    stops: list[tuple[dt.date, int, Stop]] = []

    def stop(day: dt.date, why: Why, when: PartialDate) -> None:
        stops.append((day, _WHYS.index(why), Stop(why, when)))

    for life in ties.lives(addressee):
        if life.end is not None and opened <= life.days.last <= at:
            person = addressee in ties.actors and ties.actors[addressee].kind == "person"
            stop(life.days.last, Why.LEFT_OFFICE if person else Why.DISSOLVED, life.end)
            break
    if case.outcome is not None and case.outcome[0] in CLOSING and opened <= case.outcome[1].last:
        stop(case.outcome[1].last, CLOSING[case.outcome[0]], case.outcome[1])
    for first in case.successors:
        if opened <= first.last:
            stop(first.first, Why.REPLACED, first)
    return min(stops, key=lambda one: one[:2])[2] if stops else None


def _last_day(ended: Stop) -> dt.date:
    return ended.when.first if ended.why == Why.REPLACED else ended.when.last


def _answered(
    asked: _Reached | None, naming: Sequence[_Reached], positions: Sequence[Said]
) -> tuple[PartialDate, PartialDate] | None:
    """Return the question that the latest position answered, and the first position after it; None: never asked.

    A question is asked again by an occasion that is certainly later than a position on the question before.
    """
    if asked is None:
        return None
    question = asked
    for one in naming:
        if any(question.days.first <= said.days.last < one.days.first for said in positions):
            question = one
    after = [said for said in positions if said.days.last >= question.days.first]
    return question.when, min(after or positions, key=lambda said: said.days).when
