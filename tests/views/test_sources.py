"""The list of sources."""

import re

import pytest

from campaigns.models import Citation, State
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_the_newest_come_first_vaguer_after_sharper_and_the_undated_last(client):
    campaign = make.make_campaign()
    for title, published in (
        ("Month", "2021-04"),
        ("None", None),
        ("Day", "2021-04-01"),
        ("New", "2022"),
        ("Old", "2019"),
    ):
        make.make_source(campaign=campaign, title=title, published=published)
    page = client.get(f"/{campaign.slug}/sources/")
    assert re.findall(r"<p><a [^>]*>([^<]+)<", page.content.decode()) == ["New", "Day", "Month", "Old", "None"]
    assert "None The Example, undated; 0 records rest on it" in text(page)
    assert "Month The Example, April 2021; 0 records rest on it" in text(page)


def test_the_windows_join_without_a_gap_over_equal_dates_and_none(client):
    campaign = make.make_campaign()
    for number in range(210):
        make.make_source(
            campaign=campaign, title=f"S{number:03}", published=(None, "2021", "2021-04", "2021-04-01")[number % 4]
        )
    query, seen = "", []
    while query is not None:
        page = client.get(f"/{campaign.slug}/sources/{query}").content.decode()
        seen += re.findall(r">(S\d\d\d)<", page)
        more = re.search(r'href="(\?after=\d+)"', page)
        query = more and more[1]
    assert sorted(seen) == [f"S{number:03}" for number in range(210)]


def test_the_place_of_a_draft_is_as_unknown_as_that_of_nothing(client):
    campaign = make.make_source(title="Shown").campaign
    draft = make.make_source(campaign=campaign, state=State.DRAFT)
    pages = [client.get(f"/{campaign.slug}/sources/?after={after}").content for after in (draft.pk, 10**9, "x")]
    assert pages[0] == pages[1] == pages[2]
    assert b"Shown" in pages[0]


def test_only_what_every_reader_may_see_is_counted_and_each_record_once(client):
    source = make.make_source()
    shown = make.make_statement(sources=[source])
    make.cite(shown, source, about="the day", says="Monday")
    make.cite(make.make_person(), source)
    make.make_statement(sources=[source], state=State.DRAFT)
    make.cite(make.make_demand(state=State.DRAFT), source)
    hidden = make.make_person(state=State.DRAFT)
    make.make_statement(sources=[source], speaker=hidden)
    assert Citation.objects.filter(source=source).count() == 6
    assert "2 records rest on it" in text(client.get(f"/{source.campaign.slug}/sources/"))
