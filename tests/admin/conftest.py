"""Two campaigns, of which a team sees one; and somebody who sees all."""

import pytest
from django.contrib.auth.models import User

from campaigns.models import Campaign
from tests import factories as make


@pytest.fixture
def ours() -> Campaign:
    return make.make_campaign(slug="ours", name="Ours")


@pytest.fixture
def theirs() -> Campaign:
    return make.make_campaign(slug="theirs", name="Secret campaign")


@pytest.fixture
def staff(db, client):
    """A browser in which a superuser is in."""
    client.force_login(User.objects.create_superuser("staff"))
    return client
