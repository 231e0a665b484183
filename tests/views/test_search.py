import re
from urllib.parse import urlencode

import pytest

from tests import factories
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@made_once
def campaign():
    campaign = factories.make_campaign(slug="springfield")
    for n in range(1, 7):
        factories.make_event(campaign=campaign, slug=f"e-{n}", title=f"Vote {n}", when=f"2021-0{n}")
    factories.make_demand(campaign=campaign, slug="d", title="Let us vote")
    return campaign


def get(client, **query):
    return client.get(f"/springfield/search/?{urlencode(query)}")


def text(response):
    """The page's main part, without tags."""
    main = re.search("<main.*</main>", response.content.decode(), re.DOTALL)[0]
    return " ".join(re.sub("<[^>]+>", " ", main).split())


def titles(response):
    found = re.findall(r"<h3><a href=\"/springfield/\w+/([^/]+)/\"", response.content.decode())
    return list(found)


def test_without_words_it_says_how_to_search(client, campaign):
    response = get(client)
    assert (response.status_code, titles(response)) == (200, [])
    assert "How to search" in text(response)


def test_everything_is_grouped_with_counts_and_the_first_few(client, campaign):
    response = get(client, q="vote")
    assert titles(response) == ["d", "e-6", "e-5", "e-4", "e-3", "e-2"]
    assert "7 records found." in text(response)
    assert "Demands 1 Let us vote Nobody is on record as having been asked. Do it Events 6 Vote 6" in text(response)


def test_one_noun_alone_is_in_the_address(client, campaign):
    response = get(client, q="vote", noun="events")
    assert titles(response) == ["e-6", "e-5", "e-4", "e-3", "e-2", "e-1"]
    assert '<option value="events" selected>' in response.content.decode()


def test_a_page_leads_to_the_next_and_back_to_the_first(client, campaign):
    for n in range(1, 20):
        factories.make_event(campaign=campaign, slug=f"f-{n}", title="Vote", when="2019")
    first = get(client, q="vote", noun="events")
    (after,) = re.findall(r'\?q=vote&amp;noun=events&amp;order=&amp;after=([\d-]+)"', first.content.decode())
    second = get(client, q="vote", noun="events", after=after)
    assert len(titles(first)) == 20
    assert titles(second) == ["f-5", "f-4", "f-3", "f-2", "f-1"]
    assert '<a href="?q=vote&amp;noun=events&amp;order=">From the beginning</a>' in second.content.decode()


def test_best_first_is_in_the_address(client, campaign):
    factories.make_event(campaign=campaign, slug="new", title="A day", summary="A vote", when="2022")
    assert titles(get(client, q="vote", noun="events"))[0] == "new"
    assert titles(get(client, q="vote", noun="events", order="best"))[0] == "e-6"


def test_nothing_found_says_so_and_what_to_try(client, campaign):
    response = get(client, q="zebra")
    assert (response.status_code, titles(response)) == (200, [])
    assert "Nothing found. What you can try" in text(response)


def test_nothing_of_one_noun_leads_to_the_others(client, campaign):
    response = get(client, q="vote", noun="sources")
    assert "Nothing of this kind" in text(response)
    assert 'href="?q=vote&amp;noun=events&amp;order="' in response.content.decode()


def test_only_to_leave_out_says_what_lacks(client, campaign):
    assert "Add a word that must be there" in text(get(client, q="-vote"))
    assert "There is no word in this" in text(get(client, q="***"))


@pytest.mark.parametrize("name", ["noun", "order"])
def test_an_unknown_choice_names_the_valid_ones(client, campaign, name):
    response = get(client, q="vote", **{name: "zebras"})
    assert (response.status_code, titles(response)) == (400, [])
    assert "“zebras” is not known here. Choose from:" in text(response)


def test_a_place_from_elsewhere_shows_the_beginning(client, campaign):
    for after in ("", "x", "9-9", "0-" + "9" * 19):
        assert titles(get(client, q="vote", noun="events", after=after))[0] == "e-6"


@pytest.mark.parametrize("q", ["\x00", "'\";--", '"', "<script>alert(1)</script>", "a" * 100_000, "AND", "\ud800x"])
def test_any_words_are_answered(client, campaign, q):
    response = client.get("/springfield/search/", {"q": q.encode(errors="surrogatepass")})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_text_with_markup_is_escaped_around_the_marks(client, campaign):
    factories.make_event(campaign=campaign, slug="x", title='<img src=x onerror="alert(1)">', summary="</mark><b>")
    response = get(client, q="onerror")
    assert ">&lt;img src=x <mark>onerror</mark>=&quot;alert(1)&quot;&gt;</a>" in response.content.decode()


def test_htmx_gets_the_part_that_the_page_contains(client, campaign):
    page = get(client, q="vote")
    part = client.get("/springfield/search/?q=vote", headers={"HX-Request": "true"})
    restored = client.get(
        "/springfield/search/?q=vote", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert part.content in page.content
    assert part.content.startswith(b'<p class="search-count"')
    assert restored.content == page.content
    assert "HX-Request" in page["Vary"]


def test_the_page_is_public_and_the_same_for_everybody(client, admin_client, campaign):
    response = get(client, q="vote")
    assert not response.cookies
    assert get(admin_client, q="vote").content == response.content


def test_the_number_of_queries_does_not_grow(client, campaign, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(13):  # the campaign, what matches, the demands and their verdicts, the events
            get(client, q="vote")
        for n in range(30):
            factories.make_event(campaign=campaign, slug=f"m-{_}-{n}", title="Vote")


def test_the_masthead_leads_to_it(client, campaign):
    assert '<a href="/springfield/search/">Search</a>' in client.get("/springfield/").content.decode()
