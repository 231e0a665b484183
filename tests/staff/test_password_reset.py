"""A forgotten password: one answer to whoever asks, a link that serves once, and no way past the second factor."""

import logging
import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from campaigns.admin.site import site
from campaigns.models import LoginTry, Role
from campaigns.staff import password_reset, second_factor
from tests import factories as make
from tests.staff.test_login_forms import PASSWORD, code_of, enter, is_in

pytestmark = pytest.mark.django_db

ASK, SENT, NEW, LOGIN = "/admin/forgotten/", "/admin/forgotten/sent/", "/admin/forgotten/new/", "/admin/login/"
BETTER = "another horse battery"


@pytest.fixture(autouse=True)
def _sends_mail(settings):
    settings.EMAIL_HOST = "mail.example.org"


@pytest.fixture
def maria():
    campaign = make.make_campaign(slug="ours")
    return make.make_member(campaign, Role.EDITOR, username="maria", password=PASSWORD, email="maria@example.org")


def ask(client, email="maria@example.org", **more):
    """Ask for a link, and wait until whatever is to be sent was sent."""
    answer = client.post(ASK, {"email": email}, **more)
    password_reset.outbox.submit(int).result()
    return answer


def link_in(message):
    """The address in a mail, as the browser asks for it here."""
    (found,) = re.findall(r"https?://\S+", message.body)
    return found.removeprefix("http://testserver")


def choose(client, link, password=BETTER):
    """Open a link and choose a password."""
    opened = client.get(link)
    if opened.status_code != 302:
        return opened
    assert opened["Location"] == NEW
    return client.post(NEW, {"new_password1": password, "new_password2": password})


def test_who_forgot_the_password_gets_in_with_a_new_one(client, maria):
    assert f'href="{ASK}"' in client.get(LOGIN).text
    assert ask(client)["Location"] == SENT
    (message,) = mail.outbox
    assert message.to == ["maria@example.org"]
    assert "maria" in message.subject
    assert "“maria” at testserver" in message.body
    answer = choose(client, link_in(message))
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, LOGIN, False)
    assert "Your new password is set." in client.get(LOGIN).text
    enter(client, "maria", PASSWORD)
    assert not is_in(client)
    enter(client, "maria", BETTER)
    assert is_in(client)


@pytest.fixture
def kinds(maria):
    """An address of every kind of account, and of none."""
    for name, more in (("left", {"is_active": False}), ("reader", {"is_staff": False}), ("unset", {})):
        make.make_user(username=name, email=f"{name}@example.org", **({"password": PASSWORD} | more))
    unset = User.objects.get(username="unset")
    unset.set_unusable_password()
    unset.save()
    make.make_user(username="empty", email="", password=PASSWORD)
    return [f"{name}@example.org" for name in ("maria", "left", "reader", "unset", "nobody")]


def test_every_kind_of_account_is_answered_alike_and_asks_the_database_alike(kinds, clock):
    answers, asked = set(), set()
    for number, email in enumerate(kinds):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        with CaptureQueriesContext(connection) as captured:
            answer = ask(client, email)
        answers.add((answer.status_code, answer.content, tuple(sorted(answer.headers.items()))))
        asked.add(tuple(re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in captured))
    assert (len(answers), len(asked)) == (1, 1)
    assert [message.to for message in mail.outbox] == [["maria@example.org"]]


def test_nothing_is_written_or_sent_before_the_answer_is_out(client, maria, monkeypatch):
    left = []
    monkeypatch.setattr(password_reset.HttpResponseRedirect, "close", lambda self: None)  # it would close the database
    monkeypatch.setattr(password_reset.outbox, "submit", lambda work, *given: left.append((work, given)))
    for email in ("maria@example.org", "nobody@example.org"):
        request = RequestFactory().post(ASK, {"email": email})
        request.user, request.session = AnonymousUser(), {}
        answer = password_reset.forgotten(site, request)
        assert (answer.status_code, mail.outbox, left) == (302, [], [])
        answer.close()
        ((_work, (users, _language)),) = left
        assert len(users) == (email == "maria@example.org")
        left.clear()


def test_a_name_in_other_letters_is_the_same_and_a_likeness_is_not(client, maria):
    ask(client, "MARIA@example.org")
    ask(client, "mar\u0131a@example.org")  # a dotless i
    assert len(mail.outbox) == 1


def test_accounts_that_share_an_address_each_get_their_link(client, maria):
    make.make_user(username="ben", email="maria@example.org", password=PASSWORD)
    ask(client)
    assert sorted(password_reset.user_of(link_in(one).split("link=")[1]).username for one in mail.outbox) == [
        "ben",
        "maria",
    ]


def test_a_link_serves_once_and_a_second_browser_with_it_comes_too_late(client, maria):
    ask(client)
    second, link = Client(), link_in(mail.outbox[0])
    second.get(link)
    choose(client, link)
    assert second.post(NEW, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code == 404
    again = choose(Client(), link, "a third horse battery")
    assert (again.status_code, "holds no longer" in again.text) == (404, True)
    assert f'href="{ASK}"' in again.text
    maria.refresh_from_db()
    assert maria.check_password(BETTER)


def test_a_link_and_the_page_that_it_opened_hold_for_an_hour(client, maria, clock):
    ask(client)
    link = link_in(mail.outbox[0])
    clock.shift(59 * 60)
    assert client.get(link).status_code == 302
    clock.shift(2 * 60)
    assert client.get(link).status_code == 404
    assert client.post(NEW, {"new_password1": BETTER, "new_password2": BETTER}).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{}, {"email": "new@example.org"}, {"is_active": False}, {"is_staff": False}, {"password": BETTER}],
    ids=str,
)
def test_a_link_dies_with_what_it_was_made_for_and_with_a_login(client, maria, change):
    ask(client)
    link = link_in(mail.outbox[0])
    if not change:
        enter(Client(), "maria")
    elif "password" in change:
        maria.set_password(BETTER)
        maria.save()
    else:
        User.objects.filter(pk=maria.pk).update(**change)
    assert client.get(link).status_code == 404


def test_a_link_of_one_account_opens_no_other(client, maria):
    other = make.make_user(username="ben", email="ben@example.org", password=PASSWORD)
    token = password_reset.link_of(maria).split("link=")[1].partition("-")[2]
    assert client.get(NEW, {"link": f"{other.pk}-{token}"}).status_code == 404


def test_the_link_begins_with_the_sites_own_address_and_the_mail_names_no_other(client, maria, settings):
    settings.DESK_ORIGIN = "https://record.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    ask(client, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    raw = mail.outbox[0].message().as_string()
    assert re.findall(r"https?://[^/\s]+", mail.outbox[0].body) == ["https://record.example.org"]
    assert raw.split("Message-ID: ")[1].splitlines()[0].endswith("@record.example.org>")
    assert "evil" not in raw


def test_the_mail_speaks_the_language_of_who_asks(client, maria):
    ask(client, headers={"accept-language": "es"})
    assert "contraseña" in mail.outbox[0].subject
    assert "the" not in mail.outbox[0].body.split()


def test_the_token_leaves_the_address_at_once_and_stands_in_no_path_and_no_log(client, maria, caplog):
    caplog.set_level(logging.DEBUG)
    ask(client)
    link = link_in(mail.outbox[0])
    path, token = link.split("?link=")
    opened = client.get(link)
    assert (path, opened["Location"]) == (NEW, NEW)
    page = client.get(NEW)
    assert token not in page.text
    assert (page["Referrer-Policy"], opened["Referrer-Policy"]) == ("same-origin", "same-origin")
    assert ("no-store" in page["Cache-Control"], "no-store" in opened["Cache-Control"]) == (True, True)
    choose(client, link)
    client.get(link)  # refused, and so logged
    assert NEW in caplog.text
    assert token not in caplog.text


def test_an_address_gets_three_links_an_hour_whoever_asks_in_whatever_letters(maria, clock):
    answers = set()
    for number in range(8):
        email = "maria@example.org" if number % 2 else "Maria@EXAMPLE.org"
        answer = ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), email)
        answers.add((answer.status_code, answer["Location"], answer.content))
    assert (len(mail.outbox), len(answers)) == (3, 1)
    assert password_reset.user_of(link_in(mail.outbox[0]).split("link=")[1]) == maria
    clock.shift(3601)
    ask(Client())
    assert len(mail.outbox) == 4


def test_one_place_asks_five_times_a_quarter_of_an_hour(client, kinds, clock):
    for email in kinds:
        assert ask(client, email).status_code == 302
    refused = ask(client, "maria@example.org")
    assert (refused.status_code, "Too many tries" in refused.text) == (200, True)
    assert len(mail.outbox) == 1
    clock.shift(901)
    assert ask(client).status_code == 302


def test_of_who_asked_for_what_only_hashes_are_kept(maria):
    ask(Client(REMOTE_ADDR="192.0.2.77"))
    kept = "".join(map(str, LoginTry.objects.values()))
    assert LoginTry.objects.count() == 2
    assert [text for text in ("192.0.2", "maria", "example") if text in kept] == []


def test_asking_does_not_use_up_the_tries_to_sign_in(client, maria):
    for _ in range(6):
        ask(client)
    enter(client, "maria")
    assert is_in(client)


def test_the_second_factor_is_still_asked_for(client, maria, clock):
    key = second_factor.new_key()
    assert second_factor.enrol(maria, key, code_of(key))
    clock.shift(60)
    ask(client)
    choose(client, link_in(mail.outbox[0]))
    enter(client, "maria", BETTER)
    assert not is_in(client)
    enter(client, "maria", BETTER, code_of(key))
    assert is_in(client)


def test_who_must_have_one_and_has_none_sets_it_up_first(client, maria, settings):
    settings.SECOND_FACTOR = "everyone"
    ask(client)
    choose(client, link_in(mail.outbox[0]))
    enter(client, "maria", BETTER)
    assert client.get("/admin/")["Location"] == "/admin/account/second-factor/"


def test_a_new_password_ends_every_session_of_the_account_and_of_nobody_else(client, maria):
    other = make.make_user(username="ben")
    theirs, elsewhere = Client(), Client()
    theirs.force_login(other)
    enter(elsewhere, "maria")
    ask(client)
    choose(client, link_in(mail.outbox[0]))
    assert (is_in(elsewhere), is_in(theirs)) == (False, True)
    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [str(other.pk)]


def test_who_is_in_and_opens_the_own_link_is_out_afterwards(client, maria):
    enter(client, "maria")
    ask(client)
    assert choose(client, link_in(mail.outbox[0])).status_code == 302
    assert not is_in(client)


def test_a_weak_password_is_refused_and_the_link_holds(client, maria):
    ask(client)
    refused = choose(client, link_in(mail.outbox[0]), "12345678")
    assert (refused.status_code, "too common" in refused.text) == (200, True)
    assert client.post(NEW, {"new_password1": BETTER, "new_password2": BETTER}).status_code == 302


def test_without_a_mail_server_there_is_nothing_of_it(client, maria, settings):
    settings.EMAIL_HOST = ""
    for address in (ASK, SENT, NEW, password_reset.link_of(maria).removeprefix("http://testserver")):
        answers = client.get(address), client.post(address, {"email": maria.email})
        assert (address, *(one.status_code for one in answers)) == (address, 404, 404)
    assert "forgotten" not in client.get(LOGIN).text.lower()


def test_nothing_typed_as_an_address_is_an_error_or_a_mail(maria):
    for number, email in enumerate(
        (
            *("maria@example.org\nBcc: x@evil.example", "maria@example.org\r\n\r\nx", "maria\x00@example.org", ""),
            *("a" * 100_000 + "@example.org", "maria@" + "a." * 50_000, "<b>@example.org", "\ud800@example.org"),
        )
    ):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answer = ask(client, email.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        assert (number, answer.status_code in (200, 302), mail.outbox) == (number, True, [])


def test_no_made_up_link_opens_anything_or_is_an_error(client, maria):
    for link in (
        *("", "-", "1", "1-", "-1", "1-x-y", "1-\x00", "\x00-\x00", "99999999999999999999-a-b", "999999999999999-a-b"),
        *("١-a-b", "1-" + "z" * 4000, "1-zzzzzzzzzzzzzzz-aa", "é-é-é"),
    ):
        for made_up in (link, link.replace("1", str(maria.pk), 1)):
            assert (made_up, client.get(NEW, {"link": made_up}).status_code) == (made_up, 404)
    assert not Session.objects.exists()


def test_a_mail_server_that_refuses_is_noticed_without_the_address(client, maria, monkeypatch, caplog):
    def refuse(self):
        raise SMTPRecipientsRefused({"maria@example.org": (550, b"no")})

    monkeypatch.setattr(password_reset.EmailMessage, "send", refuse)
    assert ask(client).status_code == 302
    assert "could not be sent: SMTPRecipientsRefused" in caplog.text
    assert "maria" not in caplog.text
