"""How dates, hosts, citations and icons look."""

import datetime as dt
from types import SimpleNamespace as Record

import pytest

from campaigns.models import Stance, Status
from campaigns.templatetags.icons import icon
from campaigns.templatetags.record import at_words, day, disputes, get, having, host, plain, when
from campaigns.timeline.stream import Kind
from campaigns.verdicts import AnswerState
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


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("I am not resigning", "I%20am%20not%20resigning"),
        ("well-known, and now", "well%2Dknown%2C%20and%20now"),
        ("50% & more; “No”", "50%25%20%26%20more%3B%20%E2%80%9CNo%E2%80%9D"),
        ("¿Por qué?", "%C2%BFPor%20qu%C3%A9%3F"),
        ("警察局长", "%E8%AD%A6%E5%AF%9F%E5%B1%80%E9%95%BF"),
        ("one  two\tthree", "one%20two%20three"),
        ("a b c d e f g h i j k l", "a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k%20l"),
        ("a b c d e f g h i j k l m", "a%20b%20c%20d%20e,i%20j%20k%20l%20m"),
        ("We ask … no, we demand", "We%20ask,no%2C%20we%20demand"),
        ("We ask ... again [sic] and again", "We%20ask,and%20again"),
        ("We ask. . . . again", "We%20ask,again"),
        ("First paragraph.\n\nSecond one.", "First%20paragraph.,Second%20one."),
        ("… he said", "he%20said"),
    ],
)
def test_a_text_fragment_opens_a_document_at_a_quotation(words, fragment):
    assert at_words("https://x.example.org/a?b=c", words) == f"https://x.example.org/a?b=c#:~:text={fragment}"


def test_a_text_fragment_follows_the_addresses_own():
    assert at_words("https://x.example.org/#part", "No") == "https://x.example.org/#part:~:text=No"


@pytest.mark.parametrize("words", ["", " ", "…", "[sic]"])
def test_a_quotation_without_words_leads_to_the_document(words):
    assert at_words("https://x.example.org/", words) == "https://x.example.org/"
