"""The verdicts as data: what ``/<campaign>/data/answers.json`` holds, and every other way out that gives data."""

import datetime as dt
from typing import Any

from campaigns.models import Campaign, PartialDate
from campaigns.verdicts.facts import AnswerState
from campaigns.verdicts.tally import askers, on_record, tally
from campaigns.verdicts.verdict import Ruling, Verdict, Whose, rulings

__all__ = ["answers_of"]


def answers_of(campaign: Campaign, at: dt.date) -> dict[str, Any]:
    """Return what the record concludes on a day, in the demands' and addressees' own order, dates as sharp as known.

    A demand that was first raised later is left out.
    """
    found = rulings(list(campaign.demands.published().select_related("campaign")), at, history=0)
    counted = tally(found)
    return {
        "campaign": campaign.slug,
        "at": at.isoformat(),
        "who_asks": sorted(askers(found).order_by().values_list("slug", flat=True)),
        "tally": {
            "demands": counted.demands,
            "parts": counted.parts,
            "within": counted.within,
            "states": {str(state): counted.states.get(state, 0) for state in AnswerState},
            "outcomes": {str(status or "none"): n for status, n in counted.outcomes.items()},
        },
        "demands": [_demand(ruling) for ruling in on_record(found)],
    }


def _demand(ruling: Ruling) -> dict[str, Any]:
    return {
        "demand": ruling.demand.slug,
        "outcome": str(ruling.outcome[0]) if ruling.outcome else None,
        "closed": _iso(ruling.closed),
        "addressees": [_addressee(verdict) for verdict in ruling.verdicts],
        "deciders": ruling.by(Whose.DECIDES),
        "not_addressed": ruling.by(Whose.ABOVE, Whose.NOT_ADDRESSED),
    }


def _addressee(verdict: Verdict) -> dict[str, Any]:
    finding, position, ended = verdict.finding, verdict.finding.position, verdict.ended
    return {
        "addressee": verdict.addressee.slug,
        "asked": _iso(finding.asked),
        "named": finding.named,
        "state": str(finding.state),
        "by": None if finding.by is None else "within" if verdict.within else "own",
        "position": {"statement": position.slug, "stance": str(position.stance)} if position else None,
        "open_since": _iso(finding.opened),
        "ended": {"why": str(ended.why), "date": ended.when.isoformat()} if ended else None,
        "silent_until": _iso(finding.silent_until),
    }


def _iso(when: PartialDate | None) -> str | None:
    return when.isoformat() if when else None
