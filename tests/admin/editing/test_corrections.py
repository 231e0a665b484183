"""Changing what readers have seen: a typo or a correction, and for a correction a sentence for them."""

import pytest

from campaigns.models import Correction, Demand, Role, State, Statement, history_of
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login
from tests.admin.editing.test_history import restoring, version
from tests.admin.editing.test_publishing import said
from tests.made_once import made_once
from tests.pages import words

pytestmark = pytest.mark.django_db

TYPO, CORRECTION = Correction.Kind.TYPO, Correction.Kind.CORRECTION
SAID = {"correction_kind": "correction", "correction_sentence": "We put it right."}


@pytest.fixture
def ann(db):
    return login("ann")


@made_once
def statement():
    campaign = make.make_campaign(slug="kc", language="es")
    return make.make_statement(campaign=campaign, quote="No.", recorded_at="2021-05-01T00:00:00Z")


def save(client, record, **typed):
    values = form_values(client.get(address(record)))
    values.pop("correction_kind", None)
    return client.post(address(record), values | typed)


def test_a_published_record_is_not_changed_without_a_word_and_what_was_typed_stays(ann, statement):
    before = history_of(Statement).count()
    for no_word in ({}, *({"correction_kind": kind} for kind in ("", "x", "TYPO"))):
        refused = save(ann, statement, quote="Never.", **no_word)
        assert refused.status_code == 200
        assert "Readers have seen this. Say below whether it is a typo or a correction." in words(refused)
        assert "was changed successfully" not in refused.text
        assert said(refused) == ""
        assert form_values(refused)["quote"] == "Never."
        assert (Statement.objects.get().quote, history_of(Statement).count()) == ("No.", before)
    again = form_values(refused) | SAID
    assert ann.post(address(statement), again).status_code == 302
    assert Statement.objects.get().quote == "Never."


def test_a_correction_is_recorded_only_with_its_sentence_and_shown_to_readers(ann, statement, client):
    refused = save(ann, statement, quote="Never.", correction_kind="correction", correction_sentence="  ")
    assert "Write for the readers what was corrected." in words(refused)
    assert (Statement.objects.get().quote, Correction.objects.count()) == ("No.", 0)
    answer = save(ann, statement, quote="Never.", correction_kind="correction", correction_sentence=" Dijo «nunca». ")
    assert answer.status_code == 302
    made = Correction.objects.get()
    assert (made.kind, made.sentence, made.subject, made.campaign, made.by.username) == (
        *(CORRECTION, "Dijo «nunca».", statement, statement.campaign),
        "ann",
    )
    for address_ in (f"/kc/statements/{statement.slug}/", "/kc/corrections/", "/kc/corrections.atom"):
        page = client.get(address_).text
        assert ("Dijo «nunca»." in page, "ann" in page.split("<main")[-1].split(">")) == (True, False)


def test_a_typo_needs_no_sentence_is_kept_to_ourselves_and_moves_no_date(ann, statement, client):
    before = Statement.objects.values("date", "precision", "recorded_at").get()
    assert save(ann, statement, quote="No!", correction_kind="typo", correction_sentence="x").status_code == 302
    assert (Correction.objects.get().kind, Correction.objects.get().sentence) == (TYPO, "")
    assert 'id="corrections"' not in client.get(f"/kc/statements/{statement.slug}/").text
    assert Statement.objects.values("date", "precision", "recorded_at").get() == before


def test_a_link_of_a_published_record_is_what_readers_saw_too(ann, statement):
    refused = save(ann, statement, **{"citations-0-quote": "“No”, he said."})
    assert "Say below whether it is a typo or a correction." in words(refused)
    assert statement.citations.get().quote == ""
    assert save(ann, statement, **{"citations-0-quote": "“No”, he said."} | SAID).status_code == 302
    assert statement.citations.get().quote == "“No”, he said."


def test_nobody_is_asked_about_a_change_of_nothing_or_about_what_no_reader_has_seen(ann, statement):
    assert save(ann, statement).status_code == 302
    for state in (State.DRAFT, State.IN_REVIEW):
        draft = make.make_statement(state=state)
        assert 'name="correction_kind"' not in ann.get(address(draft)).text
        assert save(ann, draft, quote="Never.").status_code == 302
    assert Correction.objects.count() == 0


def test_the_form_says_in_which_language_to_write(ann, statement):
    page = words(ann.get(address(statement)))
    assert "Readers have seen this record" in page
    assert "Write it in Spanish." in page


def test_the_campaigns_own_texts_are_corrected_as_the_campaigns(ann, client):
    campaign = make.make_campaign(slug="kc", summary="Five demands.")
    assert "Say below" in words(save(ann, campaign, summary="Six demands."))
    answer = save(
        ann, campaign, summary="Six demands.", correction_kind="correction", correction_sentence="There are six."
    )
    assert answer.status_code == 302
    assert Correction.objects.get().subject == campaign
    assert "Campaign" in words_of(client.get("/kc/corrections/"))


def test_how_the_team_works_is_nothing_that_readers_saw(ann):
    campaign = make.make_campaign(slug="kc")
    assert save(ann, campaign, check_after="7").status_code == 302
    assert Correction.objects.count() == 0


def test_a_check_and_a_role_of_a_published_record_count_as_its_own(ann):
    demand = make.make_demand([make.make_person()])
    made = make.check(demand, demand.parties.get().actor, "2021-01-01")
    assert "Say below" in words(save(ann, made, note="We asked by letter."))
    save(ann, made, note="We asked by letter.", **SAID)
    assert Correction.objects.get().subject == demand


def test_an_actor_is_corrected_as_an_actor(ann):
    person = make.make_person(name="A. Smith")
    save(ann, person, name="A. Smyth", correction_kind="correction", correction_sentence="Smyth, not Smith.")
    assert Correction.objects.get().actor_id == person.pk


def test_publishing_itself_is_no_correction(ann):
    draft = make.make_demand(state=State.DRAFT)
    make.raise_demand(draft)
    assert save(ann, draft, text="Resign now.", _publish="1").status_code == 302
    assert (Demand.objects.get().state, Correction.objects.count()) == ("published", 0)


HIDING = {"correction_kind": "correction", "correction_sentence": "An address went.", "correction_hides": "1"}


@pytest.mark.parametrize(("role", "offered"), [(Role.EDITOR, False), (Role.PUBLISHER, True)])
def test_whoever_may_publish_says_what_must_not_be_shown_any_more(statement, client, role, offered):
    someone = enter(make.make_member(statement.campaign, role))
    page = someone.get(address(statement)).text
    assert ('name="correction_hides"' in page) == offered
    answer = save(someone, statement, quote="At home.", **HIDING)
    before = client.get(f"{statement.get_absolute_url()}versions/1/")
    if offered:
        assert (answer.status_code, before.status_code, Correction.objects.get().hides_earlier) == (302, 410, True)
    else:
        assert "Only whoever may publish takes away what stood there before." in words(answer)
        assert (Statement.objects.get().quote, before.status_code) == ("No.", 200)


def test_a_typo_takes_nothing_away(ann, statement):
    refused = save(ann, statement, quote="At home.", **HIDING | {"correction_kind": "typo"})
    assert "Only a correction, with its sentence, takes away what stood there." in words(refused)
    assert Statement.objects.get().quote == "No."
    assert 'name="correction_hides" value="1" checked' in refused.text


def test_what_has_no_versions_is_not_asked_about_them(ann):
    assert 'name="correction_hides"' not in ann.get(address(make.make_person())).text


def test_an_older_version_brought_back_may_hide_what_it_replaces(ann, statement, client):
    save(ann, statement, quote="At 7 Elm St.", **SAID)
    first = statement.history.filter(state="published").order_by("history_id").first()
    serial = f"statement-{first.history_id}"
    url, page = restoring(ann, statement, serial)
    assert 'name="correction_hides"' in page.text
    sent = {"to": serial, "version": version(page)}
    assert ann.post(url, sent | HIDING).status_code == 302
    gone = client.get(f"{statement.get_absolute_url()}versions/2/")
    assert (Statement.objects.get().quote, gone.status_code, b"Elm" in gone.content) == ("No.", 410, False)


def words_of(response):
    page = response.text
    return page[page.index("<main") :]


def test_what_readers_see_is_not_made_to_name_whom_they_do_not_see():
    ann, statement = login("ann"), make.make_statement(quote="No.")
    hidden = make.make_person(name="Hidden", state=State.DRAFT)
    typed = form_values(ann.get(address(statement))) | {"speaker": str(hidden.pk), "correction_kind": "typo"}
    refused = ann.post(address(statement), typed)
    assert "it is not fit to be seen: Person “Hidden” is draft." in words(refused)
    assert Statement.objects.get().speaker != hidden
    assert Correction.objects.count() == 0
