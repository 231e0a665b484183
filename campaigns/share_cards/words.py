"""What a card says where a page is shared and no frame is allowed: the title, and the answer state in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from campaigns.models import Campaign, Demand, Person, Stance
from campaigns.verdicts import AnswerState, Ruling, Verdict, addressed, on_record, tally

__all__ = ["Card", "of_campaign", "of_demand", "of_official"]

#: The letters of the fonts in campaigns/share_cards/fonts.
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
    #: One by one the stance of a position, else the answer state.
    marks: tuple[str, ...]
    #: Empty where the picture's letters do not have what is to be written: no picture is better than boxes.
    path: str

    @property
    def alt(self) -> str:
        """What the picture says."""
        return f"{self.title}. {self.words}"


def of_campaign(campaign: Campaign, found: Mapping[int, Ruling]) -> Card:
    """Return the card of a campaign: what was done about its demands, then what was said."""
    marks = _marks(ruling.best for ruling in on_record(found))
    return _card(campaign.place, campaign.name, tally(found).words, marks, reverse("card", args=[campaign.slug]))


def of_demand(ruling: Ruling) -> Card:
    """Return the card of a demand: to how many it is addressed, and what they said."""
    demand, path = ruling.demand, reverse("demand_card", args=[*_at(ruling.demand)])
    return _card(demand.campaign.name, demand.title, ruling.words, _marks(ruling.verdicts), path)


def of_official(official: Person, verdicts: Sequence[Verdict]) -> Card:
    """Return the card of an official: how many demands are addressed to the person, and what the person said."""
    path = reverse("official_card", args=[*_at(official)])
    return _card(official.campaign.name, official.name, addressed(verdicts), _marks(verdicts), path)


def _marks(verdicts: Iterable[Verdict | None]) -> tuple[str, ...]:
    """Return the marks in the order of the states, the best first."""
    order = [*Stance.values, *AnswerState.values]
    found = (verdict.mark if verdict else str(AnswerState.NOT_CHECKED) for verdict in verdicts)
    return tuple(sorted(found, key=order.index))


def _card(kicker: str, title: str, words: str, marks: tuple[str, ...], path: str) -> Card:
    return Card(kicker, title, words, marks, path if _LETTERS.fullmatch(kicker + title + words) else "")


def _at(record: Demand | Person) -> tuple[str, str]:
    return record.campaign.slug, record.slug
