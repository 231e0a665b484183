"""How dates, hosts, citations and icons look."""

import datetime as dt
from types import SimpleNamespace as Record

import pytest

from campaigns.answers import AnswerState
from campaigns.models import Stance, Status
from campaigns.templatetags.icons import icon
from campaigns.templatetags.record import day, disputes, get, having, host, plain, when
from campaigns.timeline import Kind
from tests.factories import when as date


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("2021", '<time datetime="2021">2021</time>'),
        ("2021-04", '<time datetime="2021-04">April 2021</time>'),
        ("2021-04-22", '<time datetime="2021-04-22">April 22, 2021</time>'),
    ],
)
def test_a_date_is_shown_at_its_own_precision(text, html):
    assert when(date(text)) == html


def test_a_range_names_both_ends():
    assert when(date("2020-10-02"), date("2020-10")) == (
        '<time datetime="2020-10-02">Oct. 2, 2020</time> to <time datetime="2020-10">October 2020</time>'
    )


def test_an_unknown_date_says_so():
    assert when(None) == '<span class="undated">date unknown</span>'


def test_a_plain_day_is_a_time():
    assert day(dt.date(2021, 5, 3)) == '<time datetime="2021-05-03">May 3, 2021</time>'


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.kshb.com/news/a", "kshb.com"),
        ("http://news.example.org:8080/", "news.example.org"),
        ("https://exаmple.org/", "xn--exmple-4nf.org"),  # the a is Cyrillic
        ("https://exаmple.org.." + "а" * 64, r"https://ex\u0430mple.org.." + r"\u0430" * 64),
        ("https://[a/", "https://[a/"),
        ("", ""),
    ],
)
def test_an_address_is_known_by_its_host(url, shown):
    assert host(url) == shown


def test_disputed_points_keep_each_value_beside_its_sources():
    rests = Record(about="", says="")
    fired, again, resign = (Record(about="verb", says=says) for says in ("fired", "fired", "resign"))
    assert plain([rests, fired]) == [rests]
    assert disputes([rests, fired, resign, again]) == [
        {
            "about": "verb",
            "values": [{"says": "fired", "citations": [fired, again]}, {"says": "resign", "citations": [resign]}],
        }
    ]


def test_parts_are_kept_by_their_role():
    one, other = Record(role="signatory"), Record(role="addressee")
    assert having([one, other], "signatory") == [one]


@pytest.mark.parametrize(("mapping", "found"), [({1: "one"}, "one"), ({}, None), (None, None), ("", None)])
def test_a_mapping_gives_what_it_holds_or_nothing(mapping, found):
    assert get(mapping, 1) == found


@pytest.mark.parametrize("name", [*Stance, *Status, *AnswerState, *Kind])
def test_every_word_of_the_record_has_an_icon_that_only_decorates(name):
    assert icon(name).startswith('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">')


def test_what_was_said_is_a_speech_mark_and_what_was_done_a_square():
    assert {"4 15v-4H2" in icon(stance) for stance in Stance} == {True}
    assert {"M2 2h12v12H2z" in icon(status) for status in Status} == {True}
