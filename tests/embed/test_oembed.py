"""oEmbed: the specification's answers and errors, only our own addresses, and nothing of the question in the answer."""

import socket
from html.parser import HTMLParser
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import pytest
import time_machine

from campaigns.models import Classification, State
from tests import factories as make
from tests.made_once import made_once
from tests.test_hostile import TEXTS

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
PAGES = {
    "/kc/": ("/embed/kc/timeline/", "Timeline · Kansas City"),
    "/kc/#lanes": ("/embed/kc/lanes/", "Asked and answered, over time · Kansas City"),
    "/kc/timeline/": ("/embed/kc/timeline/", "Timeline · Kansas City"),
    "/kc/timeline/?stance=rejects&theme=dark": (
        "/embed/kc/timeline/?stance=rejects&theme=dark", "Timeline · Kansas City",
    ),
    "/kc/demands/remove/": ("/embed/kc/demands/remove/", "Remove him"),
    "/kc/officials/chief/": ("/embed/kc/officials/chief/", "Ada Chief"),
    "/kc/organizations/city/": ("/embed/kc/organizations/city/", "City Hall"),
    "/kc/answers/": ("/embed/kc/answers/", "Answers · Kansas City"),
    "/embed/kc/demands/remove/?accent=112233": ("/embed/kc/demands/remove/?accent=112233", "Remove him"),
    "/embed/kc/lanes/": ("/embed/kc/lanes/", "Asked and answered, over time · Kansas City"),
}  # fmt: skip


@made_once
def record():
    campaign = make.make_campaign(slug="kc", name="Kansas City")
    make.make_demand(slug="remove", title="Remove him")
    make.make_official(slug="chief", name="Ada Chief")
    make.make_person(slug="pastor")
    make.make_organization(slug="city", name="City Hall", classification=Classification.GOVERNMENT)
    return campaign


def ask(client, url, more=""):
    return client.get(f"/oembed?url={quote(url, safe='')}{more}")


class Tags(HTMLParser):
    """The tags of an answer's html, and the words in it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_every_embeddable_address_is_answered(client, record):
    for page, (frame, title) in PAGES.items():
        answered = ask(client, SITE + page)
        found = answered.json()
        tags = Tags(found.pop("html"))
        found.pop("description", None)
        assert answered["Content-Type"] == "application/json"
        assert found == {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "author_name": "Kansas City",
            "author_url": f"{SITE}/kc/",
            "provider_name": "The public record",
            "provider_url": SITE,
            "cache_age": 3600,
            "width": 640,
            "height": found["height"],
        }
        assert [tag for tag, _ in tags.tags] == ["blockquote", "a", "iframe"]
        assert tags.words == [title]
        assert tags.tags[2][1] == {
            "class": "accountability-embed",
            "src": SITE + frame,
            "title": title,
            "width": "640",
            "height": str(found["height"]),
            "frameborder": "0",
            "loading": "lazy",
            "sandbox": "allow-scripts allow-popups allow-popups-to-escape-sandbox",
        }
        assert client.get(frame).status_code == 200
        assert client.get(tags.tags[1][1]["href"].removeprefix(SITE)).status_code == 200


def test_an_address_without_its_last_slash_is_answered_as_the_one_with_it(client, record):
    for page in PAGES:
        path, mark, rest = page.partition("?") if "?" in page else page.partition("#")
        assert path.endswith("/")
        answered = [ask(client, f"{SITE}{one}{mark}{rest}") for one in (path, path.rstrip("/"))]
        assert (page, answered[0].status_code, answered[1].content) == (page, 200, answered[0].content)


def test_xml_says_the_same(client, record):
    for page in PAGES:
        answered = ask(client, SITE + page, "&format=xml")
        root = ElementTree.fromstring(answered.content)  # noqa: S314
        assert answered["Content-Type"] == "text/xml; charset=utf-8"
        same = {name: str(value) for name, value in ask(client, SITE + page).json().items()}
        assert (root.tag, {field.tag: field.text for field in root}) == ("oembed", same)


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ("&maxwidth=300", (300, 700)),
        ("&maxwidth=99999&maxheight=99999", (640, 700)),
        ("&maxheight=200&maxwidth=1", (1, 200)),
        ("&maxwidth=&maxheight=", (640, 700)),
    ],
)
def test_it_takes_no_more_room_than_there_is(client, record, more, size):
    found = ask(client, f"{SITE}/kc/demands/remove/", more).json()
    frame = Tags(found["html"]).tags[2][1]
    assert (found["width"], found["height"]) == size == (int(frame["width"]), int(frame["height"]))


def test_room_that_is_none_is_refused_clearly(client, record):
    for name in ("maxwidth", "maxheight"):
        for value in ("abc", "-1", "0", "1.5", "1e3", "٣", "9" * 40):
            answered = ask(client, f"{SITE}/kc/", f"&{name}={quote(value)}")
            assert (value, answered.status_code, answered["Content-Type"]) == (value, 400, "text/plain; charset=utf-8")
            assert answered.content.decode() == f"The parameter {name} is a number of pixels, 1 or more.\n"


@pytest.mark.parametrize(("query", "status"), [("", 400), ("url=", 400), (f"url={SITE}/kc/&format=yaml", 501)])
def test_a_question_without_an_address_or_in_another_form_gets_what_the_specification_says(
    client, record, query, status
):
    assert client.get(f"/oembed?{query}").status_code == status


ELSEWHERE = [
    *("https://evil.example/kc/", "//evil.example/kc/", "http://testserver.evil.example/kc/", "/kc/", "kc"),
    *("http://testserver@evil.example/kc/", "http://evil.example#http://testserver/kc/", "http://testserver:81/kc/"),
    *("http://user:pw@testserver/kc/", "ftp://testserver/kc/", "file:///etc/passwd", "javascript:alert(1)"),
    *("http://169.254.169.254/latest/", "http://[::1]/kc/", "http://[", "http://testserver\\@evil.example/kc/"),
    *("gopher://testserver/kc/", "data:text/html,<script>", "http://testserver/admin/", "http://testserver/admin/login/"),
    *(f"{SITE}/", f"{SITE}/oembed?url={SITE}/kc/", f"{SITE}/kc/about/", f"{SITE}/kc/data/campaign.json"),
    *(f"{SITE}/kc/demands/", f"{SITE}/kc/demands/never/", f"{SITE}/kc/people/pastor/", f"{SITE}/kc/officials/pastor/"),
    *(f"{SITE}/kc/demands/remove/../../", f"{SITE}/kc//demands/remove/", f"{SITE}/static/js/embed.js"),
    *(f"{SITE}/embed/", f"{SITE}/embed/kc/", f"{SITE}/embed/never/timeline/", f"{SITE}/%2e%2e/kc/", "\x00", "\r\n"),
]  # fmt: skip


def test_no_other_address_is_answered_or_asked(client, record, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: pytest.fail("a look-up"))
    for url in ELSEWHERE:
        answered = ask(client, url)
        expected = (404, b"Nothing at this address can be embedded.\n")
        assert (url, answered.status_code, answered.content) == (url, *expected)


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_what_is_not_published_is_as_unknown_as_what_never_was(client, record, state):
    make.make_demand(slug="hidden", title="Secret", state=state, withdrawal_reason="x" * (state == State.WITHDRAWN))
    hidden, absent = (ask(client, f"{SITE}/kc/demands/{slug}/") for slug in ("hidden", "absent"))
    assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (404, absent.content, dict(absent.headers))


@pytest.mark.parametrize(
    "title", ['"><script>alert(1)</script>', "' onload='x", "</iframe><iframe src=//evil>", "]]>&"]
)
def test_a_title_is_only_ever_a_title(client, record, title):
    make.make_demand(slug="naughty", title=title)
    for more in ("", "&format=xml"):
        answered = ask(client, f"{SITE}/kc/demands/naughty/", more)
        html = (
            ElementTree.fromstring(answered.content).findtext("html")  # noqa: S314
            if more
            else answered.json()["html"]
        )
        tags = Tags(html)
        assert [tag for tag, _ in tags.tags] == ["blockquote", "a", "iframe"]
        assert ("".join(tags.words), tags.tags[2][1]["title"]) == (title, title)
        assert urlsplit(tags.tags[2][1]["src"]).netloc == "testserver"


def test_a_query_leaves_nothing_in_the_answer_but_what_a_frame_knows(client, record):
    framed = 0
    for text in TEXTS.values():
        asked = f"{SITE}/kc/timeline/?zq7={text}&accent={text}&callback=zq7"
        answered = client.get(f"/oembed?callback=zq7&zq7=1&url={quote(asked[:3000], safe='')}")
        assert (text[:80], answered.status_code in (200, 404), b"zq7" in answered.content) == (text[:80], True, False)
        if answered.status_code == 200:
            (frame,) = [attrs for tag, attrs in Tags(answered.json()["html"]).tags if tag == "iframe"]
            assert set(parse_qs(urlsplit(frame["src"]).query)) <= {"accent"}
            framed += 1
    assert framed > 10


def test_data_of_any_site_may_read_it(client, record):
    answered = ask(client, f"{SITE}/kc/")
    assert (answered["Access-Control-Allow-Origin"], answered["X-Frame-Options"]) == ("*", "DENY")
    assert "sandbox" in answered["Content-Security-Policy"]


def test_a_page_announces_it_json_first(client, record):
    for page in (page for page in PAGES if "embed" not in page and "#" not in page):
        answered = client.get(page)
        links = [attrs for tag, attrs in Tags(answered.content.decode()).tags if tag == "link"]
        tags = [attrs for attrs in links if "oembed" in attrs.get("type", "")]
        assert (page, [(attrs["rel"], attrs["type"]) for attrs in tags]) == (
            page, [("alternate", "application/json+oembed"), ("alternate", "text/xml+oembed")],
        )  # fmt: skip
        expected = ", ".join(f'<{attrs["href"]}>; rel="alternate"; type="{attrs["type"]}"' for attrs in tags)
        assert answered["Link"] == expected
        for attrs, form in zip(tags, ("application/json", "text/xml; charset=utf-8"), strict=True):
            found = client.get(attrs["href"].removeprefix(SITE))
            assert (found.status_code, found["Content-Type"]) == (200, form)
            assert PAGES[page][0].replace("&", "&amp;") in found.content.decode().replace("&amp;amp;", "&amp;")


def test_no_other_page_does(client, record):
    make.make_campaign(slug="other")
    for page in ("/kc/about/", "/kc/people/pastor/", "/kc/demands/never/", "/embed/kc/timeline/", "/"):
        answered = client.get(page)
        assert (page, "Link" in answered, b"oembed" in answered.content) == (page, False, False)


def test_the_answer_is_in_the_language_that_the_frame_is_asked_for(client, record):
    timeline, demand = (ask(client, f"{SITE}/kc/{path}?lang=es").json() for path in ("timeline/", "demands/remove/"))
    assert timeline["title"] == "Cronología · Kansas City"
    assert demand["title"] == "Remove him"  # the record's own words are not translated
    assert demand["description"] == "No consta que se le haya planteado a nadie."


def test_the_description_is_what_the_frame_concludes_on_its_day(client):
    with time_machine.travel("2021-01-15T12:00:00Z"):
        campaign = make.make_campaign(slug="kc")
        chief = make.make_official(slug="chief")
        make.make_organization(slug="league")
        demand = make.make_demand([chief], campaign=campaign, slug="remove")
        make.raise_demand(demand, make.make_statement(when="2020-06-01", addressees=[chief]))
    make.answer(demand, speaker=chief, when="2021-05-01")
    described = {
        path: ask(client, f"{SITE}/kc/{path}").json().get("description")
        for path in (
            "demands/remove/",
            "demands/remove/?as_of=2021-01-20",
            "demands/remove/?as_of=2021-01-14",
            "demands/remove/?as_of=2999-01-01",
            "officials/chief/",
            "officials/chief/?as_of=2021-01-14",
            "answers/",
            "answers/?as_of=2021-01-14",
            "timeline/",
        )
    }
    assert described == {
        "demands/remove/": "Addressed to 1: rejects.",
        "demands/remove/?as_of=2021-01-20": "Addressed to 1: not looked up yet.",
        "demands/remove/?as_of=2021-01-14": None,  # as in its frame, the day before somebody recorded it
        "demands/remove/?as_of=2999-01-01": "Addressed to 1: rejects.",
        "officials/chief/": "Addressed in 1 demand: rejects.",
        "officials/chief/?as_of=2021-01-14": None,
        "answers/": "1 demand: 1 with nothing on record. 1 with a position.",
        "answers/?as_of=2021-01-14": "No demand is on record yet.",
        "timeline/": None,
    }
    assert "description" not in ask(client, f"{SITE}/kc/organizations/league/").json()
