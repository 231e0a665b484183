"""The list of corrections, and each record's own."""

import datetime as dt
import re

import pytest

from campaigns.models import Correction, State
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db

DAY = dt.datetime(2021, 4, 23, 3, tzinfo=dt.UTC)


def page_of(client, campaign, query=""):
    return client.get(f"/{campaign.slug}/corrections/{query}")


def test_each_says_the_day_the_record_and_what_was_corrected_and_links_to_it(client):
    campaign = make.make_campaign(timezone="America/Chicago")
    demand = make.make_demand(campaign=campaign, title="Resign")
    made = make.correct(demand, sentence="He was asked to <b>resign</b>, not to retire.")
    Correction.objects.filter(pk=made.pk).update(at=DAY)
    page = page_of(client, campaign)
    assert "April 22, 2021 · Demand Resign He was asked to <b>resign</b>, not to retire." in text(page)
    assert f'<li id="correction-{made.pk}">' in page.content.decode()
    assert f'<a href="{demand.get_absolute_url()}">' in page.content.decode()


def test_nothing_corrected_is_a_finished_page_too(client):
    campaign = make.make_campaign()
    assert "Nothing that readers have seen has been corrected so far." in text(page_of(client, campaign))


def test_typos_and_corrections_of_what_nobody_sees_are_not_listed(client):
    campaign = make.make_campaign()
    make.correct(make.make_demand(campaign=campaign), Correction.Kind.TYPO)
    make.correct(make.make_demand(campaign=campaign, state=State.DRAFT), sentence="Of a draft.")
    make.correct(
        make.make_statement(campaign=campaign, speaker=make.make_official(state=State.DRAFT)), sentence="By a draft."
    )
    make.correct(make.make_demand(campaign=make.make_campaign()), sentence="Elsewhere.")
    assert "Nothing that readers have seen has been corrected so far." in text(page_of(client, campaign))
    make.correct(campaign, sentence="The methodology said five.")
    assert "The methodology said five." in text(page_of(client, campaign))


def test_the_windows_join_newest_first_over_equal_moments(client):
    campaign = make.make_campaign()
    demand = make.make_demand(campaign=campaign)
    for number in range(120):
        make.correct(demand, sentence=f"S{number:03}")
    Correction.objects.filter(sentence__lt="S060").update(at=DAY)
    query, seen = "", []
    while query is not None:
        page = page_of(client, campaign, query).content.decode()
        seen += re.findall(r"<p>(S\d\d\d)<", page)
        more = re.search(r'href="(\?after=\d+)"', page)
        query = more and more[1]
    assert seen == [f"S{number:03}" for number in reversed(range(120))]


def test_a_records_own_page_shows_its_corrections_and_no_others(client):
    campaign = make.make_campaign()
    given = {"campaign": campaign}
    demand = make.make_demand(**given)
    official = make.make_official(**given)
    records = {
        official.get_absolute_url(): official,
        f"/{campaign.slug}/officials/{official.slug}/": official,
        **{
            record.get_absolute_url(): record
            for record in (
                demand,
                make.make_source(**given),
                make.make_statement(**given),
                make.make_event(**given),
                make.make_organization(**given),
                make.make_post(**given),
            )
        },
    }
    for number, record in enumerate(dict.fromkeys(records.values())):
        make.correct(record, sentence=f"Of {number}.")
        make.correct(record, Correction.Kind.TYPO)
    outcome = make.make_outcome(demand)
    make.correct(outcome, sentence="Of an outcome.")
    seen = {path: sorted(re.findall(r"<p>(Of [^<]+)</p>", client.get(path).content.decode())) for path in records}
    numbers = {record: number for number, record in enumerate(dict.fromkeys(records.values()))}
    expected = {path: [f"Of {numbers[record]}."] for path, record in records.items()}
    expected[demand.get_absolute_url()].append("Of an outcome.")
    assert seen == expected


def test_a_record_without_corrections_has_no_heading_for_them(client):
    demand = make.make_demand()
    assert 'id="corrections"' not in client.get(demand.get_absolute_url()).content.decode()


@pytest.mark.parametrize("noun", ["person", "source", "statement", "demand", "event"])
def test_what_was_corrected_stays_told_when_its_record_is_withdrawn_and_none_of_its_words(client, noun):
    campaign = make.make_campaign()
    words = {"person": "name", "source": "title", "statement": "speaker_label", "demand": "title", "event": "title"}
    record = getattr(make, f"make_{noun}")(campaign=campaign, **{words[noun]: "Qwerty"})
    make.correct(record, sentence="It was the 4th.")
    lists = [f"/{campaign.slug}/corrections/", f"/{campaign.slug}/corrections.atom"]
    assert ["Qwerty" in client.get(path).text for path in lists] == [True, True]
    record.withdraw("It was a hoax.")
    for path in lists:
        page = client.get(path).text
        assert ("It was the 4th." in page, "Qwerty" in page, record.get_absolute_url() in page) == (True, False, True)
        assert "ithdrawn since" in page
        assert page.count("It was a hoax.") == 1
        assert "Withdrawn:" in page
    gone = client.get(record.get_absolute_url())
    assert (gone.status_code, "It was a hoax." in gone.text) == (410, True)


def test_a_withdrawal_is_told_of_what_readers_had_seen_alone_and_stays_told_when_the_record_comes_back(client):
    campaign = make.make_campaign()
    seen, unseen = (
        make.make_statement(campaign=campaign),
        make.make_statement(campaign=make.make_campaign(state=State.DRAFT)),
    )
    for record in (seen, unseen):
        record.withdraw("Not his words.")
    assert [told.sentence for told in Correction.objects.all()] == ["Not his words."]
    seen.publish()
    page = page_of(client, campaign).content.decode()
    assert ("Not his words." in page, str(seen) in page, "not shown any more" in page) == (True, True, False)
    assert "Not his words." in client.get(seen.get_absolute_url()).text


@pytest.mark.parametrize("withdrawn", ["outcome", "demand"])
def test_a_corrected_outcome_stays_told_when_it_or_its_demand_is_withdrawn(client, withdrawn):
    outcome = make.make_outcome(make.make_demand(title="Qwerty"))
    make.correct(outcome, sentence="It was the 4th.")
    (outcome if withdrawn == "outcome" else outcome.demand).withdraw("It was a hoax.")
    page = page_of(client, outcome.campaign).content.decode()
    assert ("It was the 4th." in page, "Qwerty" in page) == (True, False)
    outcome.demand.state = State.DRAFT
    outcome.demand.save()
    assert "It was the 4th." not in page_of(client, outcome.campaign).content.decode()
