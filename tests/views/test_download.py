"""The campaign file as a download."""

import json

import pytest
import yaml

from campaigns.campaign_file import campaign_data
from tests import factories as make

pytestmark = pytest.mark.django_db


def make_record():
    demand = make.make_demand([make.make_person(name="Shown person")], title="Shown demand")
    make.raise_demand(demand, make.make_statement(quote="No me voy — nunca."))
    make.answer(demand)
    return demand.campaign


@pytest.mark.parametrize(("form", "parse"), [("yaml", yaml.safe_load), ("json", json.loads)])
def test_it_holds_all_that_is_public(client, form, parse):
    campaign = make_record()
    answered = client.get(f"/{campaign.slug}/data/campaign.{form}")
    assert parse(answered.content) == campaign_data(campaign, public=True)
    assert "No me voy — nunca." in answered.content.decode()


@pytest.mark.parametrize(("form", "media_type"), [("yaml", "application/yaml"), ("json", "application/json")])
def test_it_is_saved_under_the_campaigns_name_and_kept_out_of_search_engines(client, form, media_type):
    campaign = make.make_campaign(slug="kansas-city")
    headers = client.get(f"/{campaign.slug}/data/campaign.{form}").headers
    assert {name: headers[name] for name in ("Content-Type", "Content-Disposition", "X-Robots-Tag")} == {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="kansas-city.{form}"',
        "X-Robots-Tag": "noindex",
    }
    assert "s-maxage=840, stale-while-revalidate=60, stale-if-error=60" in headers["Cache-Control"]


def test_a_format_that_is_not_made_is_not_found(client):
    assert client.get(f"/{make_record().slug}/data/campaign.exe").status_code == 404
