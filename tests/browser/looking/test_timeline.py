"""The timeline's filters in a real browser: by keyboard, with and without a script, back and forward."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaigns.models import Stance
from tests.browser import looks
from tests.factories import answer, make_campaign, make_demand, make_event, make_official, make_statement, raise_demand

VIOLATIONS = "window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.blockedURI))"
#: What a screen reader would say of the count: its node must stay, or nothing is said.
LISTEN = """window.said = []; new MutationObserver(() => said.push(document.querySelector("#found").textContent))
.observe(document.querySelector("#found"), {childList: true, characterData: true, subtree: true})"""


def make_record():
    campaign = make_campaign(slug="kc", name="Kansas City")
    mayor = make_official(slug="mayor", name="Ann Roe")
    books = make_demand([mayor], slug="books", title="Open the books")
    raise_demand(books, make_statement(slug="letter", when="2020-06"))
    answer(books, Stance.REJECTS, speaker=mayor, slug="no", when="2021-04-22")
    make_event(campaign=campaign, slug="protest", when="2021-05-29")


def opened(page: Page, url: str, query: str = "", width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(VIOLATIONS)
    page.goto(f"{url}/kc/timeline/{query}")
    page.wait_for_function("window.htmx !== undefined")
    page.evaluate(LISTEN)


def test_the_keyboard_alone_opens_the_filters_of_a_phone_and_uses_them(live_server, page: Page):
    opened(page, live_server.url, width=390)
    demand = page.get_by_label("Demand", exact=True)
    expect(demand).to_be_hidden()
    page.locator(".filters summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Words")).to_be_focused()
    page.keyboard.press("Tab")
    expect(demand).to_be_focused()
    page.keyboard.type("Open")
    expect(page.locator("#found")).to_have_text("2 entries")
    expect(demand).to_be_focused()
    expect(page.locator(".filters summary")).to_contain_text("1 in use")
    page.locator("#id_stance_7").focus()
    page.keyboard.press("Space")
    expect(page.locator("#found")).to_have_text("1 entry")
    expect(page).to_have_url(re.compile(r"/kc/timeline/\?demand=books&stance=rejects$"))
    page.get_by_role("link", name="Remove Stance: rejects").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("2 entries")
    expect(page.locator("#in-use-0")).to_be_visible()
    assert page.evaluate("violations") == []


def test_a_choice_is_swapped_in_with_the_focus_kept_and_the_count_announced(live_server, page: Page):
    opened(page, live_server.url)
    page.evaluate("window.same = true")
    answers = page.locator("#id_kind_2")
    answers.focus()
    page.keyboard.press("Space")
    expect(page.locator("#found")).to_have_text("1 entry")
    expect(answers).to_be_focused()
    expect(answers).to_be_checked()
    expect(page.get_by_role("status")).to_have_text("1 entry")
    assert page.evaluate("[same, said.at(-1)]") == [True, "1 entry"]
    expect(page.locator("article.entry")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/kc/timeline/\?kind=response$"))
    expect(page.get_by_label("Words")).to_have_value("")


def test_the_back_button_brings_back_the_entries_and_the_form(live_server, page: Page):
    opened(page, live_server.url)
    page.locator("#id_kind_2").check()
    expect(page.locator("#found")).to_have_text("1 entry")
    page.locator("#id_kind_4").check()
    expect(page.locator("#found")).to_have_text("2 entries")
    page.go_back()
    expect(page.locator("#found")).to_have_text("1 entry")
    expect(page.locator("#id_kind_4")).not_to_be_checked()
    page.go_back()
    expect(page.locator("#found")).to_have_text("3 entries")
    expect(page.locator("#id_kind_2")).not_to_be_checked()


def test_a_date_that_is_none_is_refused_in_the_page_and_changes_no_address(live_server, page: Page):
    opened(page, live_server.url, "?year=2021")
    page.get_by_label("From").fill("2021-02-31")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("“2021-02-31” is not in the calendar.")
    expect(page.get_by_label("From")).to_have_value("2021-02-31")
    expect(page).to_have_url(re.compile(r"\?year=2021$"))


def test_without_a_script_the_form_and_its_button_do_the_same(live_server, new_context):
    page = new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{live_server.url}/kc/timeline/")
    page.locator(".filters summary").click()
    page.get_by_label("Official").select_option("mayor")
    page.locator("#id_stance_7").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#found")).to_have_text("1 entry")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#found")).to_have_text("3 entries")


@pytest.mark.parametrize("query", ["?stance=rejects", "?demand=nothing", "?year=1999"])
def test_nobody_is_kept_out(live_server, page: Page, query):
    opened(page, live_server.url, query, width=320)
    page.locator(".filters summary").click()
    assert looks.found(page, [(width, "light") for width in (320, 768, 1280)]) == []
