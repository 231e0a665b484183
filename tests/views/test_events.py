"""The trimmed address of events."""

import pytest

from campaigns.models import State
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def test_it_leads_for_good_to_the_page_that_lists_them(client):
    campaign = make_campaign()
    answered = client.get(f"/{campaign.slug}/events/")
    assert (answered.status_code, answered["Location"]) == (301, f"/{campaign.slug}/timeline/")


def test_a_draft_campaign_leads_nowhere(client):
    campaign = make_campaign(state=State.DRAFT)
    pages = [client.get(f"/{slug}/events/") for slug in (campaign.slug, "never-was")]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].content == pages[1].content
