"""Where a campaign wants a second reader, a change of what readers see waits for one; readers go on reading."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.history.changes import changes_of
from campaigns.models import Citation, Correction, Person, ProposedChange, Source, State, Statement, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, save
from tests.admin.editing.test_history import version
from tests.admin.editing.test_publishing import said
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SAID = {"correction_kind": "correction", "correction_sentence": "He said “never”."}


def page_of(proposal):
    return reverse("admin:campaigns_proposedchange_change", args=[proposal.pk])


def quote(statement):
    return Statement.objects.get(pk=statement.pk).quote


@pytest.fixture
def statement(readers_first):
    return make.make_statement(campaign=readers_first.campaign, quote="No.", slug="no")


def test_a_change_waits_and_a_second_person_accepts_it(readers_first, statement):
    team, before = readers_first, Client().get("/kc/statements/no/").content
    answer = save(team.pia, statement, quote="Never.", **SAID)
    proposal = ProposedChange.objects.get()
    assert (answer.status_code, answer.url) == (302, address(statement))
    assert "Your change waits for a second reader" in said(answer)
    assert (quote(statement), Client().get("/kc/statements/no/").content) == ("No.", before)
    assert Statement.objects.get().version == statement.version  # a colleague's open form is not stale
    assert "Accept" not in words(team.pia.get(page_of(proposal)))
    assert team.pia.post(page_of(proposal), {"_accept": "1"}).status_code == 403
    assert team.ed.post(page_of(proposal), {"_accept": "1"}).status_code == 403
    shown = team.pat.get(page_of(proposal))
    assert "<del>No</del><ins>Never</ins>" in shown.text.replace(".</del>", "</del>").replace(".</ins>", "</ins>")
    assert "He said “never”." in words(shown)
    assert team.pat.post(page_of(proposal), {"_accept": "1"}).status_code == 302
    assert quote(statement) == "Never."
    assert Correction.objects.get().sentence == "He said “never”."
    newest = history_of(Statement).filter(id=statement.pk).latest("history_id")
    assert newest.history_user == team.users["pia"]
    assert "accepted by pat" in words(team.pat.get(address(statement).replace("change", "history")))
    assert "He said “never”." in Client().get("/kc/corrections/").text


def test_it_comes_back_with_a_reason_that_its_author_reads(readers_first, statement):
    team = readers_first
    save(team.ed, statement, quote="Never.", **SAID)
    proposal = ProposedChange.objects.get()
    assert "Write for the author" in words(team.pat.post(page_of(proposal), {"_return": "1", "reason": " "}))
    assert team.pat.post(page_of(proposal), {"_return": "1", "reason": "He said “no”."}).status_code == 302
    assert quote(statement) == "No."
    assert page_of(proposal) in team.ed.get("/admin/").text
    assert "He said “no”." in words(team.ed.get(page_of(proposal)))
    assert team.pat.post(page_of(proposal), {"_accept": "1"}).status_code == 403


def test_the_front_pages_of_both_list_it_and_its_author_takes_it_back(readers_first, statement):
    team = readers_first
    save(team.ed, statement, quote="Never.", **SAID)
    proposal = ProposedChange.objects.get()
    assert "Proposed changes of published records" in words(team.pat.get("/admin/"))
    assert "My proposed changes" in words(team.ed.get("/admin/"))
    assert page_of(proposal) in team.pat.get(address(statement)).text
    assert page_of(proposal) not in team.carl.get("/admin/").text
    assert team.ed.post(page_of(proposal), {"_return": "1"}).status_code == 302
    assert page_of(proposal) not in team.ed.get("/admin/").text
    assert ProposedChange.objects.get().state == ProposedChange.State.RETURNED


def test_rows_and_a_new_source_are_proposed_with_it(readers_first, statement):
    team = readers_first
    typed = {"source_url": "https://example.org/new", "source_title": "New", "source_publisher": "The Post"}
    refused = save(team.ed, statement, **typed, **SAID)
    # Nothing published names a draft: the source is published first, by whoever may.
    assert "is draft." in words(refused)
    assert (ProposedChange.objects.count(), Source.objects.filter(title="New").count()) == (0, 0)
    assert form_values(refused)["source_url"] == "https://example.org/new"
    other = make.make_source(campaign=team.campaign, title="Other")
    gone = statement.citations.filter(source__state=State.PUBLISHED).get()
    save(team.ed, statement, **{"citations-0-source": other.pk, "citations-0-quote": "Nay."}, **SAID)
    proposal = ProposedChange.objects.get()
    gone.refresh_from_db()
    assert gone.source != other
    assert team.pat.post(page_of(proposal), {"_accept": "1"}).status_code == 302
    cited = Citation.objects.get(pk=gone.pk)
    assert (cited.source, cited.quote) == (other, "Nay.")


def test_who_changed_the_same_field_meanwhile_stands_in_the_way_and_another_field_does_not(readers_first, statement):
    team = readers_first
    save(team.ed, statement, quote="Never.", **SAID)
    save(team.ed, statement, quote="Not ever.", **SAID)
    save(team.pia, statement, note="At the hall.", **SAID)
    first, second, third = ProposedChange.objects.order_by("pk")
    for good in (first, third):
        assert team.pat.post(page_of(good), {"_accept": "1"}).status_code == 302
    refused = team.pat.post(page_of(second), {"_accept": "1"})
    assert "Somebody has changed the same field since (statement: quotation)" in words(refused)
    now = Statement.objects.get()
    assert (now.quote, now.note) == ("Never.", "At the hall.")
    assert ProposedChange.objects.get(pk=second.pk).state == ProposedChange.State.WAITING


def test_what_is_accepted_is_asked_again(readers_first, statement):
    """A person who was withdrawn meanwhile is not shown by a change from before that."""
    team = readers_first
    other = make.make_person(campaign=team.campaign, name="Other")
    save(team.ed, statement, speaker=str(other.pk), **SAID)
    Person.objects.get(pk=other.pk).withdraw("Somebody else.")
    refused = team.pat.post(page_of(ProposedChange.objects.get()), {"_accept": "1"})
    assert "Person “Other” is withdrawn." in words(refused)
    assert Statement.objects.get().speaker != other


def test_an_older_version_waits_too(readers_first, statement):
    team = readers_first
    first = changes_of(statement)[0].serial
    save(team.ed, statement, quote="Never.", **SAID)
    team.pat.post(page_of(ProposedChange.objects.get()), {"_accept": "1"})
    url = reverse("admin:campaigns_statement_restore", args=[statement.pk])
    page = team.pia.get(url, {"to": first})
    team.pia.post(url, {"to": first, "version": version(page)} | SAID)
    assert quote(statement) == "Never."
    waits = ProposedChange.objects.waiting().get()
    team.pat.post(page_of(waits), {"_accept": "1"})
    assert quote(statement) == "No."


def test_nobody_of_another_campaign_meets_it(readers_first, statement, client):
    save(readers_first.ed, statement, quote="Never.", **SAID)
    proposal = ProposedChange.objects.get()
    stranger = make.make_member(make.make_campaign(slug="theirs"), 4, username="stranger")
    client.force_login(stranger)
    assert client.get(page_of(proposal)).status_code == 404
    assert client.post(page_of(proposal), {"_accept": "1"}).status_code == 404
    listed = client.get(reverse("admin:campaigns_proposedchange_changelist")).text
    assert page_of(proposal) not in listed
    assert "Never." not in Client().get("/kc/statements/no/").text
