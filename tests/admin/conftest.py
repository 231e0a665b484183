"""What the desk's tests share: two campaigns, of which a team sees one; somebody who sees all; a record; a clock."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from campaigns.models import Campaign
from tests import factories as make
from tests.made_once import made_once


@pytest.fixture
def ours() -> Campaign:
    return make.make_campaign(slug="ours", name="Ours")


@pytest.fixture
def theirs() -> Campaign:
    return make.make_campaign(slug="theirs", name="Secret campaign")


@pytest.fixture
def staff(db: None, client: Client) -> Client:
    """A browser in which a superuser is in."""
    client.force_login(User.objects.create_superuser("staff"))
    return client


@made_once
def everything() -> Campaign:
    """One of everything, with links of every kind, all published; and somebody of the team."""
    campaign = make.make_campaign(slug="kc")
    person = make.make_official(campaign=campaign)
    post = make.make_post(campaign=campaign)
    make.cite(make.make_membership(person, post=post, start="2019"))
    demand = make.make_demand([person], [post], campaign=campaign)
    letter = make.make_statement(campaign=campaign, addressees=[person], signatories=["Forty pastors"])
    make.cite(make.raise_demand(demand, letter))
    make.answer(demand, campaign=campaign, replies_to=letter)
    make.affect(make.make_event(campaign=campaign), demand)
    make.make_outcome(demand)
    make.check(demand, person)
    make.correct(demand)
    make.propose(demand)
    make.make_member(campaign, username="cora")
    return campaign


@pytest.fixture
def clock() -> Iterator[Any]:
    """Noon of a day, at which time stands until the test moves it on."""
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False) as clock:
        yield clock
