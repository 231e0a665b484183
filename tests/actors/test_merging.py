"""Two records of one actor become one, and two again: nothing is lost on the way there and back (threat T20)."""

import io
import sqlite3
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from campaigns.actors import merging
from campaigns.actors.merging import NotTheSame, merge, split
from campaigns.history.correction_note import Answer
from campaigns.history.rollback import NoSentence
from campaigns.models import (
    TRACKED,
    Actor,
    Citation,
    Clearance,
    Correction,
    Membership,
    Participant,
    Party,
    Role,
    State,
    Statement,
    history_of,
)
from tests import factories as make
from tests.actors.test_merged import exported, imported
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login
from tests.admin.editing.test_conflicts import at_once
from tests.history.test_database_errors import refused_with
from tests.history.test_rollback import edit, rows, search_index, verify

pytestmark = pytest.mark.django_db

SAID = "“J. Smith” and “John Smith” are one person."
TOLD = Answer(Correction.Kind.CORRECTION, SAID)
SLIP = Answer(Correction.Kind.TYPO, "")


@pytest.fixture
def ann(ours):
    return make.make_member(ours, Role.PUBLISHER, username="ann")


@pytest.fixture
def kept(ours):
    return make.make_person(campaign=ours, slug="john-smith", name="John Smith", aliases=["Jack Smith"])


@pytest.fixture
def other(ours):
    return make.make_person(campaign=ours, slug="j-smith", name="J. Smith", aliases=["JACK SMITH", "Smitty"])


def page(actor, name="same"):
    return reverse(f"admin:campaigns_{actor.kind}_{name}", args=[actor.pk])


def names(actor):
    """Return the rows that name an actor, but for what was said of it and who was merged into it."""
    found = []
    for model in TRACKED:
        for key in model._meta.concrete_fields if model not in (Correction, Clearance) else ():
            leads = isinstance(key, models.ForeignKey) and key.related_model._meta.concrete_model is Actor
            if leads and key.name != "merged_into":
                found += model._base_manager.filter(**{key.attname: actor.pk})
    return found


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


# There and back

_WHO = st.sampled_from(["other", "kept", "third"])
_SHOWN = st.booleans()
#: What can name an actor: its sort, whom it names, and whom besides.
_LINKS = st.lists(
    st.tuples(
        st.sampled_from(
            ["statement", "for", "co_speaker", "signatory", "party", "check", "role", "assessor", "cited", "child"]
        ),
        _WHO,
        _WHO,
        _SHOWN,
        st.sampled_from(["", "a note"]),
    ),
    min_size=1,
    max_size=12,
)


def build(campaign, kind, links, shown):
    """Make three actors, and what names them; a link that cannot be is left out."""
    state = State.PUBLISHED if shown else State.DRAFT
    make_one = getattr(make, f"make_{kind}")
    who: dict[str, Any] = {
        "other": make_one(campaign=campaign, state=state, name="J. Smith", aliases=["Smitty"], note="The older."),
        "kept": make_one(campaign=campaign, name="John Smith"),
        "third": make_one(campaign=campaign, name="Somebody else"),
    }
    demands = {state: make.make_demand(campaign=campaign, state=state) for state in (State.PUBLISHED, State.DRAFT)}
    statements = {state: make.make_statement(campaign=campaign, state=state) for state in demands}
    source = make.make_source(campaign=campaign)
    body = make.make_organization(campaign=campaign)
    for sort, one, two, public, note in links:
        first, second = who[one], who[two]
        public_too = State.PUBLISHED if public and (shown or "other" not in (one, two)) else State.DRAFT
        demand, statement = demands[public_too], statements[public_too]
        try:
            with transaction.atomic():
                match sort:
                    case "statement":
                        make.make_statement(campaign=campaign, speaker=first, state=public_too)
                    case "for":
                        make.make_statement(campaign=campaign, speaker=second, on_behalf_of=first, state=public_too)
                    case "co_speaker" | "signatory":
                        Participant.objects.create(statement=statement, role=sort, actor=first)
                    case "party":
                        Party.objects.create(demand=demand, role=Party.Role.ADDRESSEE, actor=first)
                    case "check":
                        make.check(demand, first, note=note)
                    case "role":
                        start = "2020" if public else None
                        above = second if kind == "organization" and one != two else body
                        role = make.make_membership(first, above, note=note, **({"start": start} if start else {}))
                        make.cite(role, source)
                    case "assessor":
                        make.make_outcome(demand, assessor=first, state=public_too)
                    case "cited":
                        make.cite(first, source, quote=note)
                    case "child" if kind == "organization":
                        make.make_post(campaign=campaign, organization=first, name=f"Chief {note}", state=public_too)
        except IntegrityError:  # twice the same: the record has it once
            continue
    return who["other"], who["kept"]


@pytest.mark.parametrize("kind", ["person", "organization", "post"])
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],  # each walk is short, and to shrink it takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(links=_LINKS, shown=_SHOWN)
def test_a_merge_and_its_split_leave_every_row_as_it_was(ours, ann, kind, links, shown):
    with transaction.atomic():
        other, kept = build(ours, kind, links, shown)
        before, found, statements = rows(), search_index(), Statement.objects.count()
        told = Correction.objects.count()
        try:
            done = merge(other, kept, ann, TOLD)
        except NotTheSame:
            assert rows() == before
        else:
            other, kept = fresh(other), fresh(kept)
            assert names(other) == []
            assert other.merged_into_id == kept.pk
            assert other.state == (State.WITHDRAWN if shown else State.DRAFT)
            assert {"J. Smith", "Smitty"} <= {*kept.aliases}
            assert Statement.objects.count() == statements
            assert not Statement.objects.filter(state=State.PUBLISHED, speaker=other).exists()
            assert Correction.objects.count() == told + len(done.told)
            assert not split(other, ann, SAID, apply=True).left
            assert rows() == before
            assert search_index() == found
            assert Correction.objects.count() >= told + len(done.told)  # what readers were told stays
        transaction.set_rollback(True)


def test_the_walk_of_the_property_is_a_real_one(ours, ann):
    """The control: with every sort of link there is something to move, and something that would stand twice."""
    links = [
        (sort, one, "third", True, "")
        for sort in ("statement", "for", "signatory", "party", "check")
        for one in ("other", "kept")
    ]
    links += [(sort, one, "third", True, "") for sort in ("role", "assessor", "cited") for one in ("other", "kept")]
    other, kept = build(ours, "organization", links, True)
    before = names(other)
    assert {type(row).__name__ for row in before} == {
        *("Statement", "Participant", "Party", "Check", "Membership", "Outcome", "Citation"),
    }
    count = Party.objects.count()
    done = merge(other, kept, ann, TOLD)
    assert Party.objects.count() == count - 1
    assert Citation.objects.filter(actor=kept).count() == 1
    assert {type(record).__name__ for records in done.moved.values() for record in records} == {
        *("Statement", "Demand", "Actor", "Outcome"),
    }


# What happens


def test_whatever_names_the_one_names_the_other_and_readers_are_told(client, ours, ann, kept, other):
    said = make.make_statement(campaign=ours, speaker=other)
    draft = make.make_statement(campaign=ours, speaker=other, state=State.DRAFT)
    version = draft.version
    done = merge(other, kept, ann, TOLD)
    assert done.moved == {"Statements: who said it": [said, draft]}
    assert done.names == ["J. Smith", "Smitty"]  # “Jack Smith” it has already
    assert fresh(kept).aliases == ["Jack Smith", "J. Smith", "Smitty"]
    assert {one.subject for one in Correction.objects.filter(sentence=SAID, by=ann)} == {
        said,
        Actor.objects.get(pk=kept.pk),
    }
    assert fresh(draft).version > version  # an open form of it is stale
    answer = client.get("/ours/people/j-smith/")
    assert (answer.status_code, answer["Location"]) == (301, "/ours/people/john-smith/")
    assert SAID in client.get("/ours/people/john-smith/").text
    assert "John Smith" in client.get(said.get_absolute_url()).text
    verify()


def test_an_earlier_version_goes_by_the_name_of_the_one_that_is_kept(client, ours, ann, kept, other):
    said = make.make_statement(campaign=ours, speaker=other)
    merge(other, kept, ann, TOLD)
    old = client.get(f"{said.get_absolute_url()}versions/1/").text
    assert "John Smith" in old
    assert "somebody who is not on this record any more" not in old


def test_a_slip_is_no_news_and_the_reason_is_in_the_campaigns_language(ours, ann, kept, other):
    ours.language = "es"
    ours.save()
    merge(other, kept, ann, SLIP)
    assert fresh(other).withdrawal_reason == "Lo mismo que «John Smith»."
    assert {one.kind for one in Correction.objects.all()} == {Correction.Kind.TYPO}


def test_what_would_stand_twice_stands_once_and_keeps_its_sources(ours, ann, kept, other):
    body = make.make_organization(campaign=ours)
    first, second = make.make_membership(kept, body), make.make_membership(other, body)
    make.cite(second)
    report = make.cite(first)
    make.cite(second, report.source)
    merge(other, kept, ann, TOLD)
    (role,) = Membership.objects.filter(member=kept)
    assert role == first
    assert role.citations.count() == 2
    before = Citation.objects.count()
    split(fresh(other), ann, SAID, apply=True)
    assert fresh(second).citations.count() == 2
    assert Citation.objects.count() == before + 1


def test_two_that_say_different_things_are_not_made_one(ours, ann, kept, other):
    demand = make.make_demand([kept, other], campaign=ours)
    make.check(demand, kept, note="Looked at the website.")
    make.check(demand, other, note="Asked by telephone.")
    before = rows()
    with pytest.raises(NotTheSame) as caught:
        merge(other, kept, ann, TOLD)
    assert [record for record, _sentence in caught.value.problems] == [demand]
    assert rows() == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": State.WITHDRAWN, "withdrawal_reason": "Wrong."}, "It is withdrawn: choose one that readers may see"),
        ({"state": State.DRAFT}, "Readers see the other one and not this one"),
    ],
)
def test_the_one_that_is_kept_can_be_seen_by_whoever_saw_the_other(ours, ann, kept, other, fields, sentence):
    Actor.objects.filter(pk=kept.pk).update(**fields)
    with pytest.raises(NotTheSame, match=sentence):
        merge(other, fresh(kept), ann, TOLD)
    with pytest.raises(NotTheSame, match="That is the same record"):
        merge(other, other, ann, TOLD)
    group = make.make_organization(campaign=ours)
    with pytest.raises(NotTheSame, match="of the same kind"):
        merge(other, group, ann, TOLD)


@pytest.mark.parametrize("above", ["parent", "member"])
def test_an_organization_does_not_come_to_stand_above_itself(ours, ann, above):
    other, kept = (make.make_organization(campaign=ours) for _ in range(2))
    if above == "parent":
        edit(kept, ann, parent_id=other.pk)
    else:
        make.make_membership(kept, other)
    before = rows()
    with pytest.raises(NotTheSame, match="An organization cannot be its own"):
        merge(other, fresh(kept), ann, TOLD)
    assert rows() == before


def test_of_a_chain_the_last_link_comes_apart_first(ours, ann, kept, other):
    """What the second merge moved was changed after the first: it is listed, until the second was taken back."""
    third = make.make_person(campaign=ours, name="محمد الأمين “Ó” <b>")
    said = make.make_statement(campaign=ours, speaker=other)
    merge(other, kept, ann, TOLD)
    merge(fresh(kept), third, ann, TOLD)
    assert fresh(said).speaker_id == third.pk
    assert said in [one.record for one in split(fresh(other), ann, SAID, apply=False).left]
    split(fresh(kept), ann, SAID, apply=True)
    assert fresh(said).speaker_id == kept.pk
    assert Actor.objects.kept_for(pk=other.pk) == kept
    assert split(fresh(other), ann, SAID, apply=True).left == []
    assert fresh(said).speaker_id == other.pk
    verify()


def test_a_role_that_was_mended_since_stays_where_it_is_and_the_rest_comes_apart(ours, ann, kept, other):
    said = make.make_statement(campaign=ours, speaker=other)
    role, quiet = (make.make_membership(other, make.make_organization(campaign=ours)) for _ in range(2))
    merge(other, kept, ann, TOLD)
    edit(role, make.make_user(username="ben"), note="Since the flood.")
    (left,) = split(fresh(other), ann, SAID, apply=True).left
    assert (left.record.pk, "ben" in left.why) == (kept.pk, True)
    assert [fresh(one).member_id for one in (role, quiet)] == [kept.pk, kept.pk]
    assert (fresh(role).note, fresh(said).speaker_id) == ("Since the flood.", other.pk)
    assert (fresh(other).merged_into_id, fresh(other).state) == (None, State.PUBLISHED)
    verify()


def test_one_that_was_itself_changed_since_only_stops_being_the_same(ours, ann, kept, other):
    merge(other, kept, ann, TOLD)
    edit(other, make.make_user(username="ben"), note="Look again.")
    report = split(fresh(other), ann, SAID, apply=True)
    assert other.pk in [left.record.pk for left in report.left]
    assert (fresh(other).merged_into_id, fresh(other).state) == (None, State.WITHDRAWN)
    assert fresh(other).note == "Look again."


def test_one_that_is_named_too_often_does_not_go_in_one_step(ours, ann, kept, other, monkeypatch):
    monkeypatch.setattr(merging, "MOST", 2)
    make.make_demand([other], [other], campaign=ours)
    assert merge(other, kept, ann, TOLD).moved
    split(fresh(other), ann, SAID, apply=True)
    make.make_demand([other], campaign=ours)
    with pytest.raises(NotTheSame, match="It is named in 3 places, more than 2: keep the other one"):
        merge(fresh(other), fresh(kept), ann, TOLD)


def test_without_a_sentence_nothing_is_done(ours, ann, kept, other):
    before = rows()
    for answer in (
        Answer("", ""),
        Answer(Correction.Kind.CORRECTION, ""),
        Answer(Correction.Kind.CORRECTION, "x" * 3 + "\0"),
    ):
        with pytest.raises(ValidationError):
            merge(other, kept, ann, answer)
    assert rows() == before
    merge(other, kept, ann, TOLD)
    before = rows()
    with pytest.raises(NoSentence):
        split(fresh(other), ann, apply=True)
    assert rows() == before


def test_what_came_after_the_merge_stays(ours, ann, kept, other):
    said, moved = (make.make_statement(campaign=ours, speaker=other) for _ in range(2))
    third = make.make_person(campaign=ours, name="Somebody else")
    merge(other, kept, ann, TOLD)
    later = make.make_statement(campaign=ours, speaker=kept)
    edit(moved, make.make_user(username="ben"), speaker_id=third.pk)
    report = split(fresh(other), ann, SAID, apply=True)
    assert [fresh(row).speaker_id for row in (said, later, moved)] == [other.pk, kept.pk, third.pk]
    assert [left.record for left in report.left] == [moved]
    assert "ben" in report.left[0].why
    verify()


def test_a_merge_that_a_file_brought_is_only_unsaid(ours, ann, kept, other):
    said = make.make_statement(campaign=ours, speaker=kept)
    gone = {"state": State.WITHDRAWN, "withdrawal_reason": "The same."}
    Actor.objects.filter(pk=other.pk).update(merged_into=kept, **gone)
    assert not split(fresh(other), ann, apply=False).changes
    assert fresh(other).merged_into_id == kept.pk
    split(fresh(other), ann, apply=True)
    assert fresh(other).merged_into_id is None
    assert fresh(other).state == State.WITHDRAWN
    assert fresh(said).speaker_id == kept.pk


def test_a_file_keeps_a_merge_of_the_desk(ours, ann, kept, other):
    make.make_statement(campaign=ours, speaker=other)
    merge(other, kept, ann, TOLD)
    text = exported(ours)
    imported(text)
    assert fresh(other).merged_into_id == kept.pk
    assert exported(ours) == text


# The pages


def test_a_day_of_a_publisher(ours, ann, kept, other):
    said = make.make_statement(campaign=ours, speaker=other)
    browser = enter(ann)
    assert f'href="{page(other)}"' in browser.get(page(other, "change")).text
    assert "What would change" not in browser.get(page(other)).text
    shown = browser.get(page(other), {"kept": kept.pk})
    text = shown.text
    assert "Statements: who said it: 1" in text
    assert f"{page(kept)}?kept={other.pk}" in text
    assert fresh(said).speaker_id == other.pk  # only looked at
    form = form_values(shown)
    refused = browser.post(page(other), {**form, "correction_kind": ""})
    assert "Say below whether it is a typo or a correction" in refused.text
    sent = {**form, "correction_kind": "correction", "correction_sentence": SAID}
    done = browser.post(page(other), sent)
    assert done["Location"] == page(kept, "change")
    assert fresh(said).speaker_id == kept.pk
    assert "found to be the same as another" in browser.get(page(other, "history")).text

    shown = browser.get(page(other))
    assert "Two after all" in shown.text
    assert fresh(said).speaker_id == kept.pk
    form = form_values(shown)
    assert "Write for the readers" in browser.post(page(other), form | {"correction_sentence": ""}).text
    told = "“J. Smith” is somebody else than “John Smith”."
    done = browser.post(page(other), {**form, "correction_sentence": told})
    assert done["Location"] == page(other, "change")
    assert fresh(said).speaker_id == other.pk
    assert fresh(other).state == State.PUBLISHED
    assert "taken apart again" in browser.get(page(other, "history")).text
    assert {one.sentence for one in Correction.objects.all()} == {SAID, told}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (IntegrityError("A trigger says no."), "A trigger says no."),
        (refused_with(sqlite3.SQLITE_BUSY), "Somebody else saved one of the two meanwhile"),
        (refused_with(sqlite3.SQLITE_FULL), "the disk of the server is full"),
    ],
)
def test_what_the_database_refuses_is_said_and_nothing_that_was_typed_is_lost(
    ours, ann, kept, other, monkeypatch, error, said
):
    browser = enter(ann)
    form = form_values(browser.get(page(other), {"kept": kept.pk}))

    def close(_other, _kept, answer):
        if answer:
            raise error

    monkeypatch.setattr(merging, "_close", close)
    answer = browser.post(page(other), {**form, "correction_kind": "correction", "correction_sentence": SAID})
    text = answer.text
    assert said in text
    assert text.count(SAID) == 1
    assert fresh(other).version == other.version


def test_who_was_faster_wins(ours, ann, kept, other):
    browser = enter(ann)
    form = form_values(browser.get(page(other), {"kept": kept.pk}))
    edit(kept, ann, note="Changed meanwhile.", version=fresh(kept).version + 1)
    answer = browser.post(page(other), {**form, "correction_kind": "typo"})
    assert "Somebody else saved one of the two meanwhile" in answer.text
    assert fresh(other).merged_into_id is None
    again = form_values(answer)
    assert browser.post(page(other), {**again, "correction_kind": "typo"}).status_code == 302
    split_form = form_values(browser.get(page(other)))
    edit(other, ann, note="Changed meanwhile.", version=fresh(other).version + 1)
    answer = browser.post(page(other), {**split_form, "correction_sentence": SAID})
    assert "Somebody else saved one of the two meanwhile" in answer.text
    assert fresh(other).merged_into_id == kept.pk


@pytest.mark.django_db(transaction=True)
def test_a_colleague_who_saves_at_the_same_moment_loses_nothing():
    campaign = make.make_campaign(slug="ours")
    browsers = {"ann": login("ann"), "ben": login("ben")}
    kept = make.make_person(campaign=campaign, name="John Smith")
    for round_ in range(5):
        other = make.make_person(campaign=campaign, name=f"J. Smith {round_}")
        said = make.make_statement(campaign=campaign, speaker=other, state=State.DRAFT, quote="No.")
        where = {"ann": page(other), "ben": address(said)}
        forms = {
            "ann": form_values(browsers["ann"].get(where["ann"], {"kept": kept.pk})) | {"correction_kind": "typo"},
            "ben": form_values(browsers["ben"].get(where["ben"])) | {"quote": "Never."},
        }
        answers = at_once({name: partial(browsers[name].post, where[name], forms[name]) for name in forms})
        assert {answer.status_code for answer in answers.values()} <= {200, 302}
        merged, saved = (answers[name].status_code == 302 for name in ("ann", "ben"))
        assert merged or saved
        assert (fresh(other).merged_into_id, fresh(said).speaker_id) == (
            (kept.pk, kept.pk) if merged else (None, other.pk)
        )
        assert fresh(said).quote == ("Never." if saved else "No.")
        assert saved or "Never." in answers["ben"].text


def test_only_whoever_may_publish_says_so(ours, kept, other):
    for role in (Role.CONTRIBUTOR, Role.EDITOR):
        browser = enter(make.make_member(ours, role))
        assert browser.get(page(other)).status_code == 403
        assert browser.post(page(other), {"kept": kept.pk, "version": 1, "kept_version": 1}).status_code == 403
        assert f'href="{page(other)}"' not in browser.get(page(other, "change")).text
    assert fresh(other).merged_into_id is None


def test_nobody_of_another_campaign_is_offered_or_taken(ours, theirs, ann, other):
    secret = make.make_person(campaign=theirs, name="Secret person")
    browser = enter(ann)
    assert browser.get(page(secret)).status_code == 404
    for answer in (browser.get(page(other), {"kept": secret.pk}), browser.post(page(other), {"kept": secret.pk})):
        assert "Secret person" not in answer.text
        assert "Select a valid choice" in answer.text
    both = login("root").post(page(other), {"kept": secret.pk})
    assert "Select a valid choice" in both.text


def test_the_search_box_offers_the_others_of_its_kind(ours, ann, kept, other):
    make.make_organization(campaign=ours, name="Smith Foundation")
    asked = {"app_label": "campaigns", "model_name": "actor", "field_name": "merged_into", "term": "smith"}
    found = (
        enter(ann)
        .get(reverse("admin:autocomplete"), {**asked, "campaign": ours.pk, "kind": "person", "but": kept.pk})
        .json()
    )
    assert {one["text"] for one in found["results"]} == {"J. Smith"}


def test_bad_input_is_answered_with_a_sentence(ours, ann, other):
    browser = enter(ann)
    for kept_is in ("", "0", "x", "99999999999999999999", "-1"):
        for answer in (browser.get(page(other), {"kept": kept_is}), browser.post(page(other), {"kept": kept_is})):
            assert (kept_is, answer.status_code, "errorlist" in answer.text) == (kept_is, 200, True)


def test_private_details_in_the_sentence_are_refused(ours, ann, kept, other):
    browser = enter(ann)
    form = form_values(browser.get(page(other), {"kept": kept.pk}))
    sentence = "Call him at (816) 555-0134, at home."
    answer = browser.post(page(other), {**form, "correction_kind": "correction", "correction_sentence": sentence})
    assert answer.status_code == 200
    assert sentence in answer.text  # nothing that was typed is lost
    assert fresh(other).merged_into_id is None


def test_the_history_verifies_and_names_who_did_it(ours, ann, kept, other):
    make.make_statement(campaign=ours, speaker=other)
    merge(other, kept, ann, TOLD)
    split(fresh(other), ann, SAID, apply=True)
    reasons = {one.history_change_reason for one in history_of(Actor).filter(id=other.pk, history_user=ann)}
    assert reasons == {"merge", "split"}
    call_command("verify_history", stdout=io.StringIO())
