"""What belongs to a record: the rows of links that are edited with it, shown with it and kept in its history."""

from django.db import models

from campaigns.models.actor import Actor, Membership
from campaigns.models.campaign import Campaign
from campaigns.models.demand import Demand, Issuance, Party
from campaigns.models.event import Effect, Event
from campaigns.models.outcome import Check, Outcome
from campaigns.models.response import Response
from campaigns.models.source import Citation, Source
from campaigns.models.statement import Participant, Relation, Statement

__all__ = ["PARTS"]

#: Each noun, and the foreign keys by which other rows are parts of it.
PARTS: dict[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    Campaign: (),
    Actor: ((Membership, "member"), (Membership, "organization"), (Membership, "post"), (Citation, "actor")),
    Source: (),
    Statement: (
        (Participant, "statement"),
        (Issuance, "statement"),
        (Response, "statement"),
        (Relation, "statement"),
        (Check, "letter"),
        (Citation, "statement"),
    ),
    Demand: ((Party, "demand"), (Issuance, "demand"), (Check, "demand"), (Citation, "demand")),
    Event: ((Effect, "event"), (Citation, "event")),
    Outcome: ((Citation, "outcome"),),
    # Parts that have sources themselves.
    Membership: ((Citation, "membership"),),
    Issuance: ((Citation, "issuance"),),
    Check: ((Citation, "look"),),
}
