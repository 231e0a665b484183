"""A form that is left half-written: the browser asks, keeps a draft, gives it back; a second login loses nothing."""

import json

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from campaigns.models import Demand, State
from tests import factories as make
from tests.admin.clients import address
from tests.browser.test_desk import choose, sign_in

KEPT = "This browser kept a draft of this form"


@pytest.fixture
def demand(transactional_db):
    campaign = make.make_campaign(slug="kc", name="Kansas City")
    make.make_person(campaign=campaign, name="Rick Smith")
    return make.make_demand(campaign=campaign, title="Resign", text="Resign.", state=State.DRAFT)


def drafts(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('desk-draft '))")
    return found


def wait_for_draft(page: Page, words: str) -> None:
    """Wait until it holds the words; the policy of the pages lets Playwright evaluate nothing by itself."""
    for _ in range(100):
        if words in page.evaluate("Object.values(localStorage).join()"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(drafts(page))


def leave(page: Page, where: str, *, stay: bool) -> list[str]:
    """Go to another page; return what the browser asked, and answer that one stays or goes."""
    asked: list[str] = []

    def answer(dialog):
        asked.append(dialog.type)
        (dialog.dismiss if stay else dialog.accept)()

    page.on("dialog", answer)
    page.evaluate("where => { location.href = where }", where)
    if stay:
        page.wait_for_timeout(300)
    else:
        page.wait_for_url(where)
    page.remove_listener("dialog", answer)
    return asked


def test_a_form_that_is_left_asks_and_comes_back_until_it_is_saved(live_server, demand, page: Page):
    sign_in(page, live_server, "ann")
    form, elsewhere = live_server.url + address(demand), live_server.url + reverse("admin:campaigns_demand_changelist")
    page.goto(form)
    assert leave(page, elsewhere, stay=False) == []  # nothing was typed
    page.goto(form)
    page.locator("#id_text").fill("Resign <b>now</b>.\nToday.")
    choose(page, "parties-0-actor", "rick", "Rick Smith")
    assert (leave(page, elsewhere, stay=True), page.url) == (["beforeunload"], form)
    wait_for_draft(page, "Today")
    assert leave(page, elsewhere, stay=False) == ["beforeunload"]

    page.goto(form)
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Resign.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("this is the draft that your browser kept")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Resign <b>now</b>.\nToday.")
    expect(page.locator("#id_parties-0-actor")).to_have_text("Rick Smith")
    assert Demand.objects.get().text == "Resign."
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (Demand.objects.get().text.split(), drafts(page)) == (["Resign", "<b>now</b>.", "Today."], [])
    page.goto(form)
    expect(page.get_by_text(KEPT)).to_be_hidden()


def test_a_draft_is_thrown_away_and_is_nobody_elses_and_ends(live_server, demand, page: Page):
    sign_in(page, live_server, "ann")
    form = live_server.url + address(demand)
    page.goto(form)
    page.locator("#id_text").fill("Mine.")
    wait_for_draft(page, "Mine")
    [key] = drafts(page)
    assert not {"csrfmiddlewaretoken"} & {
        name for name, _ in json.loads(page.evaluate("key => localStorage[key]", key))["fields"]
    }
    leave(page, live_server.url + "/admin/", stay=False)
    sign_in(page, live_server, "ben")
    page.goto(form)
    expect(page.get_by_text(KEPT)).to_be_hidden()
    sign_in(page, live_server, "ann")
    page.goto(form)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text(KEPT)).to_be_hidden()
    assert drafts(page) == []

    old = {"at": 0, "fields": [["text", "Old."]]}
    page.evaluate("([key, old]) => localStorage.setItem(key, old)", [key, json.dumps(old)])
    page.goto(form)
    assert drafts(page) == []
    page.locator("#id_text").fill("Mine.")
    wait_for_draft(page, "Mine")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#logout-form button").click()
    expect(page.get_by_text("Thanks for spending some quality time")).to_be_visible()
    assert drafts(page) == []


def test_a_second_login_in_another_tab_loses_nothing(live_server, demand, page: Page):
    """The tester's own steps, of a form and two tabs."""
    sign_in(page, live_server, "ann")
    form = live_server.url + address(demand)
    page.goto(form)
    page.locator("#id_text").fill("Typed for an hour.")
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(page, live_server, "ann")
    second = page.context.new_page()
    second.goto(live_server.url + address(demand))
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_text("Not saved yet: you signed in again")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Typed for an hour.")
    assert Demand.objects.get().text == "Resign."
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Demand.objects.get().text == "Typed for an hour."
