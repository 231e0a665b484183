"""A post's page."""

import re

import pytest

from campaigns.models import State
from tests.factories import (
    answer,
    cite,
    make_demand,
    make_membership,
    make_person,
    make_post,
    make_source,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, post):
    return client.get(f"/{post.campaign.slug}/posts/{post.slug}/")


def test_its_holders_stand_in_their_order_with_dates_and_sources(client):
    post = make_post(name="Chief of Police")
    make_membership(make_person(name="Mabin"), post=post, start="2022-04", end="2022-12-15")
    smith = make_membership(make_person(name="Smith"), post=post, start="2017-08", end="2022-04-22")
    cite(smith, make_source(publisher="Star"))
    words = text(page_of(client, post))
    assert words.startswith(f"Post, {post.organization.name} Chief of Police Who held it ")
    assert re.search("Smith, August 2017 to April 22, 2022 Sources Star.*Mabin, April 2022 to December|Dec. 15", words)
    assert words.index("Smith") < words.index("Mabin")


def test_a_demand_on_it_keeps_its_age_whoever_holds_it(client):
    post = make_post()
    smith, graves = make_person(), make_person()
    make_membership(smith, post=post, end="2021-12")
    make_membership(graves, post=post, start="2022-01")
    demand = make_demand([post], title="Open the files")
    raise_demand(demand, make_statement(when="2021-04-22", addressees=[post]))
    answer(demand, speaker=graves, when="2022-04-22")
    words = text(page_of(client, post))
    assert "Open the files Answered on April 22, 2022: rejects. The first answer came after 365 days." in words


def test_a_post_that_nobody_held_or_asked_is_a_finished_page(client):
    words = text(page_of(client, make_post()))
    assert "No holder is on record." in words
    assert "No demand on record was put to this post." in words


def test_drafts_leave_no_trace(client):
    post = make_post()
    make_membership(make_person(name="Secret holder", state=State.DRAFT), post=post)
    make_demand([post], title="Secret demand", state=State.DRAFT)
    make_statement(speaker=post, summary="Secret words", state=State.DRAFT)
    cite(post, make_source(title="Secret source", state=State.DRAFT))
    assert "ecret" not in page_of(client, post).content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, rows):
    post = make_post()
    for _number in range(rows):
        cite(make_membership(make_person(), post=post))
        demand = make_demand([post])
        raise_demand(demand, make_statement(addressees=[post]))
        answer(demand, speaker=post)
    with django_assert_num_queries(40):
        page_of(client, post)
