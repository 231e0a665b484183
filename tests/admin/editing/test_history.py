"""The history of a record: who changed what when, in words; an older version brought back as a new one."""

import re
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.history.changes import changes_of
from campaigns.history.restore import restore
from campaigns.models import (
    Actor,
    Citation,
    Correction,
    Demand,
    Issuance,
    Membership,
    Role,
    State,
    Statement,
    change,
    history_of,
)
from campaigns.models.change_order import in_order
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login
from tests.pages import words

pytestmark = pytest.mark.django_db
DRAFT = State.DRAFT


def history(record):
    return reverse(f"admin:campaigns_{record._meta.model_name}_history", args=[record.pk])


def told(record):
    """Return every change, newest first, as {row: {field: text}}; what went in [-…-], what came in {+…+}."""
    form = {"deleted": "[-{}-]", "inserted": "{{+{}+}}", "kept": "{}"}
    return [
        {
            f"{row.kind} {row.label}": {
                one.label: "".join(form[piece.change].format(piece.text) for piece in one.pieces)
                for one in row.differences
            }
            for row in one.rows
        }
        for one in changes_of(record)
    ]


def reworded(**fields):
    """Return a demand whose wording has changed, and the name of the change before."""
    demand = make.make_demand(text="Resign.", **fields)
    first = changes_of(demand)[0].serial
    demand.text = "Resign now."
    demand.save()
    return demand, first


def test_every_field_is_told_in_words_by_its_label():
    chief, mayor = make.make_person(name="Chief Smith"), make.make_person(name="The mayor")
    statement = make.make_statement(state=DRAFT, speaker=chief, quote="No.", when="2021-04", kind="interview")
    statement.speaker, statement.quote, statement.kind = mayor, "Never.", "speech"
    statement.when, statement.signatories_incomplete = make.when("2021-04-22"), True
    statement.save()
    assert told(statement)[0] == {
        "~ Statement": {
            "Kind": "[-interview-]{+speech+}",
            "Who said it": "[-Chief Smith-]{+The mayor+}",
            "Quotation": "[-No-]{+Never+}.",
            "Date": "[-April 2021-]{+April 22, 2021+}",
            "More signed than are listed": "[-no-]{+yes+}",
        }
    }


def test_the_links_of_a_record_are_part_of_its_history_and_theirs_too():
    demand = make.make_demand([make.make_person(name="Ada")], title="Dig a well")
    issuance = make.raise_demand(demand, when="2021")
    citation = make.cite(issuance, make.make_source(publisher="", title="A paper"), quote="Dig!")
    citation.quote = "Dig now!"
    citation.save()
    citation.delete()
    seen = told(demand)
    label = f"Citation: A paper · {issuance}"
    gone = {"Source": "[-A paper-]", "Issuance": f"[-{issuance}-]", "The source's words": "[-Dig now!-]"}
    assert seen[0] == {f"- {label}": gone | {"Order": "[-0-]"}}
    assert seen[1] == {f"~ {label}": {"The source's words": "Dig {+now+}!"}}
    rows = [row for one in seen for row in one]
    assert "+ Party: Ada" in rows
    assert "+ Demand" in rows


def test_a_form_with_its_links_is_one_change_of_whoever_saved_it():
    ann, statement = login("ann"), make.make_statement(state=DRAFT, quote="No.")
    make.make_source(slug="second", publisher="", title="Second", campaign=statement.campaign)
    typed = form_values(ann.get(address(statement)))
    sent = typed | {"quote": "Never.", "citations-0-quote": "“Never”, he said."}
    assert ann.post(address(statement), sent).status_code == 302
    newest = changes_of(statement)[0]
    assert (newest.by.username, [row.label for row in newest.rows]) == (
        "ann",
        ["Statement", f"Citation: {Citation.objects.get().source}"],
    )
    page = words(ann.get(history(statement)))
    assert "· ann Statement Quotation No Never." in page
    assert "nobody in particular Statement" not in page.split("ann", 1)[0]


def test_a_change_of_nothing_is_no_change():
    demand = make.make_demand()
    before = len(changes_of(demand))
    demand.save()
    assert len(changes_of(demand)) == before


def test_the_page_asks_as_often_for_many_changes_as_for_few():
    ann = login("ann")

    def queries(times):
        statement = make.make_statement(state=DRAFT, signatories=["Forty pastors"])
        for number in range(times):
            with change(None):
                statement.summary = f"Summary {number}"
                statement.speaker = make.make_person()
                statement.save()
                make.cite(statement, make.make_source())
        with CaptureQueriesContext(connection) as captured:
            assert ann.get(history(statement)).status_code == 200
        return len(captured)

    queries(1)
    few = queries(2)
    assert queries(30) == few
    assert few <= 25


def test_an_older_version_comes_back_with_its_links_as_a_new_one():
    source = make.make_source()
    with change(reason="first"):
        statement = make.make_statement(
            [source], state=DRAFT, quote="No.", signatories=["Forty pastors"], addressees=[make.make_person(name="Ada")]
        )
        make.answer(make.make_demand(), statement=statement, note="As he said.")
    first = changes_of(statement)[0].serial
    participant = statement.participants.get(label="Forty pastors")
    kept = participant.pk
    with change():
        statement.quote = "Perhaps."
        statement.save()
        participant.delete()
        citation = statement.citations.get()
        citation.quote = "Later."
        citation.save()
        make.cite(statement, make.make_source(title="Another"))
        statement.responses.all().delete()
    count = history_of(Statement).count()
    restore(Statement.objects.get(pk=statement.pk), first)
    statement.refresh_from_db()
    assert statement.quote == "No."
    assert set(statement.participants.values_list("pk", "label")) >= {(kept, "Forty pastors")}
    assert [(row.source, row.quote) for row in statement.citations.all()] == [(source, "")]
    assert statement.responses.get().note == "As he said."
    assert history_of(Statement).count() == count + 1


def test_a_restored_version_keeps_address_state_and_the_day_of_its_recording():
    demand = make.make_demand(title="Old", slug="old", state=DRAFT)
    first = changes_of(demand)[0].serial
    recorded = demand.recorded_at
    demand.title, demand.slug, demand.state = "New", "new", State.PUBLISHED
    demand.save()
    restore(demand, first)
    demand.refresh_from_db()
    assert (demand.title, demand.slug, demand.state, demand.recorded_at) == ("Old", "new", "published", recorded)


def test_a_role_and_its_source_come_back_together():
    person = make.make_person()
    with change():
        membership = make.make_membership(person, make.make_organization(), start="2019")
        citation = make.cite(membership, make.make_source())
    first, kept = changes_of(person)[0].serial, citation.pk
    with change():
        citation.delete()
        membership.delete()
    restore(Actor.objects.get(pk=person.pk), first)
    assert Membership.objects.get().citations.get().pk == kept


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def restoring(client, record, serial):
    url = reverse(f"admin:campaigns_{record._meta.model_name}_restore", args=[record.pk])
    return url, client.get(url, {"to": serial})


def test_the_page_shows_what_would_change_and_changes_nothing_before_it_is_asked_to():
    ann, (demand, first) = login("ann"), reworded(state=DRAFT)
    count = history_of(Demand).count()
    url, page = restoring(ann, demand, first)
    assert "Wording Resign now." in words(page)
    assert "<del>now</del>" in page.text
    assert (history_of(Demand).count(), Demand.objects.get().text) == (count, "Resign now.")
    done = ann.post(url, {"to": first, "version": version(page)})
    assert (done.status_code, done.url, Demand.objects.get().text) == (302, history(demand), "Resign.")
    newest = changes_of(demand)[0]
    assert (newest.by.username, newest.reason) == ("ann", "an older version brought back")
    assert Demand.objects.get().edited_by.username == "ann"


def test_a_published_record_is_restored_only_with_a_word_to_its_readers():
    ann, (demand, first) = login("ann"), reworded()
    url, page = restoring(ann, demand, first)
    sent = {"to": first, "version": version(page)}
    refused = ann.post(url, sent)
    assert "Say below whether it is a typo or a correction." in refused.text
    assert Demand.objects.get().text == "Resign now."
    sent |= {"correction_kind": "correction", "correction_sentence": "It never said “now”."}
    assert ann.post(url, sent).status_code == 302
    assert (Demand.objects.get().text, Correction.objects.get().sentence) == ("Resign.", "It never said “now”.")


def sourceless(**fields):
    """Return a statement that was published after it had got its source, and the name of the change before."""
    statement = make.make_statement([], state=DRAFT, quote="No.", **fields)
    first = changes_of(statement)[0].serial
    make.cite(statement, make.make_source(campaign=statement.campaign))
    statement.state = State.PUBLISHED
    statement.save()
    return statement, first


def test_a_published_record_does_not_lose_its_source_to_an_older_version():
    ann, (statement, first) = login("ann"), sourceless(slug="no")
    why = "that version is not fit to be seen: The statement “no” needs a source."
    url, page = restoring(ann, statement, first)
    assert why in words(page)
    assert "Bring this version back" not in words(page)
    sent = {"to": first, "version": "1", "correction_kind": "typo"}
    sent["version"] = str(Statement.objects.get().version)
    refused = ann.post(url, sent)
    assert (refused.status_code, why in words(refused)) == (200, True)
    assert (Citation.objects.count(), Correction.objects.count()) == (1, 0)
    Statement.objects.get().withdraw("Not said.")
    sent["version"] = str(Statement.objects.get().version)
    assert ann.post(url, sent).status_code == 302
    assert (Citation.objects.count(), Statement.objects.get().state) == (0, "withdrawn")


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_published_record_does_not_name_again_whom_readers_do_not_see(state):
    ann, hidden = login("ann"), make.make_person(name="Hidden")
    statement = make.make_statement(state=DRAFT, speaker=hidden, addressees=[hidden])
    first = changes_of(statement)[0].serial
    with change():
        statement.participants.get().delete()
        statement.speaker, statement.state = make.make_person(name="Shown"), State.PUBLISHED
        statement.save()
    hidden.state, hidden.withdrawal_reason = state, "Not ours."
    hidden.save()
    url, page = restoring(ann, statement, first)
    assert f"Person “Hidden” is {State(state).label}." in words(page)
    sent = {"to": first, "version": str(statement.version), "correction_kind": "typo"}
    assert ann.post(url, sent).status_code == 200
    assert (str(Statement.objects.get().speaker), statement.participants.count()) == ("Shown", 0)


def test_what_a_published_record_lacked_before_stands_in_no_ones_way():
    ann, (demand, first) = login("ann"), reworded(addressees=[make.make_person(name="Gone")])
    Actor.objects.get().withdraw("Another person.")
    url, page = restoring(ann, demand, first)
    sent = {"to": first, "version": version(page), "correction_kind": "correction"}
    sent["correction_sentence"] = "It never said “now”."
    assert (ann.post(url, sent).status_code, Demand.objects.get().text) == (302, "Resign.")
    typed = form_values(ann.get(address(demand))) | {"title": "Resign!"}
    assert (ann.post(address(demand), typed).status_code, Demand.objects.get().title) == (302, "Resign!")


def test_a_link_of_a_published_record_goes_only_with_a_word_to_its_readers():
    ann, statement = login("ann"), make.make_statement(slug="said")
    first = changes_of(statement)[0].serial
    with change():
        make.cite(statement, make.make_source(publisher="", title="The second paper"))
        make.answer(make.make_demand(title="Dig"), statement=statement)
    url, page = restoring(ann, statement, first)
    assert "Removed Citation: The second paper" in words(page)
    assert "Removed Response: Dig" in words(page)
    sent = {"to": first, "version": version(page)}
    assert "Say below whether it is a typo or a correction." in words(ann.post(url, sent))
    assert (statement.citations.count(), statement.responses.count()) == (2, 1)
    sent |= {"correction_kind": "correction", "correction_sentence": "It answered nobody."}
    assert ann.post(url, sent).status_code == 302
    assert (statement.citations.count(), statement.responses.count()) == (1, 0)
    assert (Correction.objects.get().subject, Correction.objects.get().sentence) == (statement, "It answered nobody.")


def test_an_open_form_of_another_record_notices_that_a_link_on_it_was_restored():
    ann, letter, demand = login("ann"), make.make_statement(state=DRAFT), make.make_demand(state=DRAFT)
    first = changes_of(letter)[0].serial
    with change():
        issuance = make.raise_demand(demand, letter, text="Dig.")
    second = changes_of(letter)[0].serial
    issuance.text = "Dig now."
    issuance.save()
    open_form = form_values(ann.get(address(demand)))
    open_issuance = form_values(ann.get(address(issuance)))
    url, page = restoring(ann, letter, second)
    assert ann.post(url, {"to": second, "version": version(page)}).status_code == 302
    stale = "somebody else saved this record while you were writing"
    assert stale in words(ann.post(address(demand), open_form | {"title": "Mine"}))
    assert stale in words(ann.post(address(issuance), open_issuance | {"text": "Mine"}))
    open_form = form_values(ann.get(address(demand)))
    url, page = restoring(ann, letter, first)
    assert ann.post(url, {"to": first, "version": version(page)}).status_code == 302
    assert stale in words(ann.post(address(demand), open_form | {"title": "Mine"}))
    assert Issuance.objects.count() == 0


def test_a_colleagues_save_in_between_is_not_restored_away():
    ann, (demand, first) = login("ann"), reworded(state=DRAFT)
    url, page = restoring(ann, demand, first)
    login("ben").post(address(demand), form_values(ann.get(address(demand))) | {"text": "Resign today."})
    refused = ann.post(url, {"to": first, "version": version(page)})
    assert "Somebody else saved this record meanwhile." in refused.text
    assert Demand.objects.get().text == "Resign today."
    assert "Resign today." in words(refused)


def test_a_name_that_is_none_or_another_records_brings_nothing_back():
    ann, (demand, _first) = login("ann"), reworded(state=DRAFT)
    url, other = reverse("admin:campaigns_demand_restore", args=[demand.pk]), changes_of(make.make_demand())[0].serial
    for name in ("", "x", "demand-0", "demand-", "2021-01-01T00:00:00+00:00", "demand-9\0", other):
        assert "There was no such version." in words(ann.get(url, {"to": name}))
        refused = ann.post(url, {"to": name, "version": str(demand.version)})
        assert (refused.status_code, Demand.objects.get(pk=demand.pk).text) == (200, "Resign now.")


@pytest.fixture
def clock():
    """Return a clock that goes on by itself and is set back at will."""
    with time_machine.travel("2026-01-01T12:00:00Z") as clock:
        yield clock


def test_a_clock_that_was_set_back_changes_neither_the_order_nor_what_is_brought_back(clock):
    ann, statement = login("ann"), make.make_statement(state=DRAFT, quote="One.")
    for minute, word in ((5, "Two."), (-300, "Three."), (2, "Four.")):
        clock.shift(minute * 60)
        typed = form_values(ann.get(address(statement))) | {"quote": word, "citations-0-quote": f"He said: {word}"}
        assert ann.post(address(statement), typed).status_code == 302
    assert [one["~ Statement"]["Quotation"] for one in told(statement)[:3]] == [
        "[-Three-]{+Four+}.", "[-Two-]{+Three+}.", "[-One-]{+Two+}.",
    ]  # fmt: skip
    assert [len(one.rows) for one in changes_of(statement)[:3]] == [2, 2, 2]
    older = re.findall(r"\?to=([a-z]+-\d+)", ann.get(history(statement)).text)
    for word, serial in zip(("Three.", "Two."), older, strict=False):
        clock.shift(-60)
        url, page = restoring(ann, statement, serial)
        assert ann.post(url, {"to": serial, "version": version(page)}).status_code == 302
        statement.refresh_from_db()
        assert (statement.quote, statement.citations.get().quote) == (word, f"He said: {word}")
        assert changes_of(statement)[0].reason == "an older version brought back"


def test_two_who_wrote_to_two_tables_at_once_are_told_one_after_the_other():
    """Each wrote first where the other wrote last, so that neither comes first by the serials."""

    def version(serial, moment):
        return SimpleNamespace(history_id=serial, history_date=moment, history_user_id=None)

    first, second = moments = ("2026-01-01T12:00", "2026-01-01T12:01")
    rows = {
        (Statement, 1): [version(1, first), version(2, second)],
        (Citation, 1): [version(1, second), version(2, first)],
    }
    assert [one.at for one in in_order(rows)] == list(moments)


def test_the_history_of_another_campaign_is_as_unknown_as_none():
    demand, first = reworded(campaign=make.make_campaign(slug="kc"), state=DRAFT)
    stranger = enter(make.make_member(make.make_campaign(slug="elsewhere"), Role.MANAGER))
    url, page = restoring(stranger, demand, first)
    sent = {"to": first, "version": "1", "correction_kind": "typo"}
    assert [stranger.get(history(demand)).status_code, page.status_code, stranger.post(url, sent).status_code] == [
        404
    ] * 3
    for part in ("preview", "export"):
        address_ = f"/admin/campaigns/demand/{demand.pk}/{part}/"
        if part == "export":
            address_ = reverse("admin:campaigns_export", args=[demand.campaign_id, "campaign", "yaml"])
        assert (part, stranger.get(address_).status_code) == (part, 404)
    assert Demand.objects.get().text == "Resign now."


def test_a_contributor_reads_the_history_of_a_published_record_and_brings_nothing_back():
    demand, first = reworded()
    cora = enter(make.make_member(demand.campaign, Role.CONTRIBUTOR))
    page = cora.get(history(demand))
    assert "Resign now." in words(page)
    assert "restore" not in page.text
    url, refused = restoring(cora, demand, first)
    sent = {"to": first, "version": "1", "correction_kind": "typo"}
    assert (refused.status_code, cora.post(url, sent).status_code) == (403, 403)
    assert Demand.objects.get().text == "Resign now."
