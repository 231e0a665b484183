"""The Atom feed of a campaign."""

import datetime as dt

import feedparser  # type: ignore[import-untyped]
import pytest

from campaigns.models import Correction, Event, PartialDate, State, Statement
from tests import factories as make

pytestmark = pytest.mark.django_db

ORIGIN = "https://record.example.org"


@pytest.fixture(autouse=True)
def origin(settings):
    settings.SITE_ORIGIN = ORIGIN


def read(client, campaign, name="feed.atom"):
    answered = client.get(f"/{campaign.slug}/{name}", headers={"host": "testserver"})
    assert answered["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answered.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_the_newest_entries_of_every_kind_come_first_with_addresses_of_the_sites_own_origin(client):
    campaign = make.make_campaign(slug="kc", name="The campaign", summary="What it is.", licence="CC BY 4.0")
    demand = make.make_demand(slug="remove", title="Remove the chief", text="Fire him.")
    raised = make.raise_demand(demand, when="2020-06")
    make.make_statement(
        slug="letter", speaker=make.make_person(name="Grant"), kind="open_letter", quote="We <b>demand</b>."
    )
    make.make_event(slug="ruling", title="The court rules", when="2021-10-05", end="2021-10-06")
    outcome = make.make_outcome(demand, when="2022-04-22", reason="He left.")
    feed = read(client, campaign)
    assert [(entry.title, entry.link) for entry in feed.entries] == [
        ("Remove the chief: done (April 22, 2022)", f"{ORIGIN}/kc/demands/remove/#outcome-{outcome.pk}"),
        ("The court rules (Oct. 5, 2021 – Oct. 6, 2021)", f"{ORIGIN}/kc/events/ruling/"),
        ("Open letter: Grant (April 22, 2021)", f"{ORIGIN}/kc/statements/letter/"),
        ("Raised: Remove the chief (June 2020)", f"{ORIGIN}/kc/demands/remove/#issuance-{raised.pk}"),
    ]
    assert [entry.id for entry in feed.entries] == [entry.link for entry in feed.entries]
    assert "We &lt;b&gt;demand&lt;/b&gt;." in feed.entries[2].summary
    assert (feed.feed.title, feed.feed.id, feed.feed.links[1].href, feed.feed.rights) == (
        *("The campaign", f"{ORIGIN}/kc/", f"{ORIGIN}/kc/feed.atom", "CC BY 4.0"),
    )


def test_a_spokesman_and_whoever_is_spoken_for_are_both_named(client):
    chief = make.make_person(name="Chief Smith")
    statement = make.make_statement(
        speaker=None, speaker_label="a spokesman", on_behalf_of=chief, kind="press_statement"
    )
    entry = read(client, statement.campaign).entries[0]
    assert entry.title == "Press statement: a spokesman on behalf of Chief Smith (April 22, 2021)"
    assert entry.author == "a spokesman"


def test_an_entry_was_published_when_it_was_recorded_and_updated_when_it_was_last_changed(client):
    statement, event = make.make_statement(when="2020-06"), make.make_event()
    Statement.objects.update(
        recorded_at=dt.datetime(2021, 5, 1, tzinfo=dt.UTC), updated_at=dt.datetime(2021, 5, 3, tzinfo=dt.UTC)
    )
    Event.objects.filter(pk=event.pk).update(updated_at=dt.datetime(2021, 5, 2, tzinfo=dt.UTC))
    feed = read(client, statement.campaign)
    entry = feed.entries[-1]
    assert (entry.published, entry.updated) == ("2021-05-01T00:00:00+00:00", "2021-05-03T00:00:00+00:00")
    assert feed.feed.updated == entry.updated


def test_two_campaigns_asked_in_turn_do_not_mix(client):
    first, second = make.make_campaign(slug="one"), make.make_campaign(slug="two")
    make.make_statement(campaign=first, slug="a")
    make.make_statement(campaign=second, slug="b")
    links = [[e.link for e in read(client, campaign).entries] for campaign in (first, second, first)]
    assert links == [[f"{ORIGIN}/one/statements/a/"], [f"{ORIGIN}/two/statements/b/"], [f"{ORIGIN}/one/statements/a/"]]


def test_an_empty_feed_is_valid_and_always_the_same(client):
    campaign = make.make_campaign()
    feeds = [client.get(f"/{campaign.slug}/feed.atom").content for _time in range(2)]
    assert feeds[0] == feeds[1]
    assert read(client, campaign).entries == []


def test_it_speaks_the_campaigns_language(client):
    campaign = make.make_campaign(language="es")
    make.make_statement(
        campaign=campaign, speaker=make.make_person(campaign=campaign, name="Grant"), kind="open_letter"
    )
    feed = read(client, campaign)
    assert (feed.feed.language, feed.entries[0].title) == ("es", "Carta abierta: Grant (22 de abril de 2021)")


def test_the_corrections_have_a_feed_of_their_own(client):
    campaign = make.make_campaign(slug="kc", name="The campaign")
    demand = make.make_demand(slug="remove", title="Remove the chief")
    make.correct(demand, Correction.Kind.TYPO)
    make.correct(make.make_demand(state=State.DRAFT), sentence="Of a draft.")
    made = [make.correct(demand, sentence=f"It was <i>{number}</i>.") for number in range(60)]
    feed = read(client, campaign, "corrections.atom")
    assert len(feed.entries) == 50
    first = feed.entries[0]
    assert (first.title, first.link, first.id, first.summary) == (
        "Corrected: Remove the chief",
        f"{ORIGIN}/kc/demands/remove/",
        f"{ORIGIN}/kc/corrections/#correction-{made[-1].pk}",
        "<p>It was &lt;i&gt;59&lt;/i&gt;.</p>",
    )
    assert (feed.feed.title, feed.feed.id) == ("Corrections: The campaign", f"{ORIGIN}/kc/corrections/")
    assert dt.datetime.fromisoformat(first.updated) == made[-1].at


def test_an_entry_says_what_the_record_concludes_of_its_demands_and_of_several_alike_once(client):
    chief = make.make_person(name="Chief")
    demands = [make.make_demand([chief], title=title, slug=title.lower()) for title in ("One", "Two")]
    letter = make.make_statement(slug="letter", when="2021-04-22", addressees=[chief])
    for demand in demands:
        make.raise_demand(demand, letter)
    reply = make.make_statement(speaker=chief, slug="reply", when="2021-05-01")
    reply.responses.create(letter=letter, stance="deflects")
    make.affect(make.make_event(slug="vote", when="2021-06-01"), demands[0])
    day = PartialDate(letter.campaign.today())
    said = "Addressed to 1: replied without a position."
    entries = {entry.id.rsplit("/", 2)[1]: entry.summary for entry in read(client, letter.campaign).entries}
    for slug in ("letter", "reply"):
        assert f"<p>As of {day}: One; Two. {said}</p>" in entries[slug]
    assert f"<p>As of {day}: One. {said}</p>" in entries["vote"]
