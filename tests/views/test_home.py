"""The front door."""

import pytest

from campaigns.models import State
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_the_only_campaign_is_the_front_page(client):
    campaign = make.make_campaign(name="The campaign")
    assert client.get("/").content == client.get(campaign.get_absolute_url()).content


def test_its_permanent_address_is_the_campaigns_own(client):
    campaign = make.make_campaign()
    page = client.get("/").content.decode()
    assert f'<link rel="canonical" href="http://testserver{campaign.get_absolute_url()}">' in page


def test_several_campaigns_are_listed_with_their_number_of_demands(client):
    one, _two = make.make_campaign(name="One"), make.make_campaign(name="Two")
    make.make_demand(campaign=one)
    make.make_demand(campaign=one, state=State.DRAFT)
    page = client.get("/").content.decode()
    assert page.count("<h2>") == 2
    assert "1 demand<" in page
    assert "0 demands<" in page


def test_a_campaign_in_draft_is_not_listed(client):
    make.make_campaign(name="The secret one", state=State.DRAFT)
    page = client.get("/").content.decode()
    assert "secret" not in page
    assert "No campaign is published here yet." in page


def test_the_number_of_queries_does_not_grow_with_the_campaigns(client, django_assert_num_queries):
    for _number in range(20):
        make.make_campaign()
    with django_assert_num_queries(1):
        client.get("/")
