"""A world that is made once: every test finds it as it was, and nobody else finds it."""

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import Campaign, Demand
from tests import factories as make
from tests.made_once import made_once
from tests.test_conftest import run_pytest, write

pytestmark = pytest.mark.django_db


@made_once
def record():
    """A campaign with a demand."""
    campaign = make.make_campaign(slug="kc", name="Kansas City")
    return campaign, make.make_demand(campaign=campaign, title="Resign")


@made_once
def crowd():
    return [make.make_person() for _ in range(3)]


@pytest.mark.parametrize("time", range(3))
def test_each_test_finds_the_world_as_it_was(record, time):
    campaign, demand = record
    assert (campaign.name, campaign.demands.get(), demand.title) == ("Kansas City", demand, "Resign")
    assert demand.campaign is campaign
    assert not hasattr(campaign, "mark")
    campaign.mark = True
    campaign.name = demand.title = "Changed"
    campaign.save()
    demand.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.create(slug="kc")


def test_another_world_of_the_file_stands_alone(crowd):
    assert Campaign.objects.get() == crowd[0].campaign
    assert not Demand.objects.exists()


def test_who_asks_for_no_world_finds_an_empty_database():
    assert not Campaign.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_has_a_world_of_its_own(record):
    assert not connection.in_atomic_block
    assert Demand.objects.get() == record[1]


COUNTED = """
import pytest
from django.db import connection
from campaigns.models import Campaign
from tests.made_once import made_once

pytestmark = pytest.mark.django_db
made = []

@made_once
def record():
    made.append(1)
    return Campaign.objects.create(slug="kc", name="Kansas City")

def test_one(record): record.delete()

def test_none(): assert not Campaign.objects.exists()

def test_two(record): record.delete()

@pytest.mark.django_db(transaction=True)
def test_that_commits(record): record.delete()

def test_three(record): assert Campaign.objects.get() == record

def test_that_loses_the_connection(record): connection.close()

def test_four(record): assert Campaign.objects.get() == record

def test_once_at_first_once_to_commit_once_after_the_loss(record): assert len(made) == 3
"""


def test_a_world_is_made_once_for_all_that_leave_it_whole(tmp_path):
    done = run_pytest(write(tmp_path, COUNTED))
    assert done.returncode == 0, done.stdout


def test_a_world_of_another_file_is_refused_in_one_sentence(tmp_path):
    done = run_pytest(write(tmp_path, "from tests.test_made_once import record\ndef test_one(record): pass\n"))
    assert "record is made once for tests.test_made_once, which is no conftest of this test." in done.stdout
