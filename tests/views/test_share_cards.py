"""What a shared link shows: the answer state in words, and a picture that says the same."""

from io import BytesIO

import pytest
from PIL import Image, ImageColor

from campaigns.models import Stance, State
from campaigns.share_cards.picture import YES, draw
from campaigns.share_cards.words import Card, of_campaign, of_official
from campaigns.verdicts import AnswerState, rulings
from tests.embed.test_oembed import Tags
from tests.factories import answer, make_campaign, make_demand, make_official, make_statement, raise_demand

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


@pytest.fixture
def record():
    campaign = make_campaign(slug="kc", name="Peña y Łódź", place="Kansas City")
    chief, mayor = make_official(slug="chief", name="Ada Chief"), make_official(slug="mayor", name="Bea Mayor")
    demand = make_demand([chief, mayor], slug="remove", title="Remove “him”")
    make_demand([mayor], slug="other", title="Another")
    raise_demand(demand, make_statement(when="2020", addressees=[chief, mayor]))
    answer(demand, Stance.REJECTS, speaker=chief)
    answer(demand, Stance.DEFLECTS, speaker=mayor)
    return campaign


def metas(answered):
    tags = Tags(answered.content.decode()).tags
    return {
        attrs.get("property", attrs.get("name")): attrs["content"]
        for tag, attrs in tags
        if tag == "meta" and len(attrs) == 2
    }


CARDS = {
    "/kc/": ("Peña y Łódź", "1 demand: 1 with nothing on record. 1 with a position.", "/kc/card.png"),
    "/kc/demands/remove/": (
        "Remove “him”", "Addressed to 2: rejects, replied without a position.", "/kc/demands/remove.png",
    ),
    "/kc/demands/other/": (
        "Another", "Addressed to 1: no document on record puts it to them.", "/kc/demands/other.png",
    ),
    "/kc/officials/chief/": ("Ada Chief", "Addressed in 1 demand: rejects.", "/kc/officials/chief.png"),
    "/kc/officials/mayor/": (
        "Bea Mayor",
        "Addressed in 2 demands: replied without a position, no document on record puts it to them.",
        "/kc/officials/mayor.png",
    ),
}  # fmt: skip


@pytest.mark.parametrize("address", CARDS)
def test_a_page_says_what_its_card_shows(client, record, address):
    title, words, path = CARDS[address]
    found = metas(client.get(address))
    assert {name: value for name, value in found.items() if name and name.startswith(("og:", "twitter:"))} == {
        "og:type": "article",
        "og:site_name": "Kansas City" if address == "/kc/" else "Peña y Łódź",
        "og:title": title,
        "og:description": words,
        "og:url": SITE + address,
        "og:image": SITE + path,
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"{title}. {words}",
        "twitter:card": "summary_large_image",
    }


@pytest.mark.parametrize("path", [path for _, _, path in CARDS.values()])
def test_the_picture_is_there_and_any_site_may_show_it(client, record, path):
    answered = client.get(path)
    picture = Image.open(BytesIO(answered.content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert (answered["Content-Type"], answered["Cross-Origin-Resource-Policy"]) == ("image/png", "cross-origin")
    assert client.get(path, headers={"if-none-match": answered["ETag"]}).status_code == 304
    assert len(answered.content) < 60_000


def pixels(**fields):
    given = {"kicker": "City", "title": "Title", "words": "Words.", "marks": (), "path": "/"} | fields
    return Image.open(BytesIO(draw(Card(**given), "record.example.org"))).convert("RGB")


@pytest.mark.parametrize("title", ["Peña", "¿Qué?", "Łódź", "Ελλάδα", "Привет", "Đặng", "œuvre", "Straße"])
def test_every_letter_that_it_takes_has_a_shape_of_its_own(title):
    seen = {letter: pixels(title=letter).tobytes() for letter in title}
    assert len(set(seen.values())) == len(seen)
    assert pixels(title="\ufffe").tobytes() not in seen.values()


def test_it_shows_title_words_and_a_mark_for_each_answer():
    plain = pixels().tobytes()
    for fields in (
        {"title": "Other"},
        {"words": "Other."},
        {"kicker": "Other"},
    ):
        assert (fields, pixels(**fields).tobytes() != plain) == (fields, True)
    marks = [(), *((mark,) for mark in ("accepts", "partial", "rejects", "replied", "no_answer"))]
    assert len({pixels(marks=mark).tobytes() for mark in marks}) == len(marks)


def test_a_mark_says_yes_only_where_the_answer_is_a_yes():
    teal = ImageColor.getrgb(YES)
    drawn = {mark: pixels(marks=(mark,)).getcolors(100_000) for mark in (*Stance.values, *AnswerState.values)}
    teals = {mark for mark, colours in drawn.items() if any(rgb == teal for _count, rgb in colours)}
    assert teals == {Stance.ACCEPTS, Stance.PROMISES, Stance.ACTS, Stance.SUPPORTS}


def test_the_marks_stand_in_the_order_of_the_states(record):
    found = rulings(list(record.demands.order_by("slug")), record.today())
    verdicts = [verdict for ruling in found.values() for verdict in ruling.verdicts]
    mayor = [verdict for verdict in verdicts if verdict.addressee.slug == "mayor"]
    assert of_campaign(record, found).marks == ("rejects",)
    assert of_official(record.actors.get(slug="mayor"), mayor).marks == ("replied", "not_checked")


@pytest.mark.parametrize("title", ["", "W" * 500, "word " * 200, "i" * 3000])
def test_a_title_of_any_length_stays_within_its_place(title):
    picture = pixels(title=title, words=title, kicker=title)
    margins = [picture.crop(box).getcolors() for box in ((0, 20, 60, 630), (1150, 20, 1200, 630), (0, 600, 1200, 630))]
    assert [len(colors) for colors in margins] == [1, 1, 1]


def test_letters_that_it_does_not_have_make_no_picture(client, record):
    make_demand(slug="zh", title="要求公开")
    found = metas(client.get("/kc/demands/zh/"))
    assert (found.get("og:image"), found["og:title"], found["twitter:card"]) == (None, "要求公开", "summary")
    assert client.get("/kc/demands/zh.png").status_code == 404


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_what_is_not_published_has_none(client, record, state):
    make_demand(slug="hidden", state=state)
    hidden, absent = (client.get(f"/kc/demands/{slug}.png") for slug in ("hidden", "absent"))
    assert (hidden.status_code, hidden.content, dict(hidden.headers)) == (404, absent.content, dict(absent.headers))
