"""The list of demands."""

import re

import pytest

from tests.factories import answer, make_campaign, make_demand, make_person, raise_demand
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_silence_is_listed_in_its_place_and_never_sorted_away(client):
    person = make_person()
    titles = ["Answered", "Unanswered", "Never raised"]
    answered, unanswered, _never = (make_demand([person], title=t, position=n) for n, t in enumerate(titles))
    raise_demand(answered)
    raise_demand(unanswered)
    answer(answered, speaker=person, when="2021-05-01")
    page = client.get(f"{answered.campaign.get_absolute_url()}demands/").content.decode()
    assert re.findall(r'<h3 class="demand-title"><a [^>]*>([^<]+)<', page) == titles


def test_a_demand_put_to_nobody_says_so(client):
    demand = make_demand()
    assert "Nobody is on record as having been asked." in text(client.get(f"/{demand.campaign.slug}/demands/"))


def test_no_demand_is_a_finished_page(client):
    campaign = make_campaign()
    assert "No demand is on record yet." in text(client.get(f"/{campaign.slug}/demands/"))
