"""What the database has of a campaign, loaded once, so that checking and applying ask it nothing more."""

from collections.abc import Iterator
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from campaigns import models, schemas
from campaigns.models import State

__all__ = ["KINDS", "LINKS", "PARTICIPANT_KEYS", "SAME", "Existing", "links_of", "outcome_label", "state_after"]

#: The kinds of records, as the file's sections are called, in the order in which they are reported.
KINDS = ("campaign", "organizations", "people", "posts", "sources", "demands", "statements", "events", "outcomes")

#: Columns that have the name and the value of a key of the campaign file, per model.
SAME: dict[type[Model], tuple[str, ...]] = {
    models.Campaign: (
        "slug",
        "name",
        "summary",
        "place",
        "timezone",
        "language",
        "languages",
        "methodology",
        "licence",
    ),
    models.Actor: ("slug", "name", "sort_name", "aliases", "url", "note"),
    models.Source: ("slug", "url", "archive_url", "publisher", "title", "title_from", "author", "language", "note"),
    models.Statement: (
        "slug",
        "kind",
        "speaker_label",
        "capacity",
        "signatories_incomplete",
        "venue",
        "summary",
        "quote",
        "language",
        "translation",
        "note",
    ),
    models.Demand: (
        "slug",
        "title",
        "text",
        "language",
        "translation",
        "note",
    ),
    models.Event: ("slug", "title", "summary", "venue", "note"),
    models.Outcome: ("status", "reason", "note"),
    models.Membership: ("speaks_for", "note"),
    models.Issuance: ("text", "language", "translation", "note"),
    models.Response: ("stance", "note"),
    models.Effect: ("note",),
    models.Check: ("found", "note"),
    models.Citation: ("quote", "place"),
    models.Correction: ("kind", "sentence", "hides_earlier"),
}

#: The key under which participants of a role stand.
PARTICIPANT_KEYS: dict[str, str] = {
    models.Participant.Role.CO_SPEAKER: "co_speakers",
    models.Participant.Role.SIGNATORY: "signatories",
    models.Participant.Role.ADDRESSEE: "addressed_to",
}

#: Every link, and through what it belongs to a campaign; of two, through the one that is set.
LINKS: dict[type[Model], tuple[str, ...]] = {
    models.Membership: ("member",),
    models.Participant: ("statement",),
    models.Relation: ("statement",),
    models.Party: ("demand",),
    models.Issuance: ("demand",),
    models.Response: ("statement",),
    models.Effect: ("event",),
    models.Check: ("demand", "letter"),
    models.Citation: ("source",),
}


def links_of(model: type[Any], campaign: models.Campaign) -> "QuerySet[Any]":
    """Return the links of one kind in a campaign."""
    conditions = (Q(**{f"{owner}__campaign": campaign}) for owner in LINKS[model])
    rows: QuerySet[Any] = model.objects.filter(reduce(or_, conditions))
    return rows


class Existing:
    """The rows of a campaign: nouns by slug, outcomes and links as lists, all in the order of their keys."""

    def __init__(self, campaign: models.Campaign | None) -> None:
        """Load everything; nothing where the campaign is new."""
        self.campaign = campaign

        def rows(model: type[Model]) -> list[Any]:
            return list(model._default_manager.filter(campaign=campaign).order_by("pk")) if campaign else []

        self.actors: dict[str, models.Actor] = {row.slug: row for row in rows(models.Actor)}
        self.sources: dict[str, models.Source] = {row.slug: row for row in rows(models.Source)}
        self.demands: dict[str, models.Demand] = {row.slug: row for row in rows(models.Demand)}
        self.statements: dict[str, models.Statement] = {row.slug: row for row in rows(models.Statement)}
        self.events: dict[str, models.Event] = {row.slug: row for row in rows(models.Event)}
        self.outcomes: list[models.Outcome] = rows(models.Outcome)
        self.links: dict[type[Model], list[Any]] = {
            model: list(links_of(model, campaign).order_by("pk")) if campaign else [] for model in LINKS
        }
        self.corrections: list[models.Correction] = rows(models.Correction)

    def records(self) -> Iterator[tuple[str, str]]:
        """Yield (kind, label) of every record, as the report names them."""
        sections = {"organization": "organizations", "person": "people", "post": "posts"}
        yield from ((sections[actor.kind], slug) for slug, actor in self.actors.items())
        yield from (("sources", slug) for slug in self.sources)
        yield from (("demands", slug) for slug in self.demands)
        yield from (("statements", slug) for slug in self.statements)
        yield from (("events", slug) for slug in self.events)
        slugs = {demand.pk: slug for slug, demand in self.demands.items()}
        yield from (("outcomes", outcome_label(slugs[row.demand_id], row)) for row in self.outcomes)

    @cached_property
    def posts(self) -> dict[tuple[str, str | None], str]:
        """The slug of each post that was there, by its name and the slug of its organization."""
        slugs = {actor.pk: slug for slug, actor in self.actors.items()}
        return {
            (actor.name, slugs.get(actor.organization_id or 0)): slug
            for slug, actor in self.actors.items()
            if actor.kind == models.Actor.Kind.POST
        }


def outcome_label(demand: str, outcome: "models.Outcome | schemas.Outcome") -> str:
    """Return how an outcome, which has no slug, is named: by its demand, status and date."""
    date = outcome.date if isinstance(outcome, schemas.Outcome) else outcome.when.isoformat()
    return f"{demand}: {outcome.status}, {date}"


def state_after(said: State | None, state: State | None, *, publish: bool, held: bool = False) -> State:
    """Return a record's state after an import.

    ``said`` is the state in the file, ``state`` the one in the database, each None where there is none. What is
    withdrawn stays so, unless the file itself says otherwise. Where the import is ``held`` it publishes nothing: what
    would become published is in review, or stays withdrawn.
    """
    after = said or state or State.DRAFT
    if publish and State.WITHDRAWN not in (said, None if said else state):
        after = State.PUBLISHED
    if held and after == State.PUBLISHED != state:
        return State.WITHDRAWN if state == State.WITHDRAWN else State.IN_REVIEW
    return after
