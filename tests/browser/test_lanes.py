"""The lane chart in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.views.test_lanes import make_record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_every_mark_is_reached_by_keyboard_and_nothing_scrolls_sideways(live_server, page: Page, width: int):
    make_record(8)
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
    make_record()
    page.goto(f"{live_server.url}/here/")
    tip = page.locator(".lanes-across .pin .tip").first
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "0"
    page.locator(".lanes-across .lane-title a").first.focus()
    page.keyboard.press("Tab")
    assert tip.evaluate("tip => getComputedStyle(tip).opacity") == "1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(live_server, page: Page, scheme, width):
    make_record(3)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/here/")
    page.locator(".lanes-table summary").click()
    found = Axe().run(page, context=".lanes")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
