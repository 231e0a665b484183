"""Stub."""

from campaigns.campaign_file.existing import Existing
from campaigns.campaign_file.problems import Problem
from campaigns.campaign_file.reading import Document


def check(document: Document, existing: Existing, *, publish: bool, prune: bool) -> list[Problem]:
    """Stub."""
    return []
