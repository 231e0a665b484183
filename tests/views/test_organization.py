"""An organization's page."""

import re

import pytest

from campaigns.models import Classification
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, organization):
    return client.get(f"/{organization.campaign.slug}/organizations/{organization.slug}/")


def test_it_says_what_it_is_and_what_it_is_part_of(client):
    city = make.make_organization(name="City", classification=Classification.GOVERNMENT, scope="local")
    police = make.make_organization(
        name="Police", classification=Classification.GOVERNMENT, parent=city, aliases=["KCPD"]
    )
    make.make_post(name="Chief", organization=police)
    assert text(page_of(client, city)).startswith("Public body, local City Its parts Police ")
    assert text(page_of(client, police)).startswith(
        "Public body Police Also known as KCPD Part of City Its posts Chief "
    )


def test_its_members_and_people_have_dates_and_sources_and_it_belongs_to_others(client):
    coalition = make.make_organization(name="Coalition", classification=Classification.COALITION_MEMBER)
    naacp = make.make_organization(name="NAACP", classification=Classification.COALITION_MEMBER)
    make.cite(make.make_membership(naacp, coalition, start="2021-04"), make.make_source(publisher="Star"))
    make.make_membership(make.make_person(name="Gwen Grant"), coalition)
    words = text(page_of(client, coalition))
    assert (
        "Its members and people Gwen Grant, dates unknown NAACP, from April 2021; no end on record Sources Star"
        in words
    )
    assert "What it belongs to Coalition, from April 2021; no end on record" in text(page_of(client, naacp))


def test_a_holder_of_its_post_is_among_its_people_even_where_only_the_post_is_on_record(client):
    police = make.make_organization(classification=Classification.GOVERNMENT)
    post = make.make_post(name="Chief", organization=police)
    holder = make.make_membership(make.make_person(name="Smith"), post=post)
    type(holder).objects.update(organization=None)
    assert "Its members and people Smith, Chief, dates unknown" in text(page_of(client, police))


def test_demands_put_to_it_have_their_answer_state(client):
    board = make.make_organization(classification=Classification.GOVERNMENT)
    demand = make.make_demand([board], title="Local control")
    make.raise_demand(demand, make.make_statement(when="2021-04-22", addressees=[board]))
    assert (
        "What was put to it Local control Not looked up yet: nobody has looked for an answer."
        " Put to them on April 22, 2021."
    ) in text(page_of(client, board))


def test_what_it_said_signed_or_had_said_is_listed(client):
    naacp = make.make_organization(classification=Classification.COALITION_MEMBER)
    make.make_statement(speaker=naacp, summary="Said it.")
    make.make_statement(signatories=[naacp], summary="Signed it.")
    make.make_statement(on_behalf_of=naacp, summary="Had it said.")
    make.make_statement(co_speakers=[naacp], summary="Said it along.")
    make.make_statement(addressees=[naacp], summary="Was told it.")
    said, _mark, addressed = text(page_of(client, naacp)).partition("What was addressed to it")
    own = ("Said it.", "Signed it.", "Had it said.", "Said it along.")
    assert [words in said for words in own] == [True] * 4
    assert ["Was told it." in part for part in (said, addressed)] == [False, True]


def test_more_parts_and_posts_than_fit_are_on_the_next_page(client):
    body = make.make_organization(classification=Classification.GOVERNMENT)
    for number in range(101):
        make.make_organization(name=f"Part {number:03}", parent=body)
        make.make_post(name=f"Post {number:03}", organization=body)
    first = page_of(client, body)
    for noun in ("parts", "posts"):
        following = re.search(rf'href="(\?{noun}_after=[0-9]+)"', first.content.decode())
        assert following is not None
        path = f"/{body.campaign.slug}/organizations/{body.slug}/{following[1]}"
        seen = [re.findall(rf"{noun[:-1].capitalize()} \d+", text(page)) for page in (first, client.get(path))]
        assert [seen[0][-1], *seen[1]] == [f"{noun[:-1].capitalize()} {n:03}" for n in (99, 100)]
