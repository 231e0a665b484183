"""An event's own page."""

import pytest

from campaigns.models import Effect
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, event):
    return client.get(f"/{event.campaign.slug}/events/{event.slug}/")


def test_it_says_what_happened_when_and_where_as_sharply_as_it_is_known(client):
    event = make.make_event(
        title="The court rules", when="2021-10", venue="Jefferson City", summary="It strikes it down."
    )
    words = text(page_of(client, event))
    assert "The court rules When October 2021 Where Jefferson City It strikes it down." in words


def test_it_says_what_it_did_to_which_demand(client):
    event = make.make_event()
    make.affect(event, make.make_demand(title="Local control"), Effect.Kind.SETS_BACK, note="The budget fell.")
    assert "What it did Sets back Local control The budget fell." in text(page_of(client, event))


def test_where_sources_disagree_each_value_stands_beside_its_source(client):
    event = make.make_event()
    make.cite(event, make.make_source(publisher="Star"), about="how many came", says="1,500")
    make.cite(event, make.make_source(publisher="Post"), about="how many came", says="about 500")
    words = text(page_of(client, event))
    assert "Sources disagree about how many came: 1,500 Star" in words
    assert "about 500 Post" in words
