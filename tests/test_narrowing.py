"""No choice in an address ever widens: who was merged is followed, anything else unknown is a sentence and no entry."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from campaigns.models import Membership, Stance, State
from campaigns.timeline.filters import TimelineFilter
from tests import factories as make
from tests.made_once import made_once
from tests.pages import text

pytestmark = pytest.mark.django_db

PAGE, FRAME = "/kc/timeline/", "/embed/kc/timeline/"
#: The filters that take a slug, and what makes a record of each.
SLUGS = {
    "demand": make.make_demand,
    "official": make.make_official,
    "post": make.make_post,
    "organization": make.make_organization,
}
#: Values that the filters do not know.
NONSENSE = {
    **dict.fromkeys(SLUGS, ("never", "a b\x00")),
    "q": ("!!",),
    "kind": ("statement,event",),
    "stance": ("rejects ",),
    "year": ("MMXX", "0"),
    "start": ("soon",),
    "end": ("2021-02-31",),
    "language": ("tlh",),
    "unanswered": ("0",),
    "order": ("upside-down",),
}


@made_once
def record():
    """A campaign with entries of several speakers, and of each noun one record in every state."""
    campaign = make.make_campaign(slug="kc")
    for name, noun in SLUGS.items():
        for state in (State.DRAFT, State.IN_REVIEW, State.WITHDRAWN):
            reason = "It was another." if state == State.WITHDRAWN else ""
            noun(campaign=campaign, slug=f"{name}-{state.value}", state=state, withdrawal_reason=reason)
        kept = noun(campaign=campaign, slug=f"{name}-kept", name="Kept") if name != "demand" else None
        if kept is not None:
            gone = {"state": State.WITHDRAWN, "withdrawal_reason": "The same.", "merged_into": kept}
            Membership.objects.filter(member=noun(campaign=campaign, slug=f"{name}-merged", **gone)).delete()
            make.make_statement(campaign=campaign, slug=f"by-{name}", speaker=kept)
    make.answer(make.make_demand(campaign=campaign, slug="demand-kept"), Stance.REJECTS)
    return campaign


def unknown():
    """Every filter with each value that it does not know, as they stand in an address."""
    assert set(NONSENSE) == set(TimelineFilter.base_fields)
    for name, values in NONSENSE.items():
        states = [f"{name}-{state}" for state in ("draft", "in_review", "withdrawn")] if name in SLUGS else []
        yield from ((name, f"{name}={quote(value)}") for value in (*values, *states))


def entries(answer):
    return re.findall('<article[^>]* id="([^"]+)"', answer.content.decode())


def test_there_are_entries_to_show_too_many_of(client, record):
    assert len(entries(client.get(PAGE))) == len(entries(client.get(FRAME))) == 4


def test_what_is_not_known_shows_a_sentence_and_no_entry_on_the_page_and_in_the_frame(client, record):
    for name, query in unknown():
        for address in (PAGE, FRAME):
            answer = client.get(f"{address}?{query}&theme=dark")
            assert (address, query, answer.status_code, entries(answer)) == (address, query, 400, [])
            assert "This cannot be looked for." in text(answer)
            assert str(TimelineFilter.base_fields[name].label) in text(answer)


def test_one_filter_that_is_known_does_not_make_up_for_one_that_is_not(client, record):
    for address in (PAGE, FRAME):
        answer = client.get(f"{address}?official=official-kept&demand=never&stance=rejects&stance=never")
        assert (answer.status_code, entries(answer)) == (400, [])
        assert "“never” is not known here." in text(answer)


def test_no_slug_is_said_to_be_a_draft_rather_than_unknown(client, record):
    for name in SLUGS:
        for address in (PAGE, FRAME):
            hidden, never = (client.get(f"{address}?{name}={slug}") for slug in (f"{name}-draft", f"{name}-never"))
            assert hidden.content.replace(b"-draft", b"-never") == never.content


@pytest.mark.parametrize("name", [name for name in SLUGS if name != "demand"])
def test_who_was_merged_leads_to_the_one_that_is_kept(client, record, name):
    for address in (PAGE, FRAME):
        answer = client.get(f"{address}?theme=dark&{name}={name}-merged&year=2021")
        led = f"{address}?theme=dark&{name}={name}-kept&year=2021"
        assert (answer.status_code, answer["Location"]) == (301, led)
        assert entries(client.get(led)) == [f"statement-by-{name}"]


def test_who_was_merged_into_somebody_readers_do_not_see_is_not_known(client, record):
    record.actors.filter(slug="official-kept").update(state=State.DRAFT)
    for address in (PAGE, FRAME):
        assert client.get(f"{address}?official=official-merged").status_code == 400


def test_a_slug_leads_only_to_one_of_its_own_kind(client, record):
    for address in (PAGE, FRAME):
        assert client.get(f"{address}?post=official-merged").status_code == 400


def test_oembed_answers_for_no_timeline_that_shows_a_sentence_and_follows_who_was_merged(client, record):
    for _, query in unknown():
        asked = quote(f"http://testserver{PAGE}?{query}", safe="")
        assert (query, client.get(f"/oembed?url={asked}").status_code) == (query, 404)
    for address in (PAGE, FRAME, "/kc/"):
        asked = quote(f"http://testserver{address}?official=official-merged", safe="")
        html = client.get(f"/oembed?url={asked}").json()["html"]
        assert ("official=official-kept" in html, "merged" in html) == (True, False)


def framed(client, query):
    """The address of the frame that the builder shows, and what is chosen."""
    page = client.get(f"/kc/embed/?{query}").content.decode()
    (source,) = re.findall('<iframe[^>]* src="([^"]+)"', page)
    return unescape(source)


def test_the_builder_keeps_a_filter_that_is_not_known_so_that_its_frame_says_so(client, record):
    given = {name: query for name, query in unknown() if name != "order"}  # a frame has one order
    for name, query in given.items():
        asked = f"filtered=1&{query}" if name in SLUGS else f"of={quote(f'{PAGE}?{query}')}"
        answer = client.get(framed(client, asked))
        assert (asked, answer.status_code, entries(answer)) == (asked, 400, [])


def test_the_builder_follows_who_was_merged(client, record):
    assert framed(client, "filtered=1&post=post-merged") == f"{FRAME}?post=post-kept"
    assert framed(client, f"of={PAGE}%3Fofficial%3Dofficial-merged") == f"{FRAME}?official=official-kept"
    assert framed(client, "of=/kc/officials/official-merged/") == "/embed/kc/officials/official-kept/"
