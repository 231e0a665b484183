"""The verdicts as data: `/<campaign>/data/answers.json`."""

import pytest

from campaigns.models import State
from tests.factories import answer, make_demand, make_person, make_statement, raise_demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    demand = make_demand([make_person(slug="ada")], slug="demand")
    raise_demand(demand, make_statement(addressees=[demand.parties.get().actor], when="2020-06"))
    return demand.campaign


def test_it_says_what_was_concluded_of_the_day_that_is_asked_for(client, campaign):
    answer(campaign.demands.get(), speaker=campaign.demands.get().parties.get().actor, when="2021-05-03")
    address = f"/{campaign.slug}/data/answers.json"
    states = [
        [one["addressees"][0]["state"] for one in client.get(f"{address}{day}").json()["demands"]]
        for day in ("?at=2020-05-31", "?at=2021-05-02", "?at=2021-05-03", "")
    ]
    assert states == [[], ["not_checked"], ["answered"], ["answered"]]
    assert client.get(address).json()["at"] == campaign.today().isoformat()


@pytest.mark.parametrize(
    "at", ["yesterday", "2021", "2021-13-01", "20210503x", "0", "9" * 50, "%00", "2021-05-03T00:00"]
)
def test_anything_but_a_day_is_refused_in_a_sentence(client, campaign, at):
    answered = client.get(f"/{campaign.slug}/data/answers.json?at={at}")
    assert (answered.status_code, answered["Content-Type"]) == (400, "application/problem+json")
    assert "is not a day: write at=2026-12-01." in answered.json()["detail"]


def test_it_is_kept_like_a_page_and_open_to_every_site(client, campaign):
    answered = client.get(f"/{campaign.slug}/data/answers.json")
    assert answered["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/{campaign.slug}/data/answers.json", headers={"If-None-Match": answered["ETag"]})
    assert again.status_code == 304


def test_drafts_leave_no_trace(client, campaign):
    before = client.get(f"/{campaign.slug}/data/answers.json").content
    secret = make_person(slug="secret", state=State.DRAFT)
    campaign.demands.get().parties.create(role="addressee", actor=secret)
    raise_demand(make_demand([secret], slug="hidden", state=State.DRAFT))
    assert client.get(f"/{campaign.slug}/data/answers.json").content == before
