"""The list of organizations."""

import re

import pytest

from campaigns.models import Classification, State
from tests.factories import make_campaign, make_organization
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_they_are_grouped_by_what_they_are_to_the_campaign(client):
    campaign = make_campaign()
    for name, kind in (
        ("Star", Classification.MEDIA),
        ("Urban League", Classification.COALITION_MEMBER),
        ("Police", Classification.GOVERNMENT),
        ("NAACP", Classification.COALITION_MEMBER),
        ("Church", Classification.OTHER),
    ):
        make_organization(campaign=campaign, name=name, classification=kind)
    assert text(client.get(f"/{campaign.slug}/organizations/")) == (
        "Organizations Who asks: the coalition NAACP Urban League Public bodies Police News organizations Star"
        " Others Church"
    )


def test_no_organization_is_a_finished_page(client):
    assert "No organization is on record yet." in text(client.get(f"/{make_campaign().slug}/organizations/"))


def test_a_draft_leaves_no_trace(client):
    campaign = make_organization(name="NAACP").campaign
    make_organization(campaign=campaign, name="Secret society", state=State.DRAFT)
    assert "Secret" not in client.get(f"/{campaign.slug}/organizations/").content.decode()


def test_the_list_goes_on_across_groups_where_the_last_page_ended(client):
    campaign = make_campaign()
    for number in range(101):
        kind = Classification.GOVERNMENT if number % 2 else Classification.COALITION_MEMBER
        make_organization(campaign=campaign, name=f"Group {number:03}", classification=kind)
    first = client.get(f"/{campaign.slug}/organizations/").content.decode()
    following = re.search(r'href="(\?after=\d+)"', first)
    assert following is not None
    second = client.get(f"/{campaign.slug}/organizations/{following[1]}").content.decode()
    names = [re.findall(r">(Group \d+)<", page) for page in (first, second)]
    coalition, bodies = ([f"Group {n:03}" for n in range(start, 101, 2)] for start in (0, 1))
    assert names == [coalition + bodies[:-1], bodies[-1:]]


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, rows):
    campaign = make_campaign()
    for _number in range(rows):
        make_organization(campaign=campaign)
    with django_assert_num_queries(2):
        client.get(f"/{campaign.slug}/organizations/")
