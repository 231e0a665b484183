"""The desk in a real browser: an editing day, without a complaint of axe's or of the browser's."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from campaigns.models import Stance, State, Statement
from tests import factories as make
from tests.admin.browser_form import form_values

#: Rules that Django's own admin pages break, in parts that are not ours: each with where.
DJANGOS_OWN: dict[str, str] = {}


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


def sign_in(page: Page, live_server, name: str) -> Client:
    client = Client()
    user = User.objects.filter(username=name).first() or User.objects.create_superuser(name)
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return client


def complaints_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def urls(campaign) -> dict[str, str]:
    draft = Statement.objects.get(slug="draft")
    letter = Statement.objects.get(slug="letter")
    return {
        "desk": reverse("admin:index"),
        "list": reverse("admin:campaigns_statement_changelist"),
        "add": reverse("admin:campaigns_statement_add"),
        "change": reverse("admin:campaigns_statement_change", args=[draft.pk]),
        "demand": reverse("admin:campaigns_demand_change", args=[campaign.demands.first().pk]),
        "person": reverse("admin:campaigns_person_change", args=[campaign.actors.get(name="Rick Smith").pk]),
        "withdraw": reverse("admin:campaigns_statement_withdraw", args=[letter.pk]),
        "kinds": reverse("admin:campaigns_actor_add"),
    }


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_and_the_browser_have_nothing_to_say(live_server, record, page: Page, width, scheme):
    sign_in(page, live_server, "ann")
    complaints = complaints_of(page)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    for name, path in urls(record).items():
        page.goto(live_server.url + path)
        violations = Axe().run(page).response["violations"]
        found[name] = [(one["id"], node["html"][:160]) for one in violations for node in one["nodes"]]
    assert {name: there for name, there in found.items() if there} == {}
    assert complaints == []
