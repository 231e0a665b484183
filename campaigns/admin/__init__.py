"""The desk: where staff keep the record. One module per noun; importing this package registers them all."""

from campaigns.admin import accounts, actor, campaign, demand, event, outcome, source, statement, team

__all__ = ["accounts", "actor", "campaign", "demand", "event", "outcome", "source", "statement", "team"]
