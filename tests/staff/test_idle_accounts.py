"""Who leaves: after ninety days without a login the account gets in no more until it is let in again."""

import datetime as dt
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client

from campaigns.models import Role, TeamMember
from campaigns.staff import password_reset, second_factor
from campaigns.staff.idle_accounts import has_lapsed, lapsed
from tests import factories as make
from tests.admin.clients import enter as walk_in
from tests.staff.test_login_forms import PASSWORD, code_of, enter, is_in
from tests.staff.test_password_reset import ask

pytestmark = pytest.mark.django_db

DAY = 24 * 3600
ACCOUNTS, MEMBERS = "/admin/auth/user/", "/admin/campaigns/teammember/"


@pytest.fixture(autouse=True)
def _ninety_days(settings):
    settings.STAFF_IDLE_DAYS = 90


@pytest.fixture
def maria(clock):
    campaign = make.make_campaign(slug="ours")
    return make.make_member(campaign, Role.EDITOR, username="maria", password=PASSWORD, email="maria@example.org")


def gets_in(name="maria", password=PASSWORD, code=""):
    client = Client()
    enter(client, name, password, code)
    return is_in(client)


def test_in_at_day_89_and_out_at_day_90_after_the_last_login(maria, clock):
    assert gets_in()
    clock.shift(89 * DAY)
    assert gets_in()  # and the days begin anew
    clock.shift(90 * DAY - 1)
    assert gets_in()
    clock.shift(90 * DAY)
    assert not gets_in()


def test_an_account_that_was_never_used_ends_ninety_days_after_it_was_made(maria, clock):
    clock.shift(90 * DAY)
    assert not gets_in()


@pytest.mark.parametrize("days", [0, 400])
def test_the_settings_say_after_how_many_days(maria, clock, settings, days):
    settings.STAFF_IDLE_DAYS = days
    clock.shift(399 * DAY)
    assert gets_in()


def test_no_session_outlives_the_day(client, maria, clock):
    enter(client, "maria")
    clock.shift(90 * DAY)
    assert not is_in(client)


def test_a_superuser_lets_somebody_in_again_in_the_list_and_the_last_login_stays_true(maria, clock):
    assert gets_in()
    before = User.objects.get(pk=maria.pk).last_login
    clock.shift(100 * DAY)
    boss = make.make_user(username="boss", is_superuser=True)
    other = make.make_user(username="ben", date_joined=before)
    desk = walk_in(boss)
    answer = desk.post(ACCOUNTS, {"action": "let_in_again", "_selected_action": [maria.pk, boss.pk]}, follow=True)
    assert "Let in again: maria." in answer.text
    maria.refresh_from_db()
    assert maria.last_login == before
    assert list(LogEntry.objects.values_list("object_id", "user__username")) == [(str(maria.pk), "boss")]
    assert (gets_in(), has_lapsed(other)) == (True, True)
    nobody = desk.post(ACCOUNTS, {"action": "let_in_again", "_selected_action": [boss.pk]}, follow=True)
    assert "Nobody of them" in nobody.text


def test_nobody_below_a_superuser_lets_anybody_in(maria, clock):
    clock.shift(100 * DAY)
    manager = make.make_member(maria.roles.get().campaign, Role.MANAGER)
    sent = {"action": "let_in_again", "_selected_action": [maria.pk]}
    assert walk_in(manager).post(ACCOUNTS, sent).status_code == 403
    assert not gets_in()


def test_the_last_superuser_comes_back_with_the_command(clock, capsys):
    make.make_user(username="boss", is_superuser=True, password=PASSWORD)
    clock.shift(1000 * DAY)
    assert not gets_in("boss")
    call_command("staff_account", reset=True)
    (password,) = re.findall(r"password   (\S+)", capsys.readouterr().out)
    assert gets_in("boss", password)


def test_who_is_out_is_answered_like_a_wrong_password_and_no_code_is_used_up(maria, clock):
    key = second_factor.new_key()
    assert second_factor.enrol(maria, key, code_of(key))
    clock.shift(90 * DAY)
    pages = set()
    for password, code in (("wrong", "000000"), (PASSWORD, "000000"), (PASSWORD, code_of(key))):
        page = enter(Client(), "maria", password, code).text
        pages.add(re.sub(rf'csrfmiddlewaretoken" value="\w+|value="{code}"', "", page))
    assert len(pages) == 1
    call_command("staff_account", "maria", lost_device=False, reset=True)
    maria.refresh_from_db()
    maria.set_password(PASSWORD)
    maria.save()
    assert gets_in(code=code_of(key))


def test_no_link_to_a_new_password_leads_round_it(client, maria, clock, settings):
    settings.EMAIL_HOST = "mail.example.org"
    clock.shift(90 * DAY - 60)
    ask(client)
    token = mail.outbox[0].body.split("link=")[1].split()[0]
    assert password_reset.user_of(token) == maria
    clock.shift(60)
    assert password_reset.user_of(token) is None
    ask(client)
    assert len(mail.outbox) == 1


def test_the_condition_on_the_database_says_the_same(clock, settings):
    days = [dt.timedelta(days) for days in (0, 89, 90, 91)]
    now = dt.datetime.now(dt.UTC)
    for number, (joined, seen) in enumerate((joined, seen) for joined in days for seen in (None, *days)):
        login = None if seen is None else now - seen
        make.make_user(username=f"one-{number}", date_joined=now - joined, last_login=login)
    for settings.STAFF_IDLE_DAYS in (90, 0):
        found = set(User.objects.filter(lapsed()))
        assert found == {user for user in User.objects.all() if has_lapsed(user)}
        assert len(found) == (6 if settings.STAFF_IDLE_DAYS else 0)


def test_the_report_says_of_every_account_what_it_opens(maria, clock, capsys):
    assert gets_in()
    clock.shift(90 * DAY)
    TeamMember.objects.create(campaign=make.make_campaign(slug="other"), user=maria, role=Role.MANAGER)
    key = second_factor.new_key()
    boss = make.make_user(username="boss", is_superuser=True)
    assert second_factor.enrol(boss, key, code_of(key))
    make.make_user(username="left", is_active=False)
    make.make_user(username="reader", is_staff=False)
    call_command("staff_report")
    head, *lines = (re.split(r"  +", line) for line in capsys.readouterr().out.splitlines())
    assert head == ["account", "gets in", "last in", "second factor", "may"]
    assert lines[0] == ["maria", "no: idle", "2026-01-01", "no", "ours: editor, other: manager"]
    assert {line[0]: line[1:] for line in lines[1:]} == {
        "boss": ["yes", "never", "yes", "superuser"],
        "left": ["no: inactive", "never", "no", "nothing"],
        "reader": ["no: not of the staff", "never", "no", "nothing"],
    }


def listed(client, address):
    """The names in a list of accounts."""
    return set(re.findall(r'field-username"><a [^>]*>([^<]+)', client.get(address).text))


def test_the_list_of_accounts_shows_and_filters_who_gets_in_and_who_has_a_second_factor(maria, clock):
    clock.shift(90 * DAY)
    boss = make.make_user(username="boss", is_superuser=True)
    key = second_factor.new_key()
    assert second_factor.enrol(boss, key, code_of(key))
    make.make_user(username="left", is_active=False)
    client = walk_in(boss)
    assert listed(client, f"{ACCOUNTS}?gets_in=no") == {"maria", "left"}
    assert listed(client, f"{ACCOUNTS}?gets_in=yes") == listed(client, f"{ACCOUNTS}?second_factor=yes") == {"boss"}
    assert listed(client, f"{ACCOUNTS}?second_factor=no") == {"maria", "left"}
    page = client.get(ACCOUNTS).text
    names, may = (re.findall(rf'field-{name}">(?:<a [^>]*>)?([^<]*)', page) for name in ("username", "may"))
    expected = {"boss": "superuser", "left": "-", "maria": f"{maria.roles.get().campaign}: editor"}
    assert dict(zip(names, may, strict=True)) == expected


def test_the_list_of_accounts_asks_no_more_for_many(maria, clock, django_assert_max_num_queries):
    client = walk_in(make.make_user(username="boss", is_superuser=True))
    for _ in range(20):
        make.make_member(maria.roles.get().campaign)
    with django_assert_max_num_queries(15):
        assert len(listed(client, ACCOUNTS)) == 22


def test_managers_see_when_each_of_their_own_team_was_last_in_and_nobody_else_does(maria, clock):
    assert gets_in()
    clock.shift(90 * DAY)
    campaign, other = maria.roles.get().campaign, make.make_campaign(slug="other")
    manager = make.make_member(campaign, Role.MANAGER)
    TeamMember.objects.create(campaign=other, user=manager, role=Role.PUBLISHER)
    stranger = make.make_member(other, username="stranger", last_login=dt.datetime(2026, 2, 2, tzinfo=dt.UTC))
    page = walk_in(manager).get(MEMBERS).text
    days = re.findall(r'field-last_in">([^<]*)', page)
    assert "Jan. 1, 2026; gets in no more" in days
    assert "Feb. 2" not in page
    assert len(days) == TeamMember.objects.count()
    for user in (stranger, make.make_member(campaign, Role.PUBLISHER)):
        page = walk_in(user).get(MEMBERS).text
        assert ("last_in" in page, "2026" in page) == (False, False)
