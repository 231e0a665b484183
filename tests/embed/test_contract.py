"""docs/embedding.md is a promise to partners for years: whatever it names is there, and whatever is there it names.

A test that fails here is no reason to change it: it says that pages which embed this record would break.
"""

import re
from dataclasses import fields

import pytest
from django.conf import settings
from django.urls import resolve, reverse

from campaigns.embed.oembed import target
from campaigns.embed.themes import DENSITIES, LIMIT, MOST, THEMES, Look
from campaigns.http.embeddable import CHOICES, FRAMES, LOOKS, PAGES

DOCS = (settings.BASE_DIR / "docs" / "embedding.md").read_text()
SCRIPTS = {name: (settings.BASE_DIR / "static" / "js" / f"{name}.js").read_text() for name in ("embed", "frame")}

#: Version 1. Lines may be added; none may change or go.
ADDRESSES = {
    "embed_script": "/embed.js",
    "oembed": "/oembed",
    "embed_timeline": "/embed/c/timeline/",
    "embed_demand": "/embed/c/demands/s/",
    "embed_official": "/embed/c/officials/s/",
    "embed_organization": "/embed/c/organizations/s/",
    "embed_answers": "/embed/c/answers/",
    "embed_lanes": "/embed/c/lanes/",
    "embed": "/c/embed/",
}
PARAMETERS = {"theme", "accent", "density", "lang", "limit", "as_of"}
FILTERS = {
    *("demand", "official", "post", "organization", "stance", "kind", "year", "start", "end", "language", "unanswered"),
}
VALUES = {"theme": {"auto", "light", "dark"}, "density": {"normal", "compact"}}
MESSAGES = [
    '{ type: "accountability-embed", version: 1, height: height }',
    '{ sentinel: "amp", type: "embed-size", height: height }',
    '"pymxPYMx" + child + "xPYMxheightxPYMx" + height',
    '{ message: "height", value: height, secret: secret }',
    'message: "link"',
]


def rows(heading):
    """The cells of the table under a heading."""
    section = DOCS.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_stays(name):
    path = ADDRESSES[name]
    assert resolve(path).url_name == name
    values = {"campaign_slug": "c"} if "c" in path.split("/") else {}
    assert reverse(name, kwargs=values | ({"slug": "s"} if "s" in path.split("/") else {})) == path


def test_every_frame_is_in_the_promise_with_its_page():
    promised = {tuple(re.findall("`([^`]+)`", cell)[0] for cell in row[:2]) for row in rows("Addresses")}
    assert len(promised) == len({*FRAMES.values(), "embed_lanes"}) == 6
    for frame, page in promised:
        there = [path.replace("<campaign>", "c").replace("<slug>", "s") for path in (frame, page)]
        assert ADDRESSES[resolve(there[0]).url_name] == there[0]
        found = target(f"https://record.example.org{there[1]}", "https://record.example.org")
        assert found is not None
        assert found.frame_path == there[0]
        if "#" not in page:
            assert frame == f"/embed{page}"


def test_every_parameter_stays_and_is_described():
    assert PARAMETERS <= set(LOOKS) == {field.name for field in fields(Look)}
    assert {re.findall("`(.+?)`", row[0])[0] for row in rows("Parameters")} == set(LOOKS)
    assert set(CHOICES["embed_timeline"]) >= FILTERS
    described = set(re.findall("`(.+?)`", DOCS.split("The timeline's frame takes")[1].split("**`as_of`**")[0]))
    assert set(CHOICES["embed_timeline"]) | {"order"} <= described


def test_the_values_and_defaults_stay():
    assert VALUES["theme"] <= set(THEMES)
    assert VALUES["density"] <= set(DENSITIES)
    described = {re.findall("`(.+?)`", row[0])[0]: row for row in rows("Parameters")}
    assert set(re.findall("`(.+?)`", described["theme"][1])) == set(THEMES)
    assert set(re.findall("`(.+?)`", described["density"][1])) == set(DENSITIES)
    assert f"1 to {MOST};" in described["limit"][1]
    assert described["limit"][2].strip() == str(LIMIT) == "10"
    assert (Look().theme, Look().density) == ("auto", "normal")


def test_what_partners_wrote_into_their_pages_stays():
    for name in ("a", "blockquote", "iframe"):
        assert f"`{name}.accountability-embed`" in DOCS
    assert re.search(r'MINE = "\.accountability-embed"', SCRIPTS["embed"])
    attributes = set(re.findall("`data-([a-z-]+)`", DOCS))
    assert attributes == {name.replace("_", "-") for name in PARAMETERS}
    looks = dict(re.findall(r'(\w+): "(\w+)"', re.findall("LOOK = {(.*?)}", SCRIPTS["embed"])[0]))
    assert {re.sub("[A-Z]", lambda m: f"-{m[0].lower()}", name): value for name, value in looks.items()} == {
        name.replace("_", "-"): name for name in PARAMETERS
    }


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_stays(message):
    assert message in SCRIPTS["frame"]


def test_every_message_is_described():
    assert len(rows("Messages")) == 4
    for words in ('type: "accountability-embed", version: 1', 'sentinel: "amp"', "pymxPYMx", 'message: "link"'):
        assert words in DOCS


def test_a_page_stands_behind_each_frame():
    assert set(PAGES) == {*FRAMES.values(), "embed_lanes"}
    assert {
        f"/embed{reverse(page, kwargs=_given(page))}" for frame, page in PAGES.items() if frame != "embed_lanes"
    } == {ADDRESSES[frame] for frame in PAGES if frame != "embed_lanes"}


def _given(page):
    return {"campaign_slug": "c"} | ({"slug": "s"} if page in ("demand", "official", "organization") else {})


def test_the_version_stays():
    assert DOCS.startswith("# Embedding\n\nVersion 1.")
    assert "version: 1" in SCRIPTS["frame"]
