"""What a card says where a page is shared and no frame is allowed: the title, and the answer state in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.answers import AnswerState, Standing, Tally
from campaigns.models import Campaign, Demand, Person

__all__ = ["Card", "of_campaign", "of_demand", "of_official"]

#: The letters of the fonts in campaigns/embed/fonts.
_LETTERS = re.compile(
    r"[ -~\u00a0-\u024f\u0259\u02b0-\u02ff\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff"
    r"\u2010-\u2027\u2030-\u203a\u20a0-\u20bf]*"
)


@dataclass(frozen=True, slots=True)
class Card:
    """What stands above the title, the title, a sentence, a mark for each that was counted, the picture's path."""

    kicker: str
    title: str
    words: str
    #: Whether there is an answer, one by one.
    marks: tuple[bool, ...]
    #: Empty where the picture's letters do not have what is to be written: no picture is better than boxes.
    path: str

    @property
    def alt(self) -> str:
        """What the picture says."""
        return f"{self.title}. {self.words}"


def of_campaign(campaign: Campaign, tally: Tally) -> Card:
    """Return the card of a campaign: how many demands have an answer."""
    counted = ngettext("%(n)d demand.", "%(n)d demands.", tally.demands) % {"n": tally.demands}
    answered = _answered(tally.answered, tally.demands)
    marks = (True,) * tally.answered + (False,) * tally.unanswered
    return _card(campaign.place, campaign.name, f"{counted} {answered}", marks, reverse("card", args=[campaign.slug]))


def of_demand(demand: Demand, standings: Sequence[Standing]) -> Card:
    """Return the card of a demand: of how many it was asked, and how many answered."""
    asked = ngettext("Put to %(n)d addressee.", "Put to %(n)d addressees.", len(standings)) % {"n": len(standings)}
    return _of_standings(demand.campaign, demand.title, asked, standings, reverse("demand_card", args=[*_at(demand)]))


def of_official(official: Person, standings: Sequence[Standing]) -> Card:
    """Return the card of an official: how many demands were put to the person, and how many were answered."""
    asked = ngettext("%(n)d demand was put to them.", "%(n)d demands were put to them.", len(standings))
    asked %= {"n": len(standings)}
    path = reverse("official_card", args=[*_at(official)])
    return _of_standings(official.campaign, official.name, asked, standings, path)


def _of_standings(campaign: Campaign, title: str, asked: str, standings: Sequence[Standing], path: str) -> Card:
    marks = tuple(sorted((one.state == AnswerState.ANSWERED for one in standings), reverse=True))
    words = f"{asked} {_answered(sum(marks), len(marks))}" if marks else _("Nobody is on record as having been asked.")
    return _card(campaign.name, title, words, marks, path)


def _card(kicker: str, title: str, words: str, marks: tuple[bool, ...], path: str) -> Card:
    return Card(kicker, title, words, marks, path if _LETTERS.fullmatch(kicker + title + words) else "")


def _answered(answered: int, of: int) -> str:
    if not answered:
        return _("No answer is on record.")
    if answered == of:
        return ngettext("It has an answer on record.", "All have an answer on record.", of)
    return _("%(answered)d of %(of)d have an answer on record.") % {"answered": answered, "of": of}


def _at(record: Demand | Person) -> tuple[str, str]:
    return record.campaign.slug, record.slug
