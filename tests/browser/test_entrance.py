"""The desk's entrance in a real browser: every page of it, by axe's rules and under the strict policy."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from campaigns.models import Campaign, Invitation, Role, State, Statement
from campaigns.staff import password_reset
from tests import factories as make
from tests.browser.looks import Looks, refused_on
from tests.staff.test_login_forms import FACTOR, LOGIN, PASSWORD, code_of

ACCOUNT = "/admin/account/"


@pytest.fixture
def maria(transactional_db):
    return make.make_member(make.make_campaign(slug="ours"), Role.EDITOR, username="maria", password=PASSWORD)


def let_time_pass() -> None:
    """Let a quarter of an hour go by since somebody proved who they are."""
    for session in Session.objects.all():
        kept = SessionStore(session.session_key)
        *others, proved = kept["times"]
        kept["times"] = [*others, proved - 15 * 60]
        kept.save()


def test_every_page_on_the_way_in(live_server, maria, page: Page):
    walk = Looks(page)

    def type_in(**fields: str) -> None:
        for label, text in fields.items():
            page.get_by_label(label.replace("_", " ")).fill(text)

    page.goto(live_server.url + LOGIN)
    walk.at("login", "Sign in")
    type_in(Username="maria", Password="wrong")
    walk.press("Sign in")
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    walk.at("login refused", "Sign in")
    type_in(Username="maria", Password=PASSWORD)
    walk.press("Sign in")

    page.goto(live_server.url + FACTOR)
    walk.at("second factor", "Set up your second factor")
    type_in(Your_password=PASSWORD, Code_that_the_app_shows="000000")
    walk.press("Set it up")
    expect(page.get_by_role("alert")).to_contain_text("The password or the code is wrong.")
    walk.at("second factor refused", "Set up your second factor")
    (session,) = Session.objects.all()
    type_in(Your_password=PASSWORD, Code_that_the_app_shows=code_of(session.get_decoded()["factor"]))
    walk.press("Set it up")
    walk.at("codes", "Your codes on paper")
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", page.locator("#content-main").inner_text())
    assert len(codes) == 10

    page.goto(live_server.url + ACCOUNT)
    walk.at("account", "How you get in")
    page.goto(live_server.url + LOGIN + "?next=/admin/account/")
    page.context.clear_cookies()
    page.goto(live_server.url + LOGIN)
    type_in(Username="maria", Password=PASSWORD, Code_from_your_app="123456")
    walk.press("Sign in")
    walk.at("code refused", "Sign in")
    type_in(Username="maria", Password=PASSWORD, Code_from_your_app=codes[0])
    walk.press("Sign in")
    page.goto(live_server.url + ACCOUNT)
    walk.press("New codes on paper")
    walk.at("new codes", "How you get in")
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", page.locator("#content-main").inner_text())

    let_time_pass()
    walk.press("New codes on paper")
    walk.at("proof", "Is it still you?")
    type_in(Code_from_your_app="000000")
    walk.press("Go on")
    expect(page.get_by_text("It does not fit.")).to_be_visible()
    walk.at("proof refused", "Is it still you?")
    type_in(Code_from_your_app=codes[0])
    walk.press("Go on")
    expect(page.get_by_role("heading", level=1, name="How you get in")).to_be_visible()
    codes = re.findall(r"\b\w{4}-\w{4}-\w{4}\b", page.locator("#content-main").inner_text())
    let_time_pass()
    page.goto(live_server.url + FACTOR)
    # What was asked for is a file, say: it comes, and the page stays.
    page.route(
        "**" + FACTOR, lambda route: route.fulfill(status=204) if route.request.method == "GET" else route.continue_()
    )
    type_in(Code_from_your_app=codes[0])
    walk.press("Go on")
    walk.at("proved", "It is you")
    page.unroute("**" + FACTOR)
    page.get_by_role("link", name="If it does not, open it here.").click()
    expect(page.get_by_role("heading", level=1, name="Set up your second factor")).to_be_visible()

    statement = make.make_statement(campaign=Campaign.objects.get(), state=State.DRAFT, quote="No.")
    page.goto(live_server.url + reverse("admin:campaigns_statement_change", args=[statement.pk]))
    walk.refused.clear()
    page.locator("#id_quote").fill("An hour’s work.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and continue editing").first.click()
    walk.at("expired session", "Your session has ended. Nothing that you typed is lost.")
    type_in(Username="maria", Password=PASSWORD, Code_from_your_app=codes[1])
    walk.press("Sign in and go on")
    expect(page.locator("#id_quote")).to_have_value("An hour’s work.")
    assert Statement.objects.get().quote == "An hour’s work."
    assert walk.found == {}
    assert walk.seen == [
        *("login", "login refused", "second factor", "second factor refused", "codes", "account", "code refused"),
        *("new codes", "proof", "proof refused", "proved", "expired session"),
    ]


def test_an_invitation_in_all_its_forms(live_server, maria, page: Page):
    walk = Looks(page)
    campaign = Campaign.objects.get()
    path = urlsplit(Invitation.objects.create(campaign=campaign, role=Role.PUBLISHER, invited_by=maria).link()).path
    page.goto(live_server.url + path)
    walk.at("invitation", "Join the team")
    page.get_by_label("Username").fill("ben")
    page.locator("#id_password1").fill("12345678")
    page.locator("#id_password2").fill("12345678")
    walk.press("Join the team")
    expect(page.get_by_text("This password is too common.")).to_be_visible()
    walk.at("invitation with a bad password", "Join the team")
    page.goto(live_server.url + reverse("admin:join", args=["made-up"]))
    walk.at("no invitation", "Join the team")
    page.goto(live_server.url + LOGIN)
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    walk.press("Sign in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walk.refused.clear()
    page.goto(live_server.url + path)
    walk.at("invitation of somebody who is in", "Join the team")
    assert walk.found == {}
    assert not User.objects.filter(username="ben").exists()


def test_a_forgotten_password_from_the_mail_to_the_desk(live_server, maria, page: Page, settings):
    settings.EMAIL_HOST = "mail.example.org"
    User.objects.update(email="maria@example.org")
    walk = Looks(page)
    page.goto(live_server.url + LOGIN)
    page.get_by_role("link", name="Forgotten your password?").click()
    walk.at("forgotten", "Forgotten password")
    page.get_by_label("Email").fill("nowhere@example")
    walk.press("Send the link")
    expect(page.get_by_text("Enter a valid email address.")).to_be_visible()
    walk.at("forgotten refused", "Forgotten password")
    page.get_by_label("Email").fill("maria@example.org")
    walk.press("Send the link")
    walk.at("sent", "Look into your mail")
    password_reset.outbox.submit(int).result()
    link = urlsplit(mail.outbox[0].body.split("http://testserver")[1].split()[0])
    page.goto(f"{live_server.url}{link.path}?{link.query}")
    assert "link=" not in page.url
    walk.at("new password", "Choose a new password")
    for text, name in (("12345678", "new password refused"), ("another horse battery", "")):
        page.locator("#id_new_password1").fill(text)
        page.locator("#id_new_password2").fill(text)
        walk.press("Set the new password")
        if name:
            expect(page.get_by_text("This password is too common.")).to_be_visible()
            walk.at(name, "Choose a new password")
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    walk.at("login with a new password", "Sign in")
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill("another horse battery")
    walk.press("Sign in")
    expect(page.get_by_text("How you get in")).to_be_visible()
    page.context.clear_cookies()
    walk.refused.clear()
    page.goto(f"{live_server.url}{link.path}?{link.query}")
    walk.at("used link", "This link holds no longer")
    page.get_by_role("link", name="Ask for a new link").click()
    walk.at("asking anew", "Forgotten password")
    assert walk.found == {}
    assert len(walk.seen) == 8


def test_what_the_policy_refuses_is_noticed(live_server, maria, page: Page):
    """The control: the same page under the same policy, with what it forbids."""
    refused = refused_on(page)

    def spoil(route):
        answer = route.fetch()
        picture = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
        spoiled = f"<script>window.ran = true</script><style>h1 {{ color: red }}</style>{picture}"
        route.fulfill(response=answer, body=answer.text().replace("</body>", f"{spoiled}</body>"))

    page.route(live_server.url + LOGIN, spoil)
    page.goto(live_server.url + LOGIN)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.wait_for_function("true")
    assert {word.split(" ")[1] for word in refused} == {"script-src-elem", "style-src-elem", "img-src"}
    assert page.evaluate("window.ran") is None
