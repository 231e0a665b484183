"""Every page of the desk in a real browser: by axe's rules, no wider than a phone, and under the strict policy.

The pages are those that the desk's own addresses lead to: a new one is looked at, or this file says why not.
"""

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser

from campaigns.admin.site import site
from campaigns.campaign_file import campaign_data, write_yaml
from campaigns.history.changes import changes_of
from campaigns.models import Campaign, Clearance, Detail, Invitation, Publishable, Role, State, Statement
from tests import factories as make
from tests.admin.test_foreign import patterns
from tests.browser.looking.test_look import LONG
from tests.browser.looks import LOOKS, Looks
from tests.browser.test_desk import sign_in
from tests.test_site_queries import fill

#: Addresses without a page of their own, each with the reason.
NO_PAGE = {
    "None": "lead on to others",
    "view_on_site": "leads on to the public page",
    "logout": "takes a form and leads on to the login",
    "autocomplete": "answers a search box",
    "jsi18n": "is a script",
    "second_factor_picture": "is a picture",
    "campaigns_date": "answers a field",
    "campaigns_check_looked": "takes a form and leads on to the front page",
    "campaigns_export": "is a file",
    **dict.fromkeys(
        ("login", "join", "forgotten", "forgotten_sent", "new_password", "second_factor"),
        "is for whoever is on the way in: test_entrance looks at it",
    ),
}
#: What nobody gets: names of addresses, the status with which they answer, and the reason.
REFUSED = (
    (r"\w+(?<!_teammember|_invitation)_delete", 403, "nothing is deleted but who is in a team, and invitations"),
    (r"campaigns_teammember_add", 403, "who is new is invited"),
    (r"campaigns_proposedchange_add", 403, "a save that waits for a second reader makes one"),
    (r"campaigns_(membership|issuance|check)_withdraw", 403, "they have the state of the record on which they stand"),
    (r"campaigns_(membership|issuance|check)_(preview|private)", 404, "they stand on the page of their record"),
    (r"campaigns_(?!statement|event|outcome)\w+_preview_timeline", 404, "they are no entries of the timeline"),
)
#: Pages of which each kind that the desk has is among them: looked at in every look.
FOUR = r"index|campaigns_(statement_(changelist|add|change|withdraw)|(demand|person)_change|actor_add)"


@pytest.fixture
def world(transactional_db) -> Campaign:
    """Records of every noun in every state, with names that do not break, and everything that waits."""
    campaign = make.make_campaign(slug="open-city", name=f"The {LONG} campaign")
    fill(campaign, 1)
    for state in State:
        reason = "The source took it back." if state == State.WITHDRAWN else ""
        given: dict[str, Any] = {"state": state, "withdrawal_reason": reason}
        if state != State.PUBLISHED:
            make.make_campaign(slug=state.replace("_", "-"), **given)
        given["campaign"] = campaign
        source = make.make_source(title=f"About {LONG}", url=f"https://example.org/{LONG}/{state}", **given)
        person = make.make_person(name=f"Ada {LONG}", aliases=["The Chief"], **given)
        body = make.make_organization(name=LONG, **given)
        make.make_post(name=f"Chief of {LONG}", organization=body, **given)
        demand = make.make_demand([person], [body], title=f"Remove {LONG}", **given)
        said = make.make_statement([source], [person], ["Forty pastors"], quote=f"No {LONG}.", venue=LONG, **given)
        make.answer(demand, statement=said, note=LONG)
        make.raise_demand(demand, said, text=LONG)
        make.propose(said)
        make.make_event([source], title=LONG, **given)
        make.check(make.make_outcome(demand, [source], **given).demand, person)
    return campaign


@pytest.fixture
def looks(live_server, world, browser: Browser) -> Iterator[Looks]:
    """A page in which a superuser is in; not a guarded one, which keeps no stylesheet for the next page."""
    context = browser.new_context()
    sign_in(page := context.new_page(), live_server, "ann")
    ben = make.make_member(world, Role.MANAGER, username="ben")
    Invitation.objects.create(campaign=world, invited_by=ben)
    yield Looks(page, LOOKS[:2])
    context.close()


def pages(route: str, name: str) -> Iterator[str]:
    """Yield the addresses of a route, filled with records; those of a form with one of each state."""
    whole = "_statement_" in name  # of this noun also what is the same for all
    if "<app_label>" in route:
        yield from ("/admin/auth/", "/admin/campaigns/")
    elif name.endswith("_add") and name.startswith("campaigns_"):
        yield from [route] if whole else []
        yield f"{route}?campaign={Campaign.objects.get(slug='open-city').pk}"
    elif "<" not in route:
        yield route
        if name.endswith("_changelist"):
            yield from (f"{route}?q={words}" for words in (["o", "nowhere"] if whole else ["o"]))
    else:
        noun = re.findall(r"/(?:auth|campaigns)/(\w+)/", route)[0]
        model: Any = next(model for model in site._registry if model._meta.model_name == noun)
        rows, states = model._default_manager.order_by("pk"), [State.PUBLISHED]
        if "_preview" in name:
            states = [State.DRAFT]
        elif name.endswith("_change"):
            states = [State.PUBLISHED, State.DRAFT, *([State.IN_REVIEW, State.WITHDRAWN] if whole else [])]
        for row in (
            [rows.filter(state=one).first() for one in states] if issubclass(model, Publishable) else [rows.last()]
        ):
            address = re.sub(r"<[^>]+>", str(row.pk), route)
            if name.endswith("_restore"):
                address += f"?to={quote(changes_of(row)[-1].serial)}"
            yield address


def status_of(name: str) -> int:
    """Return with which status an address of that name has to answer."""
    return next((status for names, status, _why in REFUSED if re.fullmatch(names, name)), 200)


@pytest.mark.parametrize("part", [0, 1])
def test_every_page_of_the_desk(live_server, world, looks, part):
    """In two parts, for two cores."""
    named = [(route, name) for route, name in patterns() if name not in NO_PAGE or "<app_label>" in route]
    assert {name for _route, name in patterns()} >= set(NO_PAGE)
    other = {}
    for route, name in named[part::2]:
        for address in pages(route, name):
            if (status := looks.open(live_server.url + address)) == 200:
                looks.at(address, looks=LOOKS if re.fullmatch(FOUR, name) else ())
            if status != status_of(name):
                other[address] = status
    assert other == {}
    assert looks.found == {}
    assert len(looks.seen) > 50


def test_pages_that_answer_what_was_typed(live_server, world, looks, tmp_path):
    page = looks.page

    def of(name: str, *args: object) -> str:
        return str(live_server.url) + reverse(f"admin:campaigns_{name}", args=args)

    def press(name: str) -> None:
        looks.press(name)
        page.wait_for_load_state()

    def send(text: str) -> None:
        file = tmp_path / "file.yaml"
        file.write_text(text)
        looks.open(of("campaign_import"))
        page.locator("#id_file").set_input_files(file)
        press("Show what would change")

    looks.open(of("statement_add") + f"?campaign={world.pk}")
    page.locator("#id_when").fill("4/5/2021")
    page.locator("#id_source_url").fill(f"javascript:{LONG}")
    page.locator("#id_responses-0-note").fill(LONG)
    page.locator("#id_issuances-0-text").fill(LONG)
    press("Save")
    looks.at("errors in several lists")

    said = Statement.objects.filter(state=State.PUBLISHED).first()
    assert said
    looks.open(of("statement_change", said.pk))
    page.locator("#id_summary").fill("Call 816-555-0142.")
    press("Save and continue editing")
    looks.at("a correction and a private detail")
    page.get_by_label("Ask a second person").check()
    page.locator("input[name=correction_kind]").first.check()
    press("Save and continue editing")
    looks.at("a second person is asked")

    person = world.actors.filter(kind="person", name__contains=LONG, state=State.PUBLISHED).first()
    Clearance.objects.ask(person, User.objects.get(username="ben"), [Detail("phone", "816-555-0142")])
    looks.open(live_server.url + reverse("admin:index"))
    page.locator("[aria-labelledby=desk-private]").get_by_role("link").click()
    looks.at("a private detail waits")
    page.locator("#id_reason").fill("It is the press office’s.")
    press("It may be public")
    looks.at("it may be public")
    looks.open(of("person_private", person.pk))
    looks.at("what may be public")

    twice = make.make_person(campaign=world, name=f"Ada B. {LONG}", note=LONG)
    make.make_statement(campaign=world, speaker=twice)
    looks.open(of("person_same", twice.pk) + f"?kept={person.pk}")
    looks.at("what would change if two were one")
    press("They are one")
    looks.at("two are not one without a word for readers")
    page.locator("input[name=correction_kind]").first.check()
    press("They are one")
    looks.open(of("person_same", twice.pk))
    looks.at("two after all")

    looks.open(of("statement_changelist"))
    page.locator(".action-select").first.check()
    page.locator("select[name=action]").select_option("withdraw")
    press("Go")
    looks.at("withdraw many")
    page.locator("#id_reason").fill(" ")
    press("Withdraw")
    looks.at("withdraw without a reason")

    text = io.StringIO()
    write_yaml(campaign_data(world), text)
    send(text.getvalue().replace("kind: other", f"kind: {LONG}"))
    looks.at("an import with problems")
    send(text.getvalue().replace("title: Event", f"title: {LONG}"))
    looks.at("an import that would change something")
    page.locator("input[name=correction_kind]").first.check()
    press("Apply it")
    looks.at("imported")
    send(text.getvalue().replace("title: Event", f"title: {LONG}"))
    looks.at("an import that would change nothing")

    looks.open(of("invitation_add"))
    page.locator("#id_campaign").select_option(str(world.pk))
    press("Save")
    looks.at("invited")
    looks.open(live_server.url + reverse("admin:auth_user_add"))
    press("Save")
    looks.at("an account without a name")
    looks.open(live_server.url + reverse("admin:password_change"))
    for field in ("old_password", "new_password1", "new_password2"):
        page.locator(f"#id_{field}").fill(field)
    press("Change my password")
    looks.at("a password that is none")
    assert looks.found == {}
