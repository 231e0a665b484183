"""Getting in: the throttle, the second factor, sessions that end, and nothing typed lost with them."""

import datetime as dt
import re
import time

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken

from campaigns.models import LoginTry, Role, State
from campaigns.staff import second_factor
from tests import factories as make

pytestmark = pytest.mark.django_db

LOGIN, DESK, FACTOR = "/admin/login/", "/admin/", "/admin/account/second-factor/"
PASSWORD = "correct horse battery"


def code_of(key, at=None):
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() if at is None else at
    return f"{totp.token():06}"


def enter(client, username, password=PASSWORD, code="", **more):
    return client.post(LOGIN, {"username": username, "password": password, "code": code, **more}, follow=False)


def is_in(client):
    return client.get(DESK).status_code == 200


@pytest.fixture
def maria():
    return make.make_member(make.make_campaign(slug="ours"), Role.EDITOR, username="maria", password=PASSWORD)


@pytest.fixture
def hashed(monkeypatch):
    """How many passwords were hashed."""
    counted = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: counted.append(1) or encode(self, password, salt)
    )
    return counted


def test_whatever_is_wrong_is_answered_alike(client, maria):
    make.make_user(username="left", password=PASSWORD, is_active=False)
    make.make_user(username="reader", password=PASSWORD, is_staff=False)
    with_app = make.make_user(username="app", password=PASSWORD)
    key = second_factor.new_key()
    assert second_factor.enrol(with_app, key, code_of(key))
    pages = set()
    for username, password in (
        *(("maria", "wrong"), ("nobody", "wrong"), ("left", PASSWORD), ("reader", PASSWORD), ("app", PASSWORD)),
    ):
        page = enter(client, username, password).text
        pages.add(re.sub(rf'csrfmiddlewaretoken" value="\w+"|value="{username}"', "", page))
    assert len(pages) == 1
    assert "do not fit together" in pages.pop()


def test_a_password_is_hashed_ten_times_a_minute_and_no_more(maria, hashed):
    for number in range(200):
        enter(Client(), f"somebody-{number}", "guess")
    assert 1 <= len(hashed) <= 10


def test_a_guesser_is_stopped_after_five_tries_and_the_colleague_gets_in_from_elsewhere(maria, hashed):
    guesser, colleague = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for _ in range(5):
        assert "do not fit" in enter(guesser, "maria", "guess").text
    before = len(hashed)
    assert "Too many tries" in enter(guesser, "Maria").text
    assert (len(hashed), is_in(guesser)) == (before, False)
    enter(colleague, "maria")
    assert is_in(colleague)


def test_the_guesser_may_try_again_a_quarter_of_an_hour_later(client, maria, clock):
    for _ in range(6):
        enter(client, "maria", "guess")
    clock.shift(16 * 60)
    enter(client, "maria")
    assert is_in(client)


def test_no_address_and_no_name_is_kept_and_nothing_longer_than_a_quarter_of_an_hour(client, maria, clock):
    enter(Client(REMOTE_ADDR="192.0.2.77"), "maria", "guess")
    kept = "".join(map(str, LoginTry.objects.values()))
    assert LoginTry.objects.count() == 2
    assert [text for text in ("192.0.2", "maria") if text in kept] == []
    clock.shift(15 * 60 + 1)
    LoginTry.objects.admit("another", 5, dt.timedelta(minutes=1))
    assert list(LoginTry.objects.values_list("key", flat=True)) == ["another"]


def test_in_production_the_proxy_says_where_a_try_comes_from(maria, settings):
    settings.DEVELOPMENT = False
    for _ in range(6):
        enter(Client(headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.1"}), "maria", "guess")
    blocked, free = (Client(headers={"X-Forwarded-For": end}) for end in ("198.51.100.1, 192.0.2.1", "192.0.2.9"))
    assert "Too many" in enter(blocked, "maria").text
    enter(free, "maria")
    assert is_in(free)


def enrolled(client, user):
    """Set up an app as somebody does in the browser; return its key and the codes on paper."""
    page = client.get(FACTOR).text
    assert f'src="{FACTOR}picture.svg"' in page
    picture = client.get(f"{FACTOR}picture.svg")
    assert (picture["Content-Type"], picture.content[:5]) == ("image/svg+xml", b"<?xml")
    key = client.session["factor"]
    answer = client.post(FACTOR, {"password": PASSWORD, "code": code_of(key)})
    return key, re.findall(r"<code>([\w-]{14})</code>", answer.text)


def test_who_set_up_an_app_needs_its_code_and_each_code_serves_once(client, maria, clock):
    enter(client, "maria")
    key, _codes = enrolled(client, maria)
    assert is_in(client)
    other = Client()
    for wrong in ("", "000000", code_of(key)):  # the last was used up at the enrolment
        enter(other, "maria", code=wrong)
        assert not is_in(other)
    clock.shift(60)
    code = code_of(key)
    enter(other, "maria", code=f"{code[:3]} {code[3:]}")
    assert is_in(other)
    enter(third := Client(), "maria", code=code)
    assert not is_in(third)


def test_a_code_on_paper_lets_in_once_and_only_its_hash_is_kept(client, maria):
    enter(client, "maria")
    _key, codes = enrolled(client, maria)
    assert len(set(codes)) == 10
    assert not StaticToken.objects.filter(token__in=[*codes, *(code.replace("-", "") for code in codes)]).exists()
    enter(first := Client(), "maria", code=codes[0].upper())
    enter(again := Client(), "maria", code=codes[0])
    assert (is_in(first), is_in(again), second_factor.codes_left(maria)) == (True, False, 9)


def test_who_got_in_by_a_code_on_paper_stays_in_with_new_ones(client, maria, settings):
    settings.SECOND_FACTOR = "everyone"
    enter(client, "maria")
    _key, codes = enrolled(client, maria)
    enter(lost := Client(), "maria", code=codes[0])
    for _ in range(2):
        page = lost.post("/admin/account/", {"codes": "1"}).text
        assert len(re.findall(r"<code>([\w-]{14})</code>", page)) == 10
    assert (is_in(lost), is_in(client), second_factor.codes_left(maria)) == (True, True, 10)
    assert second_factor.verify(maria, codes[1]) is None


def test_setting_up_an_app_asks_for_the_password_and_the_right_code(client, maria):
    enter(client, "maria")
    client.get(FACTOR)
    key = client.session["factor"]
    for wrong in ({"password": "wrong", "code": code_of(key)}, {"password": PASSWORD, "code": "abcdef"}):
        assert "wrong" in client.post(FACTOR, wrong).text
    assert not second_factor.has_device(maria)


def test_a_session_without_the_code_cannot_replace_the_app(client, maria):
    key = second_factor.new_key()
    assert second_factor.enrol(maria, key, code_of(key))
    client.force_login(maria)
    assert client.get(FACTOR)["Location"].startswith(LOGIN)
    assert Client().get(FACTOR).status_code == 302  # nor does a stranger


def test_the_settings_say_of_whom_a_second_factor_is_asked(settings):
    for number, (policy, role, asked) in enumerate(
        (
            ("nobody", Role.MANAGER, False),
            ("publishers", Role.EDITOR, False),
            ("publishers", Role.PUBLISHER, True),
            ("publishers", Role.MANAGER, True),
            ("everyone", Role.CONTRIBUTOR, True),
        )
    ):
        settings.SECOND_FACTOR = policy
        name = f"member-{number}"
        make.make_member(make.make_campaign(), role, username=name, password=PASSWORD)
        enter(client := Client(), name)
        answer = client.get(DESK)
        expected = (302, FACTOR) if asked else (200, None)
        assert (policy, role, answer.status_code, answer.get("Location")) == (policy, role, *expected)


@pytest.mark.parametrize("superuser", [False, True])
def test_there_is_no_path_to_publishing_without_it(settings, superuser):
    settings.SECOND_FACTOR = "publishers"
    campaign = make.make_campaign()
    user = make.make_member(campaign, Role.MANAGER, is_superuser=superuser)
    demand = make.make_demand(campaign=campaign, state=State.DRAFT)
    client = Client()
    client.force_login(user)
    change = reverse("admin:campaigns_demand_change", args=[demand.pk])
    action = {"action": "publish", "_selected_action": [demand.pk]}
    for address, sent in (
        (change, {"title": "x", "_publish": "1"}),
        (reverse("admin:campaigns_demand_changelist"), action),
    ):
        assert client.post(address, sent)["Location"] == FACTOR
    demand.refresh_from_db()
    assert demand.state == State.DRAFT


def test_a_promotion_asks_for_it_in_the_middle_of_a_session(client, settings, maria):
    settings.SECOND_FACTOR = "publishers"
    assert enter(client, "maria").status_code == 302
    assert is_in(client)
    maria.roles.update(role=Role.PUBLISHER)
    assert client.get(DESK)["Location"] == FACTOR


def test_who_lost_the_phone_gets_in_after_the_command(client, maria, capsys):
    enter(client, "maria")
    enrolled(client, maria)
    call_command("staff_account", "maria", lost_device=True)
    assert "no second factor" in capsys.readouterr().out
    assert not is_in(client)
    enter(client, "maria")
    assert is_in(client)


@pytest.mark.parametrize(
    ("steps", "still_in"), [([119, 119, 119], True), ([121], False), ([100] * 7, True), ([100] * 8, False)]
)
def test_a_session_lives_two_hours_after_the_last_page_and_twelve_in_all(client, maria, steps, still_in, clock):
    enter(client, "maria")
    found = is_in(client)
    for minutes in steps:
        clock.shift(minutes * 60)
        found = is_in(client)
    assert found == still_in


def test_signing_out_everywhere_ends_every_session_of_the_user_and_of_nobody_else(maria):
    clients = [Client(), Client(), Client()]
    other = make.make_user()
    for one, user in zip(clients, (maria, maria, other), strict=True):
        one.force_login(user)
    clients[0].post("/admin/account/", {"everywhere": "1"})
    assert [is_in(one) for one in clients] == [False, False, True]


@pytest.mark.parametrize("end", [{"is_active": False}, {"is_staff": False}])
def test_a_session_ends_with_the_account(client, maria, end):
    enter(client, "maria")
    User.objects.filter(pk=maria.pk).update(**end)
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(client, maria):
    enter(client, "maria")
    enter(other := Client(), "maria")
    new = "another horse battery"
    client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert (is_in(client), is_in(other)) == (True, False)


def test_signing_out_empties_the_browser_but_for_its_cookies(client, maria):
    enter(client, "maria")
    answer = client.post("/admin/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()


def hidden(page):
    """Return what a form keeps, as a browser would send it."""
    from html import unescape  # noqa: PLC0415

    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {unescape(name): unescape(value) for name, value in found}


def test_what_was_typed_before_a_session_ended_is_saved_with_the_new_login(client, maria, clock):
    campaign = maria.roles.get().campaign
    demand = make.make_demand(campaign=campaign, state=State.DRAFT)
    address = reverse("admin:campaigns_demand_change", args=[demand.pk])
    enter(client, "maria")
    page = client.get(address).text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= {name: "0" for name in fields if name.endswith("TOTAL_FORMS")}
    text = "\nTyped for an hour: “ñ” <b>&amp;</b>  "
    typed = fields | {"title": "A new title", "slug": demand.slug, "text": text, "position": "0", "_continue": "1"}
    clock.shift(3 * 3600)
    asked = client.post(address, typed)
    assert asked.status_code == 403
    kept = hidden(asked.text)
    typed.pop("csrfmiddlewaretoken", None)
    assert kept == typed
    wrong = client.post(address, kept | {"again-username": "maria", "again-password": "wrong"})
    assert hidden(wrong.text) == kept
    saved = client.post(address, kept | {"again-username": "maria", "again-password": PASSWORD})
    assert saved.status_code == 302, re.findall(r"errorlist.*", saved.text)
    assert is_in(client)
    demand.refresh_from_db()
    assert (demand.title, demand.text) == ("A new title", text)


def test_passwords_are_not_kept_and_files_are_asked_for_again(client):
    sent = {"old_password": "secret", "note": "x", "file": SimpleUploadedFile("a.yaml", b"a: 1")}
    page = client.post("/admin/password_change/", sent).text
    assert hidden(page) == {"note": "x"}
    assert 'type="file" id="file-1" name="file"' in page


def test_a_page_that_is_only_read_leads_to_the_way_in_and_back(client, maria):
    address = reverse("admin:campaigns_demand_changelist")
    asked = client.get(address)
    assert asked["Location"] == f"{LOGIN}?next={address}"
    assert enter(client, "maria", next=address)["Location"] == address
