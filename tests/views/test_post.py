"""A post's page."""

import re

import pytest

from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, post):
    return client.get(f"/{post.campaign.slug}/posts/{post.slug}/")


def test_its_holders_stand_in_their_order_with_dates_and_sources(client):
    post = make.make_post(name="Chief of Police")
    make.make_membership(make.make_person(name="Mabin"), post=post, start="2022-04", end="2022-12-15")
    smith = make.make_membership(make.make_person(name="Smith"), post=post, start="2017-08", end="2022-04-22")
    make.cite(smith, make.make_source(publisher="Star"))
    words = text(page_of(client, post))
    assert words.startswith(f"Post, {post.organization.name} Chief of Police Who held it ")
    assert re.search("Smith, August 2017 to April 22, 2022 Sources Star.*Mabin, April 2022 to December|Dec. 15", words)
    assert words.index("Smith") < words.index("Mabin")


def test_a_demand_on_it_keeps_its_age_whoever_holds_it(client):
    post = make.make_post()
    smith, graves = make.make_person(), make.make_person()
    make.make_membership(smith, post=post, end="2021-12")
    make.make_membership(graves, post=post, start="2022-01")
    demand = make.make_demand([post], title="Open the files")
    make.raise_demand(demand, make.make_statement(when="2021-04-22", addressees=[post]))
    make.answer(demand, speaker=graves, when="2022-04-22")
    words = text(page_of(client, post))
    assert (
        "Answered on April 22, 2022: rejects. Put to them on April 22, 2021. The position came 365 days later." in words
    )


def test_a_post_that_nobody_held_or_asked_is_a_finished_page(client):
    words = text(page_of(client, make.make_post()))
    assert "No holder is on record." in words
    assert "No demand on record was put to this post." in words
