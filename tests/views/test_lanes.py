"""The lane chart as a file of its own, and on the pages that include it."""

import xml.etree.ElementTree as ET
from base64 import b64encode
from hashlib import sha256

import pytest
from django.test import Client

from campaigns.models import Campaign, Stance, Status
from tests.factories import (
    answer,
    make_campaign,
    make_demand,
    make_outcome,
    make_person,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"


def make_record(demands: int = 1, **fields) -> Campaign:
    """A campaign in which each demand is raised, answered and settled."""
    campaign = make_campaign(**{"slug": "here", "name": "Here & now"} | fields)
    for n in range(demands):
        mayor = make_person(campaign=campaign, name="Ann <Roe>" + " II" * n)
        demand = make_demand([mayor], campaign=campaign, slug=f"demand-{n}", title=f"Demand {n}")
        raise_demand(demand, make_statement(campaign=campaign, slug=f"letter-{n}", when="2021-04-22", speaker=mayor))
        answer(demand, Stance.REJECTS, campaign=campaign, slug=f"answer-{n}", when="2022-04", speaker=mayor)
        make_outcome(demand, status=Status.BLOCKED, when="2024-04-22")
    return campaign


def test_the_file_is_valid_and_says_what_it_shows(client: Client):
    make_record()
    response = client.get("/here/lanes.svg")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    root = ET.fromstring(response.content)  # noqa: S314 -- our own
    assert root.findtext(f"{SVG}title") == "Here & now: asked and answered, over time"
    assert "http://testserver/here/" in root.findtext(f"{SVG}desc", "")


def test_each_mark_leads_to_its_record_by_an_absolute_address(client: Client):
    campaign = make_record()
    root = ET.fromstring(client.get("/here/lanes.svg").content)  # noqa: S314 -- our own
    outcome = campaign.outcomes.get()
    links = [(link.get("href"), link.findtext(f"{SVG}title")) for link in root.iter(f"{SVG}a")]
    assert links == [
        ("http://testserver/here/demands/demand-0/", "Demand 0"),
        ("http://testserver/here/statements/letter-0/", "April 22, 2021: raised by Ann <Roe>"),
        ("http://testserver/here/statements/answer-0/", "April 2022: Ann <Roe> rejects"),
        (f"http://testserver/here/demands/demand-0/#outcome-{outcome.pk}", "April 22, 2024: blocked"),
        ("http://testserver/here/", None),
    ]


def test_the_file_may_be_drawn_anywhere_and_runs_nothing(client: Client):
    make_record()
    response = client.get("/here/lanes.svg")
    style = ET.fromstring(response.content).findtext(f"{SVG}style", "")  # noqa: S314 -- our own
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    assert response["Content-Security-Policy"] == policy
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


def test_a_reader_that_has_the_file_is_not_sent_it_again(client: Client):
    make_record()
    etag = client.get("/here/lanes.svg")["ETag"]
    assert client.get("/here/lanes.svg", headers={"If-None-Match": etag}).status_code == 304


def test_a_campaign_without_demands_is_a_finished_file(client: Client):
    make_campaign(slug="here")
    assert ET.fromstring(client.get("/here/lanes.svg").content).tag == f"{SVG}svg"  # noqa: S314 -- our own


@pytest.mark.parametrize("path", ["/here/", "/here/demands/demand-0/"])
def test_a_page_holds_the_chart_and_the_same_facts_as_a_table(client: Client, path: str):
    campaign = make_record()
    page = client.get(path).content.decode()
    table = page[page.index('<details class="lanes-table">') : page.index("</details>")]
    outcome = campaign.outcomes.get()
    assert [row.split("</td></tr>")[0] for row in table.split("<tr><td>")[1:4]] == [
        'April 22, 2021</td><td><a href="/here/statements/letter-0/">raised by Ann &lt;Roe&gt;</a>',
        'April 2022</td><td><a href="/here/statements/answer-0/">Ann &lt;Roe&gt; rejects</a>',
        f'April 22, 2024</td><td><a href="/here/demands/demand-0/#outcome-{outcome.pk}">blocked</a>',
    ]
    # Once across and once down; a reader's screen shows one of the two.
    assert page.count('<a class="pin ') == 6


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_no_number_of_the_drawing_follows_a_language(client: Client, language: str):
    make_record(language=language)
    for path in ("/here/", "/here/lanes.svg"):
        found = [part.split('"')[0].removesuffix("%") for part in client.get(path).content.decode().split(' x="')[1:]]
        assert len([one for one in map(float, found) if not one.is_integer()]) > 5  # a whole one has no decimal comma
