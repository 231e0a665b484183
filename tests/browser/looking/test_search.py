"""The search with its script, in a real browser: the same page, without leaving it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.factories import make_campaign, make_demand, make_event

VIOLATIONS = "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.blockedURI))"


def make_record():
    campaign = make_campaign(slug="kc", name="Kansas City")
    make_demand(campaign=campaign, title="Body cameras")
    make_event(campaign=campaign, title="A vote on cameras")
    make_event(campaign=campaign, title="A vote")


def ready(page: Page) -> None:
    page.wait_for_function("window.htmx !== undefined")


def test_results_arrive_in_the_page_and_in_its_address(live_server, page: Page):
    page.add_init_script(VIOLATIONS)
    page.goto(f"{live_server.url}/kc/search/")
    ready(page)
    page.evaluate("window.same = true")
    page.get_by_label("Words").fill("camera")
    page.get_by_label("Words").press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 records found.")
    expect(page.get_by_label("Words")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/kc/search/\?q=camera&"))
    page.get_by_label("Look in").select_option("events")
    expect(page.get_by_role("heading", name="Demands 1")).to_have_count(0)
    expect(page.get_by_role("link", name="A vote on cameras")).to_be_visible()
    assert page.evaluate("window.same") is True
    page.go_back()
    expect(page.get_by_role("heading", name="Demands 1")).to_be_visible()
    assert page.evaluate("violations") == []
    # htmx keeps the address, but no page: that would be a copy which nobody withdraws.
    kept = page.evaluate("Object.keys({...sessionStorage, ...localStorage})")
    assert kept == ["htmx-current-path-for-history"]


def test_without_a_script_the_form_does_the_same(live_server, new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/kc/search/")
    page.get_by_label("Words").fill("camera")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_have_text("2 records found.")


@pytest.mark.parametrize("path", ["/kc/search/", "/kc/search/?q=camera", "/kc/search/?q=zebra", "/kc/search/?noun=x"])
def test_nobody_is_kept_out(live_server, page: Page, path):
    page.goto(live_server.url + path)
    assert looks.found(page, [(width, "light") for width in (320, 1280)]) == []
