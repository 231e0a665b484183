"""What of a file looks like a private detail, once it is written: the desk refuses it, a command notes it."""

from collections.abc import Iterable, Iterator

from campaigns.campaign_file.applying.links import Noun
from campaigns.campaign_file.existing import outcome_label
from campaigns.campaign_file.problems import Problem, shown
from campaigns.campaign_file.reading.document import Document
from campaigns.campaign_file.reading.schema_paths import Path
from campaigns.models import Campaign, Clearance, DetailKind, Private, State

__all__ = ["OPERATOR", "open_in", "private_problems"]

#: Why a detail may be public of which no second person was asked; staff read it.
OPERATOR = "Published by whoever ran import_campaign."


def open_in(campaign: Campaign, nouns: Iterable[Noun]) -> list[tuple[Noun, Private]]:
    """Return what looks private in the records that readers see now, and nobody has said may be public."""
    seen = [noun for noun in nouns if noun.row.state == State.PUBLISHED]
    known = {id(noun.row): noun for noun in seen}
    found = Clearance.objects.open_in([noun.row for noun in seen], campaign)
    return [(known[id(one.record)], one) for one in found]


def private_problems(document: Document, found: Iterable[tuple[Noun, Private]]) -> Iterator[Problem]:
    """Yield each as what is wrong with the file, with the line of its record."""
    paths = dict(_paths(document))
    for noun, one in found:
        kind, words = DetailKind(one.detail.kind).label, shown(one.detail.words)
        message = f"it would be published and seems to tell {kind} ({one.where}): “{words}”"
        expected = "state: in_review, until a second person says in the desk that it may be public"
        yield document.problem(paths.get((noun.kind, noun.label), ()), message, expected)


def _paths(document: Document) -> Iterator[tuple[tuple[str, str], Path]]:
    """Yield where each record of a file stands, by kind and label."""
    file = document.shape
    if file is None:
        return
    yield ("campaign", file.campaign.slug), ("campaign",)
    for kind in ("organizations", "people", "posts", "sources", "demands", "statements", "events"):
        for number, item in enumerate(getattr(file, kind)):
            yield (kind, item.slug), (kind, number)
    for number, demand in enumerate(file.demands):
        for place, outcome in enumerate(demand.outcomes):
            yield ("outcomes", outcome_label(demand.slug, outcome)), ("demands", number, "outcomes", place)
