"""A verdict in plain words: the same sentences on every page, board, chart, card, frame and feed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from campaigns.models import Actor, PartialDate, Precision, Stance, days_between
from campaigns.verdicts.facts import AnswerState, By, Stop, Why

if TYPE_CHECKING:
    from campaigns.verdicts.tally import Tally
    from campaigns.verdicts.verdict import Ruling, Verdict

__all__ = ["addressed", "clause", "concluded", "done", "on", "overall", "said", "sentences", "summary"]


def on(when: PartialDate) -> str:
    """Return a date as it stands in a sentence: “on 22 April 2021”, “in April 2021”, “in 2021”."""
    text = _("on %(day)s") if when.precision == Precision.DAY else _("in %(month)s")
    return text % {"day": when, "month": when}


def clause(verdict: "Verdict") -> str:
    """Return the state in a few words, for a chip, a card or a line of a list; without the addressee."""
    if not verdict.asked_again:
        return _state(verdict)
    return _("%(state)s; asked again %(when)s") % {"state": _state(verdict), "when": verdict.opened}


def _state(verdict: "Verdict") -> str:
    match verdict.state:
        case AnswerState.ANSWERED if verdict.position is not None and verdict.position.stance is not None:
            stance = str(verdict.position.stance.label)
            return _("%(stance)s, said by their own people") % {"stance": stance} if verdict.within else stance
        case AnswerState.REPLIED:
            return _("replied without a position")
        case AnswerState.DECLINED:
            return _("declined to comment") if verdict.finding.reported else _("declined to take a position")
        case AnswerState.ANNOUNCED:
            return _("announced an answer")
        case AnswerState.NO_ANSWER:
            return _("no answer found")
    if verdict.asked is None:
        return _("no document on record puts it to them")
    return _("ended before anybody looked") if verdict.ended else _("not looked up yet")


def counted(verdicts: Iterable["Verdict"]) -> str:
    """Return what several verdicts are, the most frequent first: “rejects (2), replied without a position”."""
    words = Counter(_state(verdict) for verdict in verdicts)
    return ", ".join(word if n == 1 else f"{word} ({n})" for word, n in words.most_common())


def summary(verdicts: Sequence["Verdict"]) -> str:
    """Return in one sentence to how many a demand is addressed, and what they said."""
    if not verdicts:
        return _("Nobody is on record as having been asked.")
    return _("Addressed to %(n)d: %(said)s.") % {"n": len(verdicts), "said": counted(verdicts)}


def concluded(found: Sequence["Ruling"]) -> list[str]:
    """Return what the record concludes of several demands on a day, those of which it says the same in one line."""
    titles: dict[str, list[str]] = {}
    for ruling in found:
        titles.setdefault(ruling.words, []).append(ruling.demand.title)
    text = _("As of %(day)s: %(demands)s. %(said)s")
    day = PartialDate(found[0].at) if found else None
    return [text % {"day": day, "demands": "; ".join(several), "said": said} for said, several in titles.items()]


def addressed(verdicts: Sequence["Verdict"]) -> str:
    """Return in one sentence how many demands are addressed to somebody, and what was said to them."""
    if not verdicts:
        return _("No demand on record was put to them.")
    text = ngettext("Addressed in %(n)d demand: %(said)s.", "Addressed in %(n)d demands: %(said)s.", len(verdicts))
    return text % {"n": len(verdicts), "said": counted(verdicts)}


def overall(tally: "Tally") -> str:
    """Return in words what was done about all demands, then what was said."""
    if not tally.demands:
        return _("No demand is on record yet.")
    text = ngettext("%(n)d demand: %(done)s. %(said)s.", "%(n)d demands: %(done)s. %(said)s.", tally.demands)
    return text % {"n": tally.demands, "done": done(tally), "said": said(tally)}


def done(tally: "Tally") -> str:
    """Return what was done about the demands: “1 done, 2 reversed, 8 with nothing on record”."""
    parts = [_("%(n)d %(word)s") % {"n": n, "word": status.label} for status, n in tally.done]
    if nothing := tally.outcomes.get(None, 0):
        parts.append(ngettext("%(n)d with nothing on record", "%(n)d with nothing on record", nothing) % {"n": nothing})
    return ", ".join(parts)


def said(tally: "Tally") -> str:
    """Return what was said about the demands, each counted once by the best answer."""
    parts = []
    for state, n in tally.said:
        if state == AnswerState.NOT_CHECKED:
            parts += _unchecked(n, tally.lapsed)
            continue
        text = _("%(n)d %(word)s") % {"n": n, "word": _COUNTED[state]}
        if state == AnswerState.ANSWERED and tally.within:
            text = _("%(text)s (%(within)d only by people of those asked)") % {"text": text, "within": tally.within}
        parts.append(text)
    return ", ".join(parts)


def _unchecked(n: int, lapsed: int) -> list[str]:
    """Return how many demands are to be looked up, and how many ended before anybody did."""
    told = {_COUNTED[AnswerState.NOT_CHECKED]: n - lapsed, _("ended before anybody looked"): lapsed}
    return [_("%(n)d %(word)s") % {"n": many, "word": word} for word, many in told.items() if many]


#: How the states are counted in a sentence.
_COUNTED = {
    AnswerState.ANSWERED: _lazy("with a position"),
    AnswerState.REPLIED: _lazy("with a reply but no position"),
    AnswerState.DECLINED: _lazy("declined"),
    AnswerState.ANNOUNCED: _lazy("with an answer announced"),
    AnswerState.NO_ANSWER: _lazy("with no answer found"),
    AnswerState.NOT_CHECKED: _lazy("not looked up yet"),
}


def sentences(verdict: "Verdict") -> list[str]:
    """Return everything that the record concludes about a demand and an addressee, one plain sentence each.

    First the state, then when and how the addressee was asked and how long a position took, then what ended the
    question.
    """
    never = verdict.state == AnswerState.NOT_CHECKED and verdict.asked is None
    found = [*([] if never else _answer(verdict)), *_question(verdict), *_time_taken(verdict), *_dates(verdict)]
    if verdict.ended is not None:
        found.append(_end(verdict, verdict.ended))
    if verdict.vacant is not None and verdict.opened is not None:
        found.append(_("The post is vacant, as far as is on record, since %(day)s.") % {"day": verdict.vacant})
    return found


def _answer(verdict: "Verdict") -> list[str]:
    word = verdict.latest
    if verdict.state == AnswerState.NO_ANSWER:
        return _silence(verdict)
    if verdict.state == AnswerState.NOT_CHECKED:
        if verdict.ended is not None:
            return [_("Nobody looked for an answer while the question was open.")]
        return [_("Not looked up yet: nobody has looked for an answer.")]
    if word is None and verdict.finding.reported is not None:
        return [_("Declined to comment, as reported %(on)s.") % {"on": on(verdict.finding.reported)}]
    if word is None:
        return []
    stance = str(word.stance.label) if word.stance else ""
    told = {"on": on(word.statement.when), "who": word.who, "stance": stance}
    own, within = _SAID[verdict.state]
    text = str(within if word.within else own)
    found = [text % told]
    if word.within and all(by != By.OWN for _said, by in verdict.finding.said):
        found.insert(0, _("No answer of their own."))
    if word.whole_letter:
        found.append(_("That was said to the whole letter, not to this demand."))
    last = verdict.last
    if last is not None and last.stance != word.stance and last.statement.when.first > word.statement.when.last:
        stance = str(last.stance.label) if last.stance else _("replies to the whole letter")
        found.append(_("The last word: %(stance)s, %(day)s.") % {"stance": stance, "day": last.statement.when})
    return found


#: What was said, by the addressee itself and from within it.
_SAID = {
    AnswerState.ANSWERED: (
        _lazy("Answered %(on)s: %(stance)s."),
        _lazy("From their own ranks, %(who)s answered %(on)s: %(stance)s."),
    ),
    AnswerState.REPLIED: (
        _lazy("Replied %(on)s without taking a position."),
        _lazy("From their own ranks, %(who)s replied %(on)s without taking a position."),
    ),
    AnswerState.DECLINED: (
        _lazy("Declined %(on)s to take a position."),
        _lazy("From their own ranks, %(who)s declined %(on)s to take a position."),
    ),
    AnswerState.ANNOUNCED: (
        _lazy("Announced an answer %(on)s; none is on record since."),
        _lazy("From their own ranks, %(who)s announced an answer %(on)s; none is on record since."),
    ),
}


def _silence(verdict: "Verdict") -> list[str]:
    until, length = verdict.silent_until, verdict.silence
    if until is None:
        return [_("No answer found.")]
    if length is None:
        found = [_("No answer found up to %(day)s.") % {"day": until}]
    else:
        text = _("No answer found up to %(day)s, %(days)s after they were asked.")
        if verdict.asked_again:
            text = _("No answer found up to %(day)s, %(days)s after they were asked again.")
        found = [text % {"day": until, "days": length}]
    if until.last < verdict.at and verdict.ended is None:
        found.append(_("Nobody has looked since."))
    return found


def _time_taken(verdict: "Verdict") -> list[str]:
    answered, position = verdict.finding.answered, verdict.position
    if verdict.spoke_before:
        return [_("They had spoken before they were asked.")]
    if verdict.took is None or answered is None or position is None:
        return []
    told = {"days": verdict.took, "on": on(answered[0])}
    if answered[0] != verdict.asked:
        same_day = _("Asked again %(on)s, they took a position the same day.")
        later = _("Asked again %(on)s, they took a position after %(days)s.")
    elif answered[1] == position.statement.when:
        same_day, later = _("The position came the same day."), _("The position came %(days)s later.")
    else:
        same_day, later = _("The first position came the same day."), _("The first position came %(days)s later.")
    return [(later if verdict.took.most else same_day) % told]


def _question(verdict: "Verdict") -> list[str]:
    position, asked = verdict.position, verdict.asked
    if position is not None and verdict.opened is not None:
        text = _("Asked again %(on)s; before that: %(stance)s, %(day)s.")
        if not verdict.asked_again:
            text = _("Put to them %(on)s, after they had said: %(stance)s, %(day)s.")
        stance = str(position.stance.label) if position.stance else ""
        return [text % {"on": on(verdict.opened), "stance": stance, "day": position.statement.when}]
    if asked is None:
        return [_("The demand names them, but no document on record puts it to them.")]
    if verdict.finding.entered:
        return [_("The demand was there when they took office %(on)s.") % {"on": on(asked)}]
    if not verdict.finding.named:
        text = _("Raised in public since %(day)s; no document on record puts it to them by name.")
        return [text % {"day": asked}]
    return [_("Put to them %(on)s.") % {"on": on(asked)}]


def _dates(verdict: "Verdict") -> list[str]:
    """Return what was promised for a date, and by when an answer was asked for."""
    found = []
    position, deadline = verdict.position, verdict.finding.deadline
    if position is not None and position.due is not None and position.stance == Stance.PROMISES:
        past = position.due.last < verdict.at
        text = _("Promised for %(day)s, %(days)s ago.") if past else _("Promised for %(day)s.")
        found.append(text % {"day": position.due, "days": days_between(position.due, PartialDate(verdict.at))})
    if deadline is not None and verdict.open:
        past = deadline.last < verdict.at
        text = _("The deadline was %(day)s.") if past else _("The deadline is %(day)s.")
        found.append(text % {"day": deadline})
    return found


def _end(verdict: "Verdict", ended: Stop) -> str:
    told = {"on": on(ended.when)}
    match ended.why:
        case Why.LEFT_OFFICE if verdict.passed_on:
            return _("They left office %(on)s, with the question still open.") % told
        case Why.LEFT_OFFICE:
            text = _(
                "They left office %(on)s, with the question still open; no document puts the demand to the successor."
            )
            return text % told
        case Why.DISSOLVED if verdict.addressee.kind == Actor.Kind.POST:
            return _("The post ended %(on)s, with the question still open.") % told
        case Why.DISSOLVED:
            return _("The body was dissolved %(on)s, with the question still open.") % told
        case Why.DONE:
            return _("It was done %(on)s, with the question still open.") % told
        case Why.OVERTAKEN:
            return _("Events overtook the demand %(on)s, with the question still open.") % told
        case Why.WITHDRAWN:
            return _("The demand was withdrawn %(on)s, with the question still open.") % told
    return _("Another demand replaced this one %(on)s, with the question still open.") % told
