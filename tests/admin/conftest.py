"""Two campaigns, of which a team sees one."""

import pytest

from campaigns.models import Campaign
from tests import factories as make


@pytest.fixture
def ours() -> Campaign:
    return make.make_campaign(slug="ours", name="Ours")


@pytest.fixture
def theirs() -> Campaign:
    return make.make_campaign(slug="theirs", name="Secret campaign")
