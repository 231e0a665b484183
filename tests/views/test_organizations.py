"""The list of organizations."""

import re

import pytest

from campaigns.models import Classification
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_they_are_grouped_by_what_they_are_to_the_campaign(client):
    campaign = make.make_campaign()
    for name, kind in (
        ("Star", Classification.MEDIA),
        ("Urban League", Classification.COALITION_MEMBER),
        ("Police", Classification.GOVERNMENT),
        ("NAACP", Classification.COALITION_MEMBER),
        ("Church", Classification.OTHER),
    ):
        make.make_organization(campaign=campaign, name=name, classification=kind)
    assert text(client.get(f"/{campaign.slug}/organizations/")) == (
        "Organizations Who asks: the coalition NAACP Urban League Public bodies Police News organizations Star"
        " Others Church"
    )


def test_no_organization_is_a_finished_page(client):
    assert "No organization is on record yet." in text(client.get(f"/{make.make_campaign().slug}/organizations/"))


def test_the_list_goes_on_across_groups_where_the_last_page_ended(client):
    campaign = make.make_campaign()
    for number in range(101):
        kind = Classification.GOVERNMENT if number % 2 else Classification.COALITION_MEMBER
        make.make_organization(campaign=campaign, name=f"Group {number:03}", classification=kind)
    first = client.get(f"/{campaign.slug}/organizations/").content.decode()
    following = re.search(r'href="(\?after=\d+)"', first)
    assert following is not None
    second = client.get(f"/{campaign.slug}/organizations/{following[1]}").content.decode()
    names = [re.findall(r">(Group \d+)<", page) for page in (first, second)]
    coalition, bodies = ([f"Group {n:03}" for n in range(start, 101, 2)] for start in (0, 1))
    assert names == [coalition + bodies[:-1], bodies[-1:]]
