"""The about page."""

import re

import pytest

from campaigns.models import Stance, Status
from campaigns.verdicts import AnswerState
from campaigns.views.about import ANSWER_STATES, STANCES, STATUSES
from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def test_every_word_of_the_vocabulary_has_its_sentence(client):
    assert [list(words) for words in (ANSWER_STATES, STANCES, STATUSES)] == [
        list(AnswerState),
        list(Stance),
        list(Status),
    ]
    page = text(client.get(f"/{make.make_campaign().slug}/about/"))
    sentences = [
        f"{word.label.capitalize() if words is ANSWER_STATES else word.label} {sentence}"
        for words in (ANSWER_STATES, STANCES, STATUSES)
        for word, sentence in words.items()
    ]
    assert [sentence for sentence in sentences if sentence not in page] == []


def test_the_methodology_is_markdown_below_the_pages_own_headings(client):
    campaign = make.make_campaign(methodology="# Sources\n\nWe *read* [all](https://example.org).\n\n- one\n- two")
    page = client.get(f"/{campaign.slug}/about/").content.decode()
    assert "<h3>Sources</h3>" in page
    assert '<p>We <em>read</em> <a href="https://example.org" rel="noopener noreferrer nofollow">all</a>.</p>' in page
    assert len(re.findall("<h1", page)) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hi)",
        "![x](https://example.org/pixel.png)",
        '<a href="https://example.org" onclick="alert(1)">x</a>',
        '<h1 style="color:red">x</h1>',
    ],
)
def test_nothing_in_the_methodology_can_run_load_or_dress_up(client, hostile):
    plain, dressed = make.make_campaign(methodology="x"), make.make_campaign(methodology=hostile)
    tags = [
        set(re.findall(r"<(?:script|img|a|h1|style)\b[^>]*>", client.get(f"/{c.slug}/about/").content.decode()))
        for c in (plain, dressed)
    ]
    names = [
        {re.sub(re.escape(c.slug), "", tag) for tag in found} for c, found in zip((plain, dressed), tags, strict=True)
    ]
    assert names[0] == names[1]


def test_it_says_how_to_ask_for_a_correction_under_an_address_that_pages_link_to(client):
    page = client.get(f"/{make.make_campaign().slug}/about/").content.decode()
    assert '<h2 id="correction">How to ask for a correction</h2>' in page
