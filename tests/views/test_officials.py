"""The list of officials."""

import re

import pytest

from campaigns.models import Classification
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, campaign, query=""):
    return client.get(f"/{campaign.slug}/officials/{query}")


def test_everyone_with_a_role_in_a_public_body_is_listed_by_name_with_post_and_dates(client):
    police = make.make_organization(name="Police", classification=Classification.GOVERNMENT)
    chief = make.make_post(name="Chief", organization=police)
    smith = make.make_person(name="Rick Smith", sort_name="Smith, Rick")
    make.make_membership(smith, post=chief, start="2017-08", end="2022-04-22")
    lucas = make.make_person(name="Quinton Lucas", sort_name="Lucas, Quinton")
    make.make_membership(lucas, police, start="2019")
    make.make_person(name="A pastor")
    page = page_of(client, smith.campaign)
    assert re.findall(r"<h2><a [^>]*>([^<]+)<", page.content.decode()) == ["Quinton Lucas", "Rick Smith"]
    assert "Chief, Police, August 2017 to April 22, 2022" in text(page)
    assert "Police, from 2019; no end on record" in text(page)


def test_the_counts_are_of_demands_put_to_the_person_or_reaching_them_through_a_post(client):
    chief = make.make_post()
    smith, graves = make.make_person(name="Smith"), make.make_person(name="Graves")
    make.make_membership(smith, post=chief, end="2020-12")
    make.make_membership(graves, post=chief, start="2021-01")
    by_post = make.make_demand([chief, graves])
    make.raise_demand(by_post, when="2021-04-22")
    by_name = make.make_demand([graves])
    make.raise_demand(by_name, when="2021-04-22")
    make.answer(by_name, speaker=graves)
    words = text(page_of(client, smith.campaign))
    assert "Addressed in 2 demands: not looked up yet, rejects." in words.partition("Smith")[0]
    assert "No demand on record was put to them." in words.partition("Smith")[2]


def test_no_official_is_a_finished_page(client):
    assert "No official is on record yet." in text(page_of(client, make.make_campaign()))


def test_the_list_goes_on_where_the_last_page_ended(client, monkeypatch):
    campaign = make.make_campaign()
    body = make.make_organization(campaign=campaign, classification=Classification.GOVERNMENT)
    for number in range(101):
        make.make_membership(make.make_person(campaign=campaign, name=f"Official {number:03}"), body)
    first = page_of(client, campaign).content.decode()
    following = re.search(r'href="(\?after=\d+)"', first)
    assert following is not None
    second = page_of(client, campaign, following[1]).content.decode()
    assert re.findall(r"<h2><a [^>]*>([^<]+)<", first)[-1] == "Official 099"
    assert re.findall(r"<h2><a [^>]*>([^<]+)<", second) == ["Official 100"]
