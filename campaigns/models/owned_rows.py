"""What belongs to a record: the rows of links that are edited with it, shown with it and kept in its history."""

from typing import Any

from django.db import models

from campaigns.models.actor import Actor, Membership
from campaigns.models.campaign import Campaign
from campaigns.models.demand import Demand, Issuance, Party
from campaigns.models.event import Effect, Event
from campaigns.models.outcome import Check, Outcome
from campaigns.models.publishing import Publishable
from campaigns.models.response import Response
from campaigns.models.source import Citation, Source
from campaigns.models.statement import Participant, Relation, Statement
from campaigns.triggers import OWNER

__all__ = ["PARTS", "owner_key", "owner_keys", "owner_of"]

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


def owner_keys(model: Any) -> tuple[str, ...]:
    """Return the foreign keys of a kind of rows of which the first that is set leads to the record it is a part of.

    None for a noun of the record, which is a part of nothing.
    """
    if issubclass(model, Publishable):
        return ()
    return OWNER.get(str(model._meta.model_name)) or (*model.SUBJECTS, "campaign")


def owner_of(row: Any) -> Publishable:
    """Return the record that a row is a part of; a record itself."""
    while not isinstance(row, Publishable):
        row = next(getattr(row, key) for key in owner_keys(type(row)) if getattr(row, f"{key}_id", None) is not None)
    return row


def owner_key(model: Any, version: Any) -> tuple[Any, int]:
    """Return kind and key of the record that a version's row is a part of, also where what is between them is gone."""
    while not issubclass(model, Publishable):
        key = next(key for key in owner_keys(model) if getattr(version, f"{key}_id") is not None)
        above, pk = model._meta.get_field(key).related_model._meta.concrete_model, getattr(version, f"{key}_id")
        if issubclass(above, Publishable):
            return above, pk
        model, version = above, above.history.filter(id=pk).order_by("-history_id").first()
    return model, version.id
