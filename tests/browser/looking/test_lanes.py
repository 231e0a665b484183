"""The lane chart in a real browser."""

import pytest
from playwright.sync_api import Page

from tests.browser import looks
from tests.views import test_lanes


def make_record():
    test_lanes.make_record(8)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_every_mark_is_reached_by_keyboard_and_nothing_scrolls_sideways(live_server, page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/here/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.matches('.pin') ? document.activeElement.textContent.trim() : ''")
        href = page.evaluate("document.activeElement.getAttribute('href')?.toString()")
        if name:
            reached.add((name, href))
    seen = page.locator(".pin[href]:visible")
    assert len(reached) == seen.count() == 24
    assert sorted(name for name, _ in reached) == sorted(text.strip() for text in seen.all_text_contents())


def test_focus_shows_what_a_mark_stands_for(live_server, page: Page):
    page.goto(f"{live_server.url}/here/")
    tip = page.locator(".lanes-across .pin .tip").first
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "0"
    page.locator(".lanes-across .lane-title a").first.focus()
    page.keyboard.press("Tab")
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "1"


def test_axe_finds_nothing(live_server, page: Page):
    page.goto(f"{live_server.url}/here/")
    page.locator(".lanes-table summary").click()
    assert looks.found(page, context=".lanes") == []
