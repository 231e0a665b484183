"""The desk: where staff keep the record. One module per noun; importing this package registers them all."""

from campaigns.admin import (
    actor,
    campaign,
    demand,
    event,
    outcome,
    proposed_change,
    source,
    statement,
    team,
    user,
)

__all__ = ["actor", "campaign", "demand", "event", "outcome", "proposed_change", "source", "statement", "team", "user"]
