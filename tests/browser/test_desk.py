"""The desk in a real browser: an editing day."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Stance, State, Statement
from tests import factories as make
from tests.admin.clients import login
from tests.browser import looks


@pytest.fixture
def record(transactional_db):
    """A campaign with a draft that lacks something and an addressee who has not answered."""
    campaign = make.make_campaign(slug="kc", name="Kansas City")
    chief = make.make_person(campaign=campaign, name="Rick Smith", aliases=["The Chief"])
    demand = make.make_demand([chief], campaign=campaign, title="Resign")
    letter = make.make_statement(campaign=campaign, slug="letter", addressees=[chief])
    make.raise_demand(demand, letter)
    make.make_demand([chief], campaign=campaign, title="Body cameras")
    draft = make.make_statement(
        [make.make_source(state=State.DRAFT)], campaign=campaign, slug="draft", state=State.DRAFT, quote="No.",
        speaker=chief,
    )  # fmt: skip
    make.answer(demand, Stance.REJECTS, statement=draft)
    return campaign


def sign_in(page: Page, live_server, name: str) -> None:
    cookie = login(name).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def test_no_list_of_links_is_cut_off(live_server, record, page: Page):
    sign_in(page, live_server, "ann")
    draft, letter = (Statement.objects.get(slug=slug) for slug in ("draft", "letter"))
    cut = []
    for address in (
        reverse("admin:campaigns_statement_add"),
        reverse("admin:campaigns_statement_change", args=[draft.pk]),
        reverse("admin:campaigns_demand_change", args=[record.demands.first().pk]),
        reverse("admin:campaigns_person_change", args=[draft.speaker_id]),
        reverse("admin:campaigns_statement_withdraw", args=[letter.pk]),
    ):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for width in (390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate(
                "[...document.querySelectorAll('.inline-group, .inline-group .module'), document.documentElement]"
                ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.id || one.className)"
            )
            cut += [(address, width, name) for name in wide]
        if f"/{draft.pk}/" in address and "statement" in address:
            labels = page.locator(".tabular tr.form-row:not(.empty-form) td[data-label]")
            assert "Demand" in labels.evaluate_all("all => all.map(one => one.dataset.label)")
    assert cut == []


def test_an_empty_form_begins_in_its_first_field(live_server, record, page: Page):
    sign_in(page, live_server, "ann")
    for noun, first in (("statement", "id_quote"), ("demand", "id_title"), ("person", "id_name")):
        page.goto(live_server.url + reverse(f"admin:campaigns_{noun}_add"))
        assert page.evaluate("document.activeElement.id") == first
    page.goto(live_server.url + reverse("admin:campaigns_outcome_add"))
    expect(page.locator("#id_demand + .select2 [role=combobox]")).to_be_focused()


def choose(page: Page, field: str, term: str, name: str) -> None:
    """Choose in a search box, as somebody does who types a part of a name."""
    page.locator(f"#id_{field} + .select2 [role=combobox]").click()
    page.locator(".select2-dropdown .select2-search__field").fill(term)
    page.locator(".select2-results__option", has_text=name).click()


def test_a_statement_goes_from_the_article_to_readers(live_server, record, page: Page, browser: Browser):
    sign_in(page, live_server, "ann")
    page.goto(live_server.url + reverse("admin:campaigns_statement_add"))
    page.locator("#id_quote").fill("I have no plans to resign.")
    choose(page, "speaker", "the chief", "Rick Smith")
    page.locator("#id_when").fill("22 april 2021")
    expect(page.locator(".field-when .understood >> nth=0")).to_have_text("Understood as Thursday, April 22, 2021.")
    page.get_by_label("Address of the source").fill("https://news.example.org/chief")
    page.get_by_label("Its headline").fill("Chief stays")
    choose(page, "responses-0-demand", "body", "Body cameras")
    page.get_by_role("cell").get_by_label("Stance").select_option("rejects")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_role("link", name="Chief stays").first).to_be_visible()
    page.get_by_role("button", name="Save and send to review").click()
    expect(page.get_by_text("It waits for a second reader.")).to_be_visible()

    second = browser.new_context().new_page()
    sign_in(second, live_server, "ben")
    second.goto(page.url)
    second.get_by_role("button", name="Save and publish, with all that it names").click()
    second.get_by_role("link", name="See it as readers do").click()
    expect(second.get_by_text("I have no plans to resign.").first).to_be_visible()


def test_who_saves_twice_or_goes_back_makes_one_statement_and_loses_nothing(live_server, record, page: Page):
    sign_in(page, live_server, "ann")
    add, before = live_server.url + reverse("admin:campaigns_statement_add"), Statement.objects.count()
    page.goto(add)
    page.locator("#id_quote").evaluate("one => { one.value = 'I will \\ud800 stay.' }")  # half a character
    choose(page, "speaker", "the chief", "Rick Smith")
    page.locator("#id_when").fill("22 april 2021")
    page.locator("#id_source_url").fill("news.example.org/" + "a" * 3000)
    page.locator("#responses-group .add-row a").click()
    page.locator("#id_responses-1-note").fill("Typed into a new row.")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_text("stands for a character that was lost on the way")).to_be_visible()
    expect(page.get_by_text("at most 2000 characters (it has 3025)")).to_be_visible()
    expect(page.locator("#id_responses-1-note")).to_have_value("Typed into a new row.")
    expect(page.locator("#id_speaker")).to_have_text("Rick Smith")
    page.locator("#id_quote").fill("I will stay.")
    page.locator("#id_source_url").fill("")
    page.locator("#id_responses-1-note").fill("")
    page.get_by_role("button", name="Save and continue editing").first.dblclick()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Statement.objects.count() == before + 1
    page.go_back()
    page.locator("#id_quote").fill("I will stay.")
    page.locator("#id_when").fill("22 april 2021")
    if not page.locator("#id_speaker").input_value():
        choose(page, "speaker", "the chief", "Rick Smith")
    page.get_by_role("button", name="Save and continue editing").first.click()
    expect(page.get_by_text("in the same words already: is it the same?")).to_be_visible()
    assert Statement.objects.count() == before + 1


def test_two_browsers_edit_one_record_and_nothing_is_lost(live_server, record, page: Page, browser: Browser):
    path = reverse("admin:campaigns_statement_change", args=[Statement.objects.get(slug="draft").pk])
    sign_in(page, live_server, "ann")
    second = browser.new_context().new_page()
    sign_in(second, live_server, "ben")
    for one in (page, second):
        one.goto(live_server.url + path)
    page.locator("#id_quote").fill("Never.")
    page.get_by_role("button", name="Save and continue editing").first.click()
    second.locator("#id_quote").fill("Not ever.")
    second.get_by_role("button", name="Save and continue editing").first.click()
    expect(second.get_by_role("heading", name="Two versions")).to_be_visible()
    expect(second.locator(".desk-theirs")).to_have_text("Never.")
    expect(second.locator(".desk-mine")).to_have_text("Not ever.")
    expect(second.locator("#id_quote")).to_have_value("Not ever.")
    assert looks.found(second, [(1280, "light")]) == []
    second.get_by_role("button", name="Save and continue editing").first.click()
    expect(second.get_by_role("heading", name="Two versions")).to_have_count(0)
    assert Statement.objects.get(slug="draft").quote == "Not ever."
