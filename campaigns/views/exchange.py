"""What the pages of persons, posts and organizations have in common: what was asked of an actor, and what it said."""

from typing import Any

from django.http import HttpRequest

from campaigns.http.pages import CORRECTIONS
from campaigns.http.paging import cursor, slice_after
from campaigns.models import Actor, Campaign, Correction, Relation
from campaigns.timeline.stream import Stream
from campaigns.verdicts import marks, put_to

__all__ = ["exchange"]

#: Entries in each list on a page.
WINDOW = 20
#: The columns by which relations stand in the order of the statements that make them.
IN_ORDER = ("statement__date", "statement__precision", "statement__position", "pk")


def exchange(request: HttpRequest, campaign: Campaign, actor: Actor) -> dict[str, Any]:
    """Return the part of the context: what was put to the actor, what it said and for whom, what was said to it."""
    said = Stream.of(campaign).by(actor).newest(WINDOW, cursor(request, "before"))
    addressed = Stream.of(campaign).addressed_to(actor).newest(WINDOW, cursor(request, "addressed_before"))
    turns = Relation.objects.published().turning(actor)
    behalf = Actor.objects.published().spoken_for_by(actor)
    return {
        "verdicts": put_to([actor], campaign.today())[actor.pk],
        "said": said,
        "addressed": addressed,
        "turns": slice_after(request, turns, IN_ORDER, WINDOW, parameter="turns_after"),
        "behalf": slice_after(request, behalf, ("folded_name", "pk"), parameter="behalf_after"),
        "corrections": Correction.objects.published().of(actor)[:CORRECTIONS],
        "marks": marks(entry.record for entry in (*said.entries, *addressed.entries)),
    }
