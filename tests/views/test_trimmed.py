"""Addresses whose ends were trimmed away, and that have no list of their own."""

import pytest

from tests import factories as make

pytestmark = pytest.mark.django_db

LISTED = {"events": "timeline", "statements": "timeline", "people": "officials", "posts": "officials"}


@pytest.mark.parametrize("noun", LISTED)
def test_it_leads_for_good_to_the_page_that_lists_them(client, noun):
    make.make_campaign(slug="kc")
    answered = client.get(f"/kc/{noun}/")
    assert (answered.status_code, answered["Location"]) == (301, f"/kc/{LISTED[noun]}/")
