"""The sitemap."""

import re

import pytest

from campaigns import sitemaps
from campaigns.models import State
from tests import factories as make

pytestmark = pytest.mark.django_db

ORIGIN = "https://record.example.org"


@pytest.fixture(autouse=True)
def origin(settings):
    settings.SITE_ORIGIN = ORIGIN


def addresses(client, path):
    answered = client.get(path, headers={"host": "testserver"})
    assert answered["Content-Type"] == "application/xml"
    return re.findall(r"<loc>([^<]+)</loc>", answered.content.decode())


def everything(client):
    return [
        address
        for file in addresses(client, "/sitemap.xml")
        for address in addresses(client, file.removeprefix(ORIGIN))
    ]


def test_it_lists_every_public_page_once_under_the_sites_own_origin(client):
    campaign = make.make_campaign(slug="kc")
    body = make.make_organization(campaign=campaign, slug="board")
    make.make_person(campaign=campaign, slug="pastor")
    make.make_post(campaign=campaign, slug="chief", organization=body)
    make.make_demand(campaign=campaign, slug="remove")
    source = make.make_source(campaign=campaign, slug="star")
    make.make_statement(campaign=campaign, slug="letter", sources=[source], speaker=body)
    make.make_event(campaign=campaign, slug="ruling", sources=[source])
    pages = ("", "timeline/", "demands/", "officials/", "organizations/", "sources/", "about/", "corrections/", "data/")
    records = (
        *("demands/remove/", "statements/letter/", "events/ruling/"),
        *("organizations/board/", "people/pastor/", "posts/chief/", "sources/star/"),
    )
    assert everything(client) == [f"{ORIGIN}/", *(f"{ORIGIN}/kc/{page}" for page in (*pages, *records))]


def test_every_address_in_it_answers(client, settings):
    make.make_statement(speaker=make.make_official())
    make.make_event()
    found = {address: client.get(address.removeprefix(ORIGIN)).status_code for address in everything(client)}
    assert found == dict.fromkeys(found, 200)


def test_an_official_is_listed_by_the_canonical_address(client):
    official = make.make_official(slug="smith")
    found = addresses(client, "/sitemap-actors-1.xml")
    assert f"{ORIGIN}/{official.campaign.slug}/officials/smith/" in found
    assert f"{ORIGIN}/{official.campaign.slug}/people/smith/" not in found


def test_drafts_and_what_was_withdrawn_are_not_in_it(client):
    make.make_campaign(slug="shown")
    make.make_statement(slug="secret-statement", state=State.DRAFT)
    make.make_statement(slug="secret-voice", speaker=make.make_person(slug="secret-person", state=State.DRAFT))
    make.make_event(slug="secret-event").withdraw("Wrong.")
    hidden = make.make_campaign(slug="secret-campaign", state=State.DRAFT)
    make.make_demand(campaign=hidden, slug="demand-of-a-hidden-campaign")
    assert [address for address in everything(client) if "secret" in address or "hidden" in address] == []


def test_a_large_record_is_split_into_files_that_join_without_a_gap(client, monkeypatch):
    monkeypatch.setattr(sitemaps._Section, "limit", 2)
    demands = [make.make_demand() for _number in range(5)]
    files = [file for file in addresses(client, "/sitemap.xml") if "demands" in file]
    assert files == [f"{ORIGIN}/sitemap-demands-{number}.xml" for number in (1, 2, 3)]
    found = [address for file in files for address in addresses(client, file.removeprefix(ORIGIN))]
    assert found == [ORIGIN + demand.get_absolute_url() for demand in demands]


@pytest.mark.parametrize("path", ["/sitemap-demands-9.xml", "/sitemap-demands-0.xml", "/sitemap-secrets-1.xml"])
def test_a_file_that_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404
