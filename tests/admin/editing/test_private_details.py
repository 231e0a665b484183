"""Private details: found before readers see them, and public only when a second person has said so on their page."""

import io

import pytest
from django.urls import reverse

from campaigns.campaign_file import campaign_data, import_campaign, write_yaml
from campaigns.models import Clearance, Detail, Role, State, Statement, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login
from tests.admin.editing.test_publishing import act, press, said, state
from tests.admin.test_import_export import URL, kept, upload
from tests.pages import words

pytestmark = pytest.mark.django_db

DRAFT, REVIEW, PUBLISHED, WITHDRAWN = State
PHONE = "816-555-0142"


def private(record) -> str:
    return reverse(f"admin:campaigns_{record._meta.model_name}_private", args=[record.pk])


def say_yes(client, record, reason="It is the press office's."):
    found = client.get(private(record)).text.split('name="detail" value="')[1:]
    return client.post(private(record), {"detail": [part.split('"')[0] for part in found], "reason": reason})


def written_by_ann(**fields):
    """A draft with a telephone number that Ann has written in the form."""
    ann, statement = login("ann"), make.make_statement(state=DRAFT, **fields)
    press(ann, statement, "_continue", summary=f"Call {PHONE}.")
    return ann, statement


def test_a_draft_with_a_private_detail_is_published_once_a_second_person_has_said_so():
    ann, statement = written_by_ann()
    ben = login("ben")
    assert f"seems to tell a telephone number (Summary): “{PHONE}”" in said(press(ann, statement, "_publish"))
    assert state(statement) == DRAFT
    assert f'href="{private(statement)}"' in ann.get(address(statement)).text
    page = words(ben.get(private(statement)))
    assert f"“{PHONE}”: a telephone number (Summary); written by ann" in page
    done = say_yes(ben, statement)
    assert (done.status_code, done.url, said(done)) == (
        302, address(statement), "It may be public. Now the record can be published.",
    )  # fmt: skip
    press(ann, statement, "_publish")
    assert state(statement) == PUBLISHED
    row = Clearance.objects.get()
    assert (row.asked_by.username, row.allowed_by.username, row.words) == ("ann", "ben", PHONE)
    history = words(ann.get(reverse("admin:campaigns_statement_history", args=[statement.pk])))
    assert f"“{PHONE}” (a telephone number): It is the press office's. – ben" in history
    assert history_of(Clearance).get().history_user.username == "ben"


def test_no_reader_sees_who_said_so(client):
    ann, statement = written_by_ann(slug="said")
    say_yes(login("ben"), statement, "Because Zebra.")
    press(ann, statement, "_publish")
    assert PHONE in (page := client.get(statement.get_absolute_url()).text)
    assert "Zebra" not in page
    text = io.StringIO()
    write_yaml(campaign_data(statement.campaign), text)
    assert "Zebra" not in text.getvalue()


def test_whoever_wrote_it_cannot_say_so_and_is_told():
    ann, statement = written_by_ann()
    page = words(ann.get(private(statement)))
    assert "You wrote it yourself: somebody else says whether it may be public." in page
    sign = login("ben").get(private(statement)).text.split('name="detail" value="')[1].split('"')[0]
    answer = ann.post(private(statement), {"detail": [sign], "reason": "Mine."})
    assert "You wrote it yourself" in words(answer)
    assert not Clearance.objects.exists()


def test_without_a_reason_or_for_words_that_nobody_saw_nothing_is_said():
    _ann, statement = written_by_ann()
    ben = login("ben")
    assert "Write why it may be public." in words(say_yes(ben, statement, " "))
    stale = ben.post(private(statement), {"detail": ["x"], "reason": "Fine."})
    assert "Somebody was faster, or it is not in the record any more." in words(stale)
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_publish_says_so(role):
    _ann, statement = written_by_ann()
    mia = enter(make.make_member(statement.campaign, role))
    assert PHONE in words(mia.get(private(statement)))
    sign = login("ben").get(private(statement)).text.split('name="detail" value="')[1].split('"')[0]
    answer = mia.post(private(statement), {"detail": [sign], "reason": "It is public."})
    assert (answer.status_code, Clearance.objects.count()) == ((302, 1) if role >= Role.PUBLISHER else (403, 0))


@pytest.mark.parametrize("action", ["publish", "publish_along"])
def test_a_list_leaves_what_tells_private_details_and_says_why(action):
    ann, statement = written_by_ann()
    quiet = make.make_statement(state=DRAFT)
    answer = said(act(ann, action, [statement, quiet], sure="1"))
    assert (state(statement), state(quiet)) == (DRAFT, PUBLISHED)
    assert f'<a href="{address(statement)}">' in answer
    assert PHONE in answer


def test_a_change_of_what_readers_see_that_tells_one_is_not_saved_and_can_be_asked_for():
    ann, ben, statement = login("ann"), login("ben"), make.make_statement(summary="As it was.")
    typed = form_values(ann.get(address(statement))) | {"summary": f"Call {PHONE}.", "_continue": "1"}
    refused = ann.post(address(statement), typed)
    assert refused.status_code == 200
    assert "Ask a second person whether it may be public" in words(refused)
    assert (Statement.objects.get().summary, Clearance.objects.count()) == ("As it was.", 0)
    ann.post(address(statement), typed | {"_ask_private": "on"})
    asked = Clearance.objects.get()
    assert (asked.words, asked.asked_by.username, asked.allowed_at) == (PHONE, "ann", None)
    assert f'href="{private(statement)}"' in ben.get(address(statement)).text
    assert "You wrote it yourself" in words(ann.get(private(statement)))
    say_yes(ben, statement)
    saved = ann.post(address(statement), typed)
    assert (saved.status_code, Statement.objects.get().summary) == (302, f"Call {PHONE}.")


def test_a_link_of_a_published_record_is_looked_at_too():
    ann, demand = login("ann"), make.make_demand()
    statement = make.make_statement()
    make.answer(demand, statement=statement, note="")
    refused = press(ann, statement, "_continue", **{"responses-0-note": f"Or {PHONE}."})
    assert f"Response: note): “{PHONE}”" in words(refused)
    assert statement.responses.get().note == ""


def test_an_older_version_that_tells_one_is_not_brought_back():
    ann, statement = written_by_ann()
    serial = f"statement-{history_of(Statement).latest('history_id').history_id}"
    press(ann, statement, "_continue", summary="No.")
    press(ann, statement, "_publish")
    assert state(statement) == PUBLISHED
    restore = reverse("admin:campaigns_statement_restore", args=[statement.pk])
    assert PHONE in words(ann.get(restore, {"to": serial}))
    statement.refresh_from_db()
    ann.post(restore, {"to": serial, "version": statement.version, "correction_kind": "typo"})
    statement.refresh_from_db()
    assert statement.summary == "No."


def test_a_word_to_the_readers_that_tells_it_is_refused():
    ann, statement = login("ann"), make.make_statement(summary="As it was.")
    told = {"correction_kind": "correction", "correction_sentence": f"We took {PHONE} out."}
    refused = press(ann, statement, "_continue", summary="Other.", **told)
    assert "Write it without." in words(refused)
    assert Statement.objects.get().summary == "As it was."


def test_a_record_without_private_details_says_nothing_of_them():
    ann, statement = login("ann"), make.make_statement(state=DRAFT)
    assert private(statement) not in ann.get(address(statement)).text
    assert "Nothing waits for a word." in words(ann.get(private(statement)))


# Files

FILE = f"""campaign: {{slug: kc, name: The campaign, state: published}}
sources:
- {{slug: paper, url: "https://example.org/1", state: published}}
statements:
- {{slug: said, date: "2021-04-22", kind: other, speaker_label: A witness, summary: "Call {PHONE}.", sources: [paper],
   state: STATE}}
"""


def test_a_file_that_would_publish_one_is_refused_in_the_desk_with_the_line():
    ann = login("ann")
    page = words(upload(ann, FILE.replace("STATE", "published").encode()))
    assert f"it would be published and seems to tell a telephone number (Summary): “{PHONE}”" in page
    assert "5" in page
    assert not Statement.objects.exists()
    ann.post(URL, {"kept": kept(upload(ann, FILE.replace("STATE", "in_review").encode()))})
    assert state(Statement.objects.get()) == REVIEW


def test_what_a_command_publishes_is_noted_as_the_operators_and_exported_without_a_word_of_it():
    data = FILE.replace("STATE", "published").encode()
    report = import_campaign(io.BytesIO(data))
    assert list(report.lines())[-2:] == ["seem to tell private details, and are published: 1", "  statements: said"]
    row = Clearance.objects.get()
    assert (row.detail, row.asked_by, row.allowed_by, row.reason) == (
        Detail("phone", PHONE), None, None, "Published by whoever ran import_campaign.",
    )  # fmt: skip
    assert import_campaign(io.BytesIO(data)).private == []
    text = io.StringIO()
    write_yaml(campaign_data(row.campaign), text)
    assert "ran import_campaign" not in text.getvalue()
    # What was said once holds for the same words in the same record, also in a file that the desk takes.
    assert "seems to tell" not in words(upload(login("ann"), text.getvalue().encode()))


def test_a_dry_run_of_a_command_notes_nothing():
    report = import_campaign(io.BytesIO(FILE.replace("STATE", "published").encode()), dry_run=True)
    assert (report.private, Clearance.objects.count()) == (["statements: said"], 0)
