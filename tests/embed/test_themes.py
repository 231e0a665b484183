"""How a frame's address is read: what is understood, and that nothing else gets through."""

import datetime as dt
import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from campaigns.embed.themes import GROUNDS, LIMIT, MOST, Look, contrast, digest, legible, stylesheet


def test_an_address_that_says_nothing_gets_the_defaults():
    assert Look.read({}) == Look(theme="auto", accent="", density="normal", lang="", limit=10, as_of=None)


def test_everything_can_be_said():
    asked = {"theme": "dark", "accent": "#A1b2C3", "density": "compact", "lang": "es", "limit": "7"}
    assert Look.read(asked | {"as_of": "2021-06-01"}) == Look(
        "dark", "#a1b2c3", "compact", "es", 7, dt.date(2021, 6, 1)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("theme", value) for value in ("Dark", "dark ", "blue", "")),
        *(("accent", value) for value in ("javascript:alert(1)", "red", "#fff", "#12345g", "#123456;}", "\uff1123456")),
        *(("density", value) for value in ("dense", "1")),
        *(("lang", value) for value in ("de", "EN", "../es", "es\n")),
        *(("limit", value) for value in ("-1", "0", "x", "1e3", "\u0663", "99999", "")),
        *(("as_of", value) for value in ("2021-02-30", "2021-6-1", "20210601", "yesterday", "2021-W05-1")),
    ],
)
def test_what_is_not_understood_counts_as_not_said(name, value):
    assert Look.read({name: value}) == Look()


def test_a_limit_has_a_limit():
    assert [Look.read({"limit": text}).limit for text in ("1", "50", "51", "9999")] == [1, 50, MOST, MOST]
    assert LIMIT < MOST


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio == round(contrast(other, one), 2)


@given(st.integers(0, 0xFFFFFF), st.sampled_from(["light", "dark"]))
def test_every_accent_is_legible_in_both_themes(number, theme):
    accent = legible(f"#{number:06x}", theme)
    assert re.fullmatch("#[0-9a-f]{6}", accent)
    assert min(contrast(accent, ground) for ground in GROUNDS[theme]) >= 4.5


def test_an_accent_that_is_legible_is_left_alone():
    assert (legible("#7a1f1f", "light"), legible("#ffd0d0", "dark")) == ("#7a1f1f", "#ffd0d0")


def test_the_grounds_are_those_of_the_stylesheet():
    css = (settings.BASE_DIR / "static" / "css" / "timeline.css").read_text()
    papers, washes = re.findall(r"--paper: (#\w{6})", css), re.findall(r"--wash: (#\w{6})", css)
    assert list(zip(papers, washes, strict=False)) == [GROUNDS["light"], GROUNDS["dark"], GROUNDS["dark"]]


def test_the_stylesheet_holds_no_comment_and_keeps_what_is_quoted():
    css = stylesheet(Look())
    assert "/*" not in css
    assert 'content:" <" attr(href) ">"' in css or 'content: " <" attr(href) ">"' in css
    assert css.count("{") == css.count("}")


def test_only_an_accent_that_was_checked_gets_into_the_stylesheet():
    assert stylesheet(Look.read({"accent": "red;}body{display:none"})) == stylesheet(Look())
    assert "--accent:#123456" in stylesheet(Look.read({"accent": "123456"}))


def test_a_digest_is_the_one_that_browsers_compute():
    assert digest("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
