"""The pages as readers see them, in a real browser."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from campaigns.models import Classification, Effect, Relation, Stance
from tests.browser import looks
from tests.factories import (
    affect,
    answer,
    check,
    cite,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_statement,
    raise_demand,
)

CSS = Path(settings.BASE_DIR, "static", "css")
PATHS = ["/", "/kc/timeline/", "/kc/demands/", "/kc/demands/remove/", "/kc/answers/", "/kc/people/chief/"]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

# AAA contrast for body text and 24 px targets are our own rules; axe leaves both out unless asked.
RULES = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}


def make_record():
    """A campaign with one of everything that a page can show, names that do not break, and words in two languages."""
    campaign = make_campaign(slug="kc", name=f"The {LONG} campaign", place="Kansas City", summary="What it is about.")
    league = make_organization(name="Urban League", classification=Classification.COALITION_MEMBER)
    board, post, chief = make_organization(name=LONG), make_post(), make_person(slug="chief", name="Ada Chief")
    make_membership(chief, post=post, start="2019")
    make_membership(chief, board)
    demand = make_demand([chief, board, post], [board], slug="remove", title=f"Remove {LONG}", text="REMOVE it")
    other = make_demand([chief], title="Another", parent=demand, predecessor=demand)
    letter = make_statement(
        speaker=league, signatories=[league, "a pastor"], addressees=[chief], quote="¿Por qué?", language="es",
        translation="Why?", signatories_incomplete=True, venue=LONG, when="2021-04",
    )  # fmt: skip
    raise_demand(demand, make_statement(speaker=league, signatories=[league, "a rabbi"], when="2020"), text="Remove it")
    for subject in (demand, other):
        raise_demand(subject, letter, text=f"Remove {LONG} at once")
    for number, stance in enumerate(Stance):
        answer(demand, stance, speaker=make_person(), on_behalf_of=chief, when=f"2021-05-{number + 1:02}", note="So.")
    answer(letter=letter, speaker=board, replies_to=letter)
    turned = make_statement(speaker=chief, on_behalf_of=board, quote=f"Never {LONG}")
    Relation.objects.create(statement=turned, to=letter, kind=Relation.Kind.CONTRADICTS)
    cite(turned, quote="Never … ever")
    check(other, chief)
    affect(make_event(title=LONG, when="2021"), demand, Effect.Kind.SETS_BACK)
    make_outcome(demand)
    for says in ("fired", "resign"):
        cite(letter, about="the verb", says=says)
    return campaign


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(live_server, page: Page, path):
    page.goto(live_server.url + path)
    assert looks.found(page, rules=RULES) == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_small_phone_complains_of_nothing_and_is_complete_without_javascript(
    live_server, page: Page, new_context, path
):
    complaints = looks.complaints_of(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(live_server.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert complaints == []
    without = new_context(java_script_enabled=False, viewport=page.viewport_size).new_page()
    without.goto(live_server.url + path)
    assert without.inner_text("body") == page.inner_text("body") != ""


def test_the_first_screen_of_a_phone_says_who_asks_how_many_and_what_happened_last(live_server, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url)
    for words in ("Who asks", "What was done", "What was said", "What happened last"):
        expect(page.get_by_text(words).first).to_be_in_viewport()


def test_the_year_stays_in_sight_while_its_entries_scroll(live_server, page: Page):
    page.goto(live_server.url + "/kc/timeline/")
    page.locator(".entry").nth(5).evaluate("entry => entry.scrollIntoView({block: 'center'})")
    assert page.locator(".year-title").first.bounding_box()["y"] == 0  # type: ignore[index]


def test_a_demand_prints_as_a_dossier_with_the_sources_written_out(live_server, page: Page):
    page.emulate_media(media="print")
    page.goto(live_server.url + "/kc/demands/remove/")
    expect(page.get_by_role("navigation")).to_have_count(0)
    written = page.locator("a.external").first.evaluate("link => getComputedStyle(link, '::after').content")
    assert "https://news.example.org/" in written


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(live_server, page: Page):
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


@pytest.mark.parametrize(("sheet", "limit"), [("timeline.css", 12_000), ("site.css", 20_000)])
def test_a_stylesheet_keeps_to_its_weight(sheet, limit):
    assert max((CSS / sheet).stat().st_size, limit) == limit
