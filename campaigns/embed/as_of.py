"""The day that a frame shows: today, or the one that its address names, with only what was on record at its end."""

import datetime as dt
from dataclasses import replace

from campaigns.embed.themes import Look
from campaigns.models import Campaign, DemandQuerySet, Publishable, on_record_by
from campaigns.timeline.stream import Stream

__all__ = ["day", "demands", "known", "not_ahead", "stream", "was_on_record"]


def not_ahead(campaign: Campaign, look: Look) -> Look:
    """Return the look without a day that is still to come."""
    return replace(look, as_of=None) if look.as_of and look.as_of > campaign.today() else look


def day(campaign: Campaign, look: Look) -> dt.date:
    """Return the day that is shown."""
    return look.as_of or campaign.today()


def known(campaign: Campaign, look: Look) -> dt.datetime | None:
    """Return until when something must have been recorded to be shown; None where no day was asked for."""
    return campaign.end_of(look.as_of) if look.as_of else None


def was_on_record(record: Publishable, campaign: Campaign, look: Look) -> bool:
    """Say whether a record was there on the day that is shown."""
    until = known(campaign, look)
    return until is None or record.recorded_at <= until


def demands(campaign: Campaign, look: Look) -> DemandQuerySet:
    """Return the published demands of the day."""
    found = campaign.demands.published().of_the_day(day(campaign, look))
    return found.filter(on_record_by(known(campaign, look))).select_related("campaign")


def stream(campaign: Campaign, look: Look) -> Stream:
    """Return the timeline of the day."""
    found = Stream.of(campaign)
    return found.as_of(look.as_of, campaign.end_of(look.as_of)) if look.as_of else found
