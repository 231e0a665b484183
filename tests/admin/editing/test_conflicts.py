"""Two editors at once: exactly one save succeeds, and nothing that the other typed or the first saved is lost."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from campaigns.models import Event, Membership, Response, Source, Stance, Statement
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login, save
from tests.made_once import made_once


@made_once
def statement():
    campaign = make.make_campaign(slug="kc")
    statement = make.make_statement(campaign=campaign, quote="No.", summary="Says no.", venue="City hall")
    make.answer(make.make_demand(campaign=campaign, title="Resign"), Stance.REJECTS, statement=statement, note="Old")
    return statement


def opened(record) -> tuple[Any, Any, dict[str, str], dict[str, str]]:
    """Return two browsers and the form of a record that stands open in each."""
    ann, ben = login("ann"), login("ben")
    return ann, ben, form_values(ann.get(address(record))), form_values(ben.get(address(record)))


def differences(response) -> dict[str, tuple[str, str, bool]]:
    found = response.context["conflict"].differences
    return {one.place: (one.theirs, one.mine, one.both) for one in found}


def test_a_stale_form_is_refused_with_both_versions_and_the_typed_text(statement):
    ann, ben, first, second = opened(statement)
    saved = ann.post(address(statement), first | {"quote": "Never.", "venue": "The courthouse"})
    assert saved.status_code == 302
    refused = ben.post(address(statement), second | {"quote": "Not ever.", "capacity": "Mayor"})
    assert refused.status_code == 200
    statement.refresh_from_db()
    assert (statement.quote, statement.venue, statement.capacity) == ("Never.", "The courthouse", "")
    assert differences(refused) == {
        "Quotation": ("Never.", "Not ever.", True),
        "In which role": ("–", "Mayor", False),
        "Where": ("The courthouse", "City hall", False),
    }
    page = refused.text
    assert "somebody else saved this record while you were writing" in page
    assert "ann saved this record on" in page
    again = form_values(refused)
    assert (again["quote"], again["capacity"], again["venue"]) == ("Not ever.", "Mayor", "The courthouse")


def test_the_moment_of_the_other_save_is_told_in_the_campaigns_time(db):
    statement = make.make_statement(campaign=make.make_campaign(timezone="America/Chicago"), quote="No.")
    ann, ben, first, second = opened(statement)
    with time_machine.travel("2026-01-01T19:13:00Z", tick=False):
        ann.post(address(statement), first | {"quote": "Never."})
    page = ben.post(address(statement), second | {"quote": "Not ever."}).text
    assert "ann saved this record on Jan. 1, 2026, 1:13 p.m., while it was open here." in page


def test_the_form_that_comes_back_can_be_saved_and_keeps_what_the_colleague_wrote(statement):
    ann, ben, first, second = opened(statement)
    ann.post(address(statement), first | {"venue": "The courthouse"})
    refused = ben.post(address(statement), second | {"quote": "Not ever."})
    assert ben.post(address(statement), form_values(refused)).status_code == 302
    statement.refresh_from_db()
    assert (statement.quote, statement.venue, statement.version) == ("Not ever.", "The courthouse", 3)
    assert statement.edited_by.username == "ben"


def test_only_a_changed_row_makes_the_form_of_the_other_stale(statement):
    ann, ben, first, second = opened(statement)
    assert ann.post(address(statement), first | {"responses-0-note": "Ann's"}).status_code == 302
    refused = ben.post(address(statement), second | {"summary": "Ben's"})
    assert refused.status_code == 200
    assert Response.objects.get().note == "Ann's"
    assert differences(refused)["Response 1: Note"] == ("Ann's", "Old", False)
    assert ben.post(address(statement), form_values(refused)).status_code == 302
    statement.refresh_from_db()
    assert (statement.summary, Response.objects.get().note) == ("Ben's", "Ann's")


def test_a_row_that_both_changed_is_shown_with_both_texts(statement):
    ann, ben, first, second = opened(statement)
    ann.post(address(statement), first | {"responses-0-stance": "accepts"})
    refused = ben.post(address(statement), second | {"responses-0-stance": "partial"})
    assert differences(refused) == {"Response 1: Stance": ("accepts", "accepts in part", True)}
    assert form_values(refused)["responses-0-stance"] == "partial"
    assert Response.objects.get().stance == "accepts"


def test_a_row_that_the_colleague_added_stays_and_one_of_mine_is_kept_beside_it(statement):
    one, other = make.make_demand(title="One"), make.make_demand(title="Other")
    ann, ben, first, second = opened(statement)
    ann.post(address(statement), first | {"responses-1-demand": str(one.pk), "responses-1-stance": "accepts"})
    mine = {"responses-1-demand": str(other.pk), "responses-1-stance": "promises", "responses-1-note": "Mine"}
    refused = ben.post(address(statement), second | mine)
    assert "Your colleague added it" in refused.text
    assert ben.post(address(statement), form_values(refused)).status_code == 302
    assert {(row.demand.title, row.stance) for row in Response.objects.all()} == {
        ("Resign", "rejects"),
        ("One", "accepts"),
        ("Other", "promises"),
    }


def test_a_row_that_the_colleague_removed_comes_back_only_where_it_was_changed(statement):
    statement.state = "draft"
    statement.save()
    ann, ben, first, second = opened(statement)
    ann.post(address(statement), first | {"responses-0-DELETE": "on"})
    assert Response.objects.count() == 0
    refused = ben.post(address(statement), second | {"responses-0-note": "Mine"})
    assert "you changed it, so it stands in the form as a new row" in refused.text
    assert form_values(refused)["responses-0-note"] == "Mine"
    refused = ben.post(address(statement), second | {"summary": "Mine"})
    assert "responses-0-note" not in {name for name, value in form_values(refused).items() if value}
    assert ben.post(address(statement), form_values(refused)).status_code == 302
    assert Response.objects.count() == 0


def test_a_form_without_the_version_that_it_was_made_from_is_refused(statement):
    ann = login("ann")
    typed = form_values(ann.get(address(statement))) | {"quote": "Typed."}
    for version in ("", "0", "-1", "99", "x", "9" * 30):
        refused = ann.post(address(statement), typed | {"version": version})
        assert (version, refused.status_code, form_values(refused)["quote"]) == (version, 200, "Typed.")
    statement.refresh_from_db()
    assert (statement.quote, statement.version) == ("No.", 1)


def test_a_stale_form_without_a_sound_count_of_rows_is_refused_in_words(statement):
    ann = login("ann")
    stale = form_values(ann.get(address(statement))) | {"version": "0"}
    for total in ("", "x", "-1", "9" * 30):
        answer = ann.post(address(statement), stale | {"responses-TOTAL_FORMS": total})
        assert (total, answer.status_code) == (total, 200)
    assert Response.objects.count() == 1


def test_where_nobody_knows_the_old_values_every_difference_is_one_to_choose(statement):
    ann, ben, first, second = opened(statement)
    ann.post(address(statement), first | {"venue": "The courthouse"})
    for base in ("", "{", "[]", '{"form": [], "rows": 1}', '{"form": {}, "rows": {"responses": 3}}'):
        refused = ben.post(address(statement), second | {"base": base})
        assert (base, differences(refused)["Where"]) == (base, ("The courthouse", "City hall", True))


def test_a_form_with_a_mistake_does_not_use_up_the_version(statement):
    ann = login("ann")
    values = form_values(ann.get(address(statement)))
    wrong = ann.post(address(statement), values | {"when": "spring 2021", "quote": "Typed."})
    assert "is not a date that we can read" in wrong.text
    statement.refresh_from_db()
    assert statement.version == 1
    assert ann.post(address(statement), form_values(wrong) | {"when": "April 2021"}).status_code == 302
    statement.refresh_from_db()
    assert (statement.quote, statement.when.isoformat(), statement.version) == ("Typed.", "2021-04", 2)


def test_a_role_that_was_changed_on_another_page_makes_both_stale(db):
    campaign = make.make_campaign()
    person, post = make.make_person(campaign=campaign), make.make_post(campaign=campaign)
    role = make.make_membership(person, post=post)
    ann, ben = login("ann"), login("ben")
    pages = {one: form_values(ben.get(address(one))) for one in (post, post.organization, role)}
    assert save(ann, person, **{"memberships-0-start": "May 2019"}).status_code == 302
    for record, stale in pages.items():
        assert (record, ben.post(address(record), stale).status_code) == (record, 200)
    assert Membership.objects.get().start.isoformat() == "2019-05"


def test_what_nobody_changed_is_not_marked_as_changed_by_a_save(statement):
    ann = login("ann")
    assert save(ann, statement).status_code == 302
    statement.refresh_from_db()
    assert statement.edited_by is None


def at_once(calls: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """Make all calls at the same moment; return by name what each returned."""
    start, answers = threading.Barrier(len(calls)), {}

    def make_one(name: str) -> None:
        try:
            start.wait(20)
            answers[name] = calls[name]()
        finally:
            connection.close()

    threads = [threading.Thread(target=make_one, args=[name]) for name in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def post_at_once(address: str, clients, forms: dict[str, dict[str, str]]) -> dict[str, tuple[int, str]]:
    """Let everybody send a form to one address at the same moment."""
    answers = at_once({name: partial(clients[name].post, address, form) for name, form in forms.items()})
    return {
        name: (answer.status_code, "" if answer.status_code == 302 else answer.text) for name, answer in answers.items()
    }


def save_at_once(record, texts: dict[str, dict[str, str]]) -> dict[str, tuple[int, str]]:
    """Let everybody save the form that all of them opened, at the same moment."""
    clients = {name: login(name) for name in texts}
    forms = {name: form_values(client.get(address(record))) | texts[name] for name, client in clients.items()}
    return post_at_once(address(record), clients, forms)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", ["quote", "responses-0-note"])
def test_of_two_saves_at_the_same_moment_exactly_one_succeeds(field):
    campaign = make.make_campaign(slug="kc")
    statement = make.make_statement(campaign=campaign, quote="No.")
    make.answer(make.make_demand(campaign=campaign), Stance.REJECTS, statement=statement, note="Old")
    for round_ in range(8):
        texts = {name: {field: f"{name} in round {round_}"} for name in ("ann", "ben")}
        answers = save_at_once(statement, texts)
        assert sorted(status for status, _page in answers.values()) == [200, 302]
        winner, loser = sorted(answers, key=lambda name: answers[name][0], reverse=True)
        stored = Response.objects.get().note if "note" in field else Statement.objects.get().quote
        assert stored == texts[winner][field]
        assert texts[loser][field] in answers[loser][1]
        assert texts[winner][field] in answers[loser][1]
    assert Statement.objects.get().version == 9


@pytest.mark.django_db(transaction=True)
def test_four_who_give_a_record_its_next_version_three_hundred_times_each_are_all_counted():
    """Without being asked to, and by claiming the one that they saw, again and again (T11)."""
    counted, claimed = (make.make_statement(campaign=make.make_campaign()) for _ in range(2))

    def count() -> bool:
        for _ in range(300):
            Statement.advance([counted.pk])
            seen = Statement.objects.get(pk=claimed.pk).version
            while not Statement.claim(claimed.pk, seen):
                seen = Statement.objects.get(pk=claimed.pk).version
        return True

    assert at_once(dict.fromkeys("abcd", count)) == dict.fromkeys("abcd", True)
    versions = [Statement.objects.get(pk=one.pk).version for one in (counted, claimed)]
    assert versions == [counted.version + 1200, claimed.version + 1200]


@pytest.mark.django_db(transaction=True)
def test_two_who_paste_the_same_new_address_at_the_same_moment_make_one_source():
    campaign = make.make_campaign(slug="kc")
    chief, add = make.make_person(campaign=campaign, name="Rick Smith"), reverse("admin:campaigns_statement_add")
    clients = {name: login(name) for name in ("ann", "ben")}
    for round_ in range(5):
        typed = {"speaker": str(chief.pk), "source_url": f"https://news.example.org/{round_}"}
        forms = {
            name: form_values(client.get(add))
            | typed
            | {"quote": "No.", "when": f"2021-04-{10 * day + round_}", "source_title": name}
            for day, (name, client) in enumerate(clients.items(), 1)
        }
        answers = post_at_once(add, clients, forms)
        assert [status for status, _page in answers.values()] == [302, 302]
        assert (Source.objects.count(), Statement.objects.count()) == (round_ + 1, 2 * round_ + 2)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_what_has_one_title_at_the_same_moment_make_two_with_an_address_each():
    make.make_campaign(slug="kc")
    add = reverse("admin:campaigns_event_add")
    clients = {name: login(name) for name in ("ann", "ben")}
    for round_ in range(5):
        forms = {
            name: form_values(client.get(add)) | {"title": f"Reunión {round_}", "when": "May 2021"}
            for name, client in clients.items()
        }
        answers = post_at_once(add, clients, forms)
        assert [status for status, _page in answers.values()] == [302, 302]
        slugs = Event.objects.filter(title=f"Reunión {round_}").values_list("slug", flat=True)
        assert sorted(slugs) == [f"reunion-{round_}", f"reunion-{round_}-2"]


def test_a_text_of_several_lines_is_no_change_and_keeps_its_bytes(db):
    text = "One line.\n\n  And another, with a slip \n"
    statement = make.make_statement(quote=text)
    ann = login("ann")
    assert save(ann, statement, quote=text.replace("\n", "\r\n")).status_code == 302
    statement.refresh_from_db()
    assert (statement.quote, statement.edited_by) == (text, None)


def test_the_address_of_what_was_published_cannot_change(db):
    for state, slug in (("draft", "other"), ("published", "first")):
        source = make.make_source(slug="first", state=state)
        ann = login("ann")
        values = form_values(ann.get(address(source))) | {"slug": "other", "note": "x"}
        assert ann.post(address(source), values).status_code == 302
        source.refresh_from_db()
        assert (source.slug, source.note) == (slug, "x")
        source.slug = f"{state}-done"
        source.save()
