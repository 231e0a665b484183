"""Who speaks with whom and for whom: joint speakers are named everywhere, and *on behalf of* is the speaker's alone."""

import html
import re

import pytest

from campaigns.bibliography import cited
from campaigns.models import Stance, Statement
from campaigns.timeline.stream import with_parts
from tests.factories import answer, make_demand, make_person, make_statement, raise_demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def demand():
    ada = make_person(name="Ada", slug="ada")
    demand = make_demand([ada], slug="demand")
    raise_demand(demand, make_statement(addressees=[ada], when="2020-06-01"))
    spoke = {"speaker": make_person(name="Bea"), "on_behalf_of": ada, "co_speakers": [make_person(name="Cy")]}
    answer(demand, Stance.REJECTS, slug="joint", when="2020-06-04", kind="press_statement", **spoke)
    return demand


def text(client, path: str) -> str:
    page = client.get(path).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_they_are_named_on_every_page_in_the_chart_and_in_the_feed(client, demand):
    sentence = "Bea on behalf of Ada, together with Cy"
    campaign = demand.campaign.slug
    paths = ["/", "timeline/", "demands/demand/", "statements/joint/", "people/ada/", "lanes.svg", "feed.atom"]
    missing = [path for path in paths if sentence not in text(client, path if path == "/" else f"/{campaign}/{path}")]
    assert missing == []


def test_a_citation_names_all_and_says_which_of_them_spoke_for_somebody(demand):
    statement = with_parts(Statement.objects.filter(slug="joint")).get()
    made = cited(statement, "https://record.example.org")
    assert [author.whole for author in made.authors] == ["Bea", "Cy"]
    assert made.title == "Press statement, Bea on behalf of Ada"
