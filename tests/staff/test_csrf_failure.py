"""A form whose token is of an earlier session comes back with what was typed; only a second save writes anything."""

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.models import Clearance, Demand, State, history_of
from campaigns.staff import kept_forms
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address
from tests.pages import words
from tests.staff.test_login_forms import LOGIN, PASSWORD, hidden

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script></textarea>'


class Browser(Client):
    """A browser that sends the token of the page or, where none is given, the one of its newest page."""

    def __init__(self, **defaults):
        super().__init__(enforce_csrf_checks=True, **defaults)

    def token(self):
        return self.cookies[settings.CSRF_COOKIE_NAME].value

    def sign_in(self, name="maria"):
        self.get(LOGIN)
        sent = {"username": name, "password": PASSWORD, "code": "", "csrfmiddlewaretoken": self.token()}
        assert self.post(LOGIN, sent).status_code == 302

    def sign_out(self):
        self.get("/admin/")
        assert self.post("/admin/logout/", {"csrfmiddlewaretoken": self.token()}).status_code == 200


@pytest.fixture
def demand(campaign):
    return make.make_demand(campaign=campaign, state=State.DRAFT, text="Resign.")


@pytest.fixture
def tab(maria):
    tab = Browser()
    tab.sign_in()
    return tab


def versions():
    return history_of(Demand).count(), Clearance.objects.count(), *Demand.objects.values_list("text", "version")


def typed_in(tab, where, **more):
    """Return the fields of a form that was opened and typed into, then made stale by a login in a second one."""
    typed = form_values(tab.get(where)) | more
    tab.sign_out()
    tab.sign_in()
    return typed


@pytest.mark.parametrize("new", [False, True])
def test_a_form_from_before_a_second_login_comes_back_and_is_saved_by_the_next_press(tab, demand, campaign, new):
    where = reverse("admin:campaigns_demand_add") if new else address(demand)
    text = f"Typed for an hour. {EVIL} <b>&amp;</b>"
    typed = typed_in(tab, where, title="Mine", text=text, _publish="1", _ask_private="on")
    before = versions()
    back = tab.post(where, typed)
    assert (back.status_code, versions()) == (403, before)
    assert "Not saved yet: you signed in again after this page was opened. Nothing is lost: save now." in words(back)
    assert EVIL not in back.text
    again = form_values(back)
    assert (again["text"], again["title"]) == (text, "Mine")
    assert not {"_publish", "_ask_private"} & again.keys()
    saved = tab.post(where, again)
    assert (saved.status_code, Demand.objects.get(title="Mine").text) == (302, text)


def test_who_is_not_in_signs_in_and_then_gets_the_form_back_unsaved(tab, demand):
    typed = form_values(tab.get(address(demand))) | {"text": "Mine.", "_save": "1"}
    tab.sign_out()
    tab.sign_in()
    tab.sign_out()
    before = versions()
    asked = tab.post(address(demand), typed)
    assert (asked.status_code, "then the form comes back with what you typed" in words(asked)) == (403, True)
    kept = hidden(asked.text)
    sent = kept | {"again-look": "1", "again-username": "maria", "csrfmiddlewaretoken": tab.token()}
    assert '<input type="hidden" name="again-look" value="1">' in asked.text
    wrong = tab.post(address(demand), sent | {"again-password": "wrong"})
    assert (hidden(wrong.text), 'name="again-look"' in wrong.text) == (kept, True)
    back = tab.post(address(demand), sent | {"again-password": PASSWORD})
    assert (back.status_code, versions()) == (403, before)
    again = form_values(back)
    assert again["text"] == "Mine."
    assert tab.post(address(demand), again).status_code == 302
    assert Demand.objects.get().text == "Mine."


def test_a_colleagues_save_meanwhile_is_set_beside_it(tab, demand):
    typed = typed_in(tab, address(demand), text="Mine.")
    Demand.claim(demand.pk, demand.version)
    Demand.objects.get().save()
    back = tab.post(address(demand), typed)
    assert "somebody else saved this record while you were writing" in words(back)
    assert tab.post(address(demand), form_values(back)).status_code == 302


def test_nothing_is_written_even_if_the_form_would_save(tab, demand, monkeypatch):
    typed = typed_in(tab, address(demand), text="Mine.")
    monkeypatch.setattr(kept_forms, "_", lambda _text: "")  # no refusal, as if a form no longer asked for one
    before = versions()
    back = tab.post(address(demand), typed)
    assert (back.status_code, versions()) == (403, before)


def test_a_draft_that_the_browser_kept_comes_back_unsaved_whatever_button_it_names(tab, demand):
    typed = form_values(tab.get(address(demand))) | {"text": "Mine.", "_publish": "1", "again-look": "draft"}
    before = versions()
    back = tab.post(address(demand), typed)
    assert (back.status_code, versions(), form_values(back)["text"]) == (200, before, "Mine.")
    assert "this is the draft that your browser kept" in words(back)
    assert "again-look" not in form_values(back)


def test_other_pages_show_what_was_sent_and_do_it_at_the_next_press(tab, campaign):
    demand = make.make_demand(campaign=campaign)
    where = reverse("admin:campaigns_demand_withdraw", args=[demand.pk])
    tab.get(where)
    stale = tab.token()
    tab.sign_out()
    tab.sign_in()
    sent = {"reason": f"Not said. {EVIL}", "csrfmiddlewaretoken": stale, "file": SimpleUploadedFile("a.csv", b"x")}
    back = tab.post(where, sent)
    assert (back.status_code, Demand.objects.get().state) == (403, State.PUBLISHED)
    assert EVIL not in back.text
    assert 'type="file" id="file-1" name="file"' in back.text
    assert "Nothing was done yet" in words(back)
    kept = hidden(back.text)
    assert kept == {"reason": f"Not said. {EVIL}"}
    done = tab.post(where, kept | {"csrfmiddlewaretoken": tab.token()})
    assert (done.status_code, Demand.objects.get().state) == (302, State.WITHDRAWN)


@pytest.mark.parametrize(
    "forged",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_REFERER": "https://evil.example/", "wsgi.url_scheme": "https"},
        {"wsgi.url_scheme": "https"},
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_another_site_sends_is_neither_shown_nor_kept(tab, demand, forged, signed_in):
    typed = form_values(tab.get(address(demand))) | {"text": "Forged words."}
    typed.pop("csrfmiddlewaretoken", None)
    if not signed_in:
        tab.sign_out()
    before = versions()
    refused = tab.post(address(demand), typed, **forged)
    assert (refused.status_code, versions()) == (403, before)
    assert "Forged" not in refused.text
    assert "Nothing was changed" in words(refused)


def test_without_any_token_a_forged_form_is_at_most_shown(tab, demand):
    """A browser that says neither where the form comes from nor which site sends it: there is none, but for ours."""
    before = versions()
    shown = tab.post(address(demand), {"text": EVIL, "version": "1"})
    assert (shown.status_code, versions(), EVIL in shown.text) == (403, before, False)


def test_the_pages_for_whoever_is_not_in_begin_anew_and_keep_no_password(maria):
    tab = Browser()
    tab.get(LOGIN)
    sent = {"username": "maria", "password": PASSWORD, "csrfmiddlewaretoken": "a" * 32}
    anew = tab.post(LOGIN, sent)
    assert (anew.status_code, anew["Location"]) == (302, LOGIN)
    page = tab.get(LOGIN)
    assert "This page was too old" in page.text
    assert PASSWORD not in page.text


def test_passwords_are_not_given_back(tab, maria):
    sent = {"old_password": "secret-1", "new_password1": "secret-2", "csrfmiddlewaretoken": "a" * 32}
    back = tab.post("/admin/password_change/", sent)
    assert (back.status_code, re.findall("secret", back.text)) == (403, [])
