"""What a stolen account wrote is taken back: as new versions, and nothing that others wrote is lost."""

import datetime as dt
import hashlib
import io
import json
import time

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from campaigns.campaign_file import campaign_data
from campaigns.models import (
    TRACKED,
    Actor,
    Campaign,
    Clearance,
    Correction,
    Demand,
    Event,
    Invitation,
    Issuance,
    Membership,
    Outcome,
    Participant,
    Role,
    SearchEntry,
    Source,
    Stance,
    State,
    Statement,
    change,
    history_of,
    private_details,
)
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, enter, login

pytestmark = pytest.mark.django_db

SAID = "Somebody who had stolen an account had changed this."
#: What a rollback does not put back: it is counted, or says when.
COUNTED = {"version", "updated_at"}


@pytest.fixture
def mallory():
    return User.objects.create_superuser("mallory", password="a password of many words")


@pytest.fixture
def since():
    return timezone.now()


def run(user="mallory", *, since, apply=True, sentence=SAID, **options):
    """Roll back; return what was printed."""
    output = io.StringIO()
    moment = since if isinstance(since, str) else since.isoformat()
    call_command("rollback_user", str(user), since=moment, apply=apply, sentence=sentence, stdout=output, **options)
    return output.getvalue()


def rows():
    """Return everything that the tables of the record say, but for corrections and what is counted."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in COUNTED}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in TRACKED
        if model is not Correction
    }


def state():
    """Return the hash of all campaigns as files and of all rows."""
    files = [campaign_data(campaign) for campaign in Campaign.objects.order_by("pk")]
    for data in files:
        _without_corrections(data)
    text = json.dumps([files, rows()], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_corrections(data):
    """Readers are told of a rollback, so the corrections are others than before."""
    if isinstance(data, dict):
        data.pop("corrections", None)
        data = list(data.values())
    for part in data if isinstance(data, list) else ():
        _without_corrections(part)


def versions():
    return {model: history_of(model).count() for model in TRACKED}


def verify():
    call_command("verify_history", stdout=io.StringIO())


def search_index():
    return sorted(SearchEntry.objects.values_list("pk", flat=True))


def edit(row, by, **fields):
    """Save as the desk does, in a change of its own."""
    row = type(row)._base_manager.get(pk=row.pk)
    with change(by):
        for name, value in fields.items():
            setattr(row, name, make.when(value) if name in ("when", "start", "end") else value)
        if hasattr(row, "edited_by"):
            row.edited_by = by
        row.save()
    return row


def a_world():
    """Make fifty records of every kind, with their links."""
    other = make.make_campaign(slug="agua", language="es")
    actors = [make.make_official(name=f"Señora {n} — 市長") for n in range(9)]
    sources = [make.make_source(title=f"Report {n}") for n in range(8)]
    demands = [make.make_demand([actors[n]], title=f"Demand {n}", text=f"Do {n}.") for n in range(8)]
    letter = make.make_statement(sources[:1], speaker=actors[0], signatories=[actors[1], "Forty pastors"])
    for demand in demands:
        make.raise_demand(demand, letter)
    statements = [make.make_statement([sources[n]], speaker=actors[n], quote=f"No, {n}.") for n in range(8)]
    for demand, statement in zip(demands, statements, strict=True):
        make.answer(demand, statement=statement)
    events = [make.make_event([sources[n]]) for n in range(8)]
    outcomes = [make.make_outcome(demands[n], [sources[n]]) for n in range(8)]
    drafts = [make.make_demand(state=State.DRAFT, campaign=other, text=f"¡Agua {n}!") for n in range(5)]
    for draft in drafts:
        make.raise_demand(draft)
    for event, demand in zip(events, demands, strict=True):
        make.affect(event, demand)
    return [*actors[:5], *sources, *demands, *statements, *events, *outcomes, *drafts]


def test_two_hundred_hostile_edits_of_fifty_records_leave_nothing_behind(mallory):
    records = a_world()
    assert len(records) == 50
    before, index, count = state(), search_index(), versions()
    since = timezone.now()
    texts = {Actor: "note", Source: "title", Demand: "text", Statement: "summary", Event: "title", Outcome: "reason"}
    for turn in range(3):
        for record in records:
            model = record._meta.concrete_model
            changed = edit(model.objects.get(pk=record.pk), mallory, **{texts[model]: f"Lies! {turn} ʘ‿ʘ"})
    for number, record in enumerate(records):
        model = record._meta.concrete_model
        changed = model.objects.get(pk=record.pk)
        with change(mallory):
            if number % 2 and changed.state == State.PUBLISHED and not [*changed.named_by()]:
                changed.withdraw("Ha ha.")
            elif changed.state == State.DRAFT:
                changed.publish()
            elif model is Statement:
                changed.responses.all().delete()
                Participant.objects.create(statement=changed, role="signatory", label="Nobody")
            elif hasattr(changed, "slug"):
                changed.slug = f"gone-{number}"
                changed.save()
            else:
                changed.note = "Nothing."
                changed.save()
    assert state() != before
    hostile = versions()
    assert sum(hostile.values()) - sum(count.values()) >= 200
    begun = time.process_time()
    output = run(since=since)
    assert time.process_time() - begun < 30
    assert state() == before
    assert "Taken back: 50 records" in output
    assert "Left alone: 0." in output
    after = versions()
    assert {model: n for model, n in hostile.items() if after[model] < n} == {}
    assert sum(after.values()) >= sum(hostile.values()) + 50
    assert search_index() == index
    verify()


def test_without_apply_it_is_only_shown_in_words(mallory, since):
    demand = make.make_demand(title="Dig a well", text="Dig.", slug="dig")
    edit(demand, mallory, text="Do not dig.")
    client = enter(mallory)
    before, count, corrections = state(), versions(), Correction.objects.count()
    output = run(since=since, apply=False, sentence="")
    assert (state(), versions(), Correction.objects.count()) == (before, count, corrections)
    assert client.get("/admin/").status_code == 200
    assert f"Demand “Dig a well” · {demand.campaign.slug}\n" in output
    assert f"http://testserver/admin/campaigns/demand/{demand.pk}/history/" in output
    assert "    Wording: “Do not dig.” → “Dig.”" in output
    assert "To be taken back: 1 records, 1 rows." in output
    assert "Readers have to be told with --sentence of 1 of them, in: en." in output
    assert "Nothing was written. Add --apply to do it." in output


def test_readers_are_told_where_they_saw_it_and_only_there(mallory, since):
    seen, draft = make.make_demand(text="Dig."), make.make_demand(text="Dig.", state=State.DRAFT)
    for demand in (seen, draft):
        edit(demand, mallory, text="Never.")
    hostile = state()
    with pytest.raises(CommandError, match="Tell them with --sentence what was wrong; nothing was written"):
        run(since=since, sentence="")
    with pytest.raises(CommandError, match=r"--sentence: .* Nothing was written"):
        run(since=since, sentence="Reordered \x07 text")
    assert state() == hostile
    run(since=since)
    told = Correction.objects.get()
    assert (told.subject, told.sentence, told.kind, told.by) == (seen, SAID, "correction", None)
    newest = history_of(Demand).filter(id=draft.pk).first()
    assert (newest.history_user, newest.history_change_reason) == (
        None,
        f"rollback_user --since {since.isoformat()} mallory"[:100],
    )
    assert "rollback_user --since" in login("ann").get(f"/admin/campaigns/demand/{seen.pk}/history/").text


def test_who_wrote_it_last_is_again_who_did(mallory):
    ann = make.make_user(username="ann")
    demand = edit(make.make_demand(state=State.DRAFT), ann, text="Dig.")
    since = timezone.now()
    edit(demand, mallory, text="Never.")
    run(since=since)
    demand.refresh_from_db()
    assert (demand.text, demand.edited_by) == ("Dig.", ann)


def test_links_come_back_go_and_say_again_what_they_said(mallory):
    source = make.make_source()
    statement = make.make_statement([source], signatories=["Forty pastors"], quote="No.")
    person = make.make_person()
    membership = make.make_membership(person, make.make_organization(), start="2019")
    cited = make.cite(membership, source)
    answer = make.answer(make.make_demand(), statement=statement, note="As he said.")
    lost = statement.citations.get().pk, statement.participants.get().pk, cited.pk
    before, since = state(), timezone.now()
    with change(mallory):
        statement.participants.get().delete()
        make.cite(statement, make.make_source(state=State.DRAFT))
        statement.citations.filter(source=source).get().delete()
        cited.delete()
        membership.delete()
    edit(answer, mallory, note="Lies.", stance=Stance.ACCEPTS)
    with change(mallory):
        new = make.make_membership(person, make.make_organization(state=State.DRAFT), start="2020")
    output = run(since=since)
    assert "+ Membership: " in output
    assert "- Membership: " in output
    found = statement.citations.get(), statement.participants.get(), person.memberships.get().citations.get()
    assert tuple(one.pk for one in found) == lost
    assert not Membership.objects.filter(pk=new.pk).exists()
    made = Source.objects.latest("pk"), Actor.objects.latest("pk")
    assert {one.state for one in made} == {State.DRAFT}
    answer.refresh_from_db()
    assert (answer.note, answer.stance) == ("As he said.", Stance.REJECTS)
    assert set(Correction.objects.values_list("sentence", flat=True)) == {SAID}
    verify()
    assert before != state()  # the drafts that they made stay


def test_what_they_made_is_withdrawn_where_readers_saw_it_and_kept_where_not(mallory, since, client):
    with change(mallory):
        shown, waiting, draft = (
            make.make_demand(slug=state, state=state) for state in ("published", "in_review", "draft")
        )
        make.make_demand(slug="whole", state=State.PUBLISHED, addressees=[make.make_person()])
    before = Demand.objects.count()
    assert client.get(shown.get_absolute_url()).status_code == 200
    output = run(since=since)
    assert "mallory made it. Readers do not see it: it stays, as a draft." in output
    assert [Demand.objects.get(pk=one.pk).state for one in (shown, waiting, draft)] == ["withdrawn", "draft", "draft"]
    assert Demand.objects.get(pk=shown.pk).withdrawal_reason == SAID
    gone = client.get(shown.get_absolute_url())
    assert (gone.status_code, SAID in gone.text) == (410, True)
    assert Demand.objects.count() == before
    assert set(Actor.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert {(told.kind, told.sentence) for told in Correction.objects.all()} == {("withdrawal", SAID)}
    with pytest.raises(CommandError, match="mallory wrote nothing in that time"):
        run(since=since, until=since.isoformat())
    again = run(since=since, sentence="")
    assert "Taken back: 0 records" in again


def test_what_others_use_of_it_stays_and_is_listed(mallory):
    make.make_campaign()
    since = timezone.now()
    with change(mallory):
        person, source, improved = make.make_person(name="Ada"), make.make_source(), make.make_demand(text="Dgi.")
        lone = make.make_person(name="Lone")
    ann = make.make_user(username="ann")
    with change(ann):
        make.make_statement([source], speaker=person, state=State.DRAFT)
    edit(improved, ann, text="Dig.")
    output = run(since=since)
    for record in (person, source, improved):
        record.refresh_from_db()
        assert record.state == State.PUBLISHED
    lone.refresh_from_db()
    assert lone.state == State.WITHDRAWN
    assert "Person “Ada”" in output
    assert "Others use it since: statement “Ada, April 22, 2021”." in output
    assert "mallory made it, and ann (" in output
    assert "Left alone: 3." in output


def private_statement(by, quote="Officer Doe lives at 4512 Oak Street.", **more):
    """Return a draft that somebody wrote and that tells where an officer lives."""
    with change(by):
        made = make.make_statement([make.make_source()], quote=quote, state=State.DRAFT, edited_by=by, **more)
    return made, [one.detail for one in Clearance.objects.open_in([made])]


def test_what_they_made_is_withdrawn_though_a_colleague_cleared_a_private_detail_in_it(mallory, since):
    statement, details = private_statement(mallory)
    with change(ann := make.make_user(username="ann")):
        Clearance.objects.allow(statement, ann, details, "It is a precinct.")
    with change(mallory):
        statement.publish()
    run(since=since)
    statement.refresh_from_db()
    assert (statement.state, Clearance.objects.count()) == (State.WITHDRAWN, 1)


def test_their_word_that_a_private_detail_may_be_public_is_taken_back(mallory, since):
    ann = make.make_user(username="ann")
    statement, details = private_statement(ann)
    assert len(details) == 1
    with change(mallory):
        Clearance.objects.allow(statement, mallory, details, "Ha ha.")
    assert statement.missing() == []
    output = run(since=since)
    assert "Private detail that may be public" in output
    assert "Reason: “Ha ha.” → –" in output
    assert len(statement.missing()) == 1
    assert Clearance.objects.filter(allowed_at__isnull=False).count() == 0
    verify()


def test_what_a_colleague_asked_is_asked_again_after_their_answer_was_taken_back(mallory):
    ann, statement = make.make_user(username="ann"), make.make_statement([make.make_source()], quote="No.")
    (detail,) = private_details("He lives at 4512 Oak Street.")
    with change(ann):
        Clearance.objects.ask(statement, ann, [detail])
    since = timezone.now()
    with change(mallory):
        Clearance.objects.allow(statement, mallory, [detail], "Ha ha.")
    run(since=since)
    assert [(row.asked_by, row.allowed_by, row.reason) for row in Clearance.objects.all()] == [(ann, None, "")]


def test_their_word_on_which_something_published_rests_is_listed(mallory, since):
    ann = make.make_user(username="ann")
    statement, details = private_statement(ann)
    with change(mallory):
        Clearance.objects.allow(statement, mallory, details, "Ha ha.")
    with change(ann):
        statement.publish()
    output = run(since=since)
    assert "    Private detail that may be public: Readers see this record, and so it is not fit to be seen" in output
    assert "seems to tell where somebody lives" in output
    assert "Left alone: 1." in output
    statement.refresh_from_db()
    assert (statement.state, Clearance.objects.count()) == (State.PUBLISHED, 1)


def test_states_go_back_each_after_what_it_rests_on(mallory, client):
    person, hidden = make.make_person(name="Ada"), make.make_person(state=State.DRAFT)
    said, draft = make.make_statement(speaker=person, slug="said"), make.make_statement(speaker=hidden, state="draft")
    waiting = make.make_demand(state=State.IN_REVIEW)
    make.raise_demand(waiting)
    before, public, since = state(), client.get(said.get_absolute_url()).content, timezone.now()
    with change(mallory):
        said.withdraw("Ha.")
        person.withdraw("Ha.")
        draft.publish(along=True)
        waiting.publish()
    assert client.get(draft.get_absolute_url()).status_code == 200
    output = run(since=since, sentence="")
    assert state() == before
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(said.get_absolute_url()).content == public
    assert "State: “withdrawn” → “published”" in output
    assert Correction.objects.count() == 0


def test_a_record_that_somebody_else_changed_afterwards_stays_and_is_listed(mallory):
    ann = make.make_user(username="ann")
    demand, alone = make.make_demand(title="Dig a well", text="Dig."), make.make_demand(text="Excave.")
    since = timezone.now()
    for one in (demand, alone):
        edit(one, mallory, title="Fill a well", text="Never.")
    edit(demand, ann, text="Dig now.")
    output = run(since=since)
    demand.refresh_from_db()
    alone.refresh_from_db()
    assert (demand.title, demand.text, alone.text) == ("Fill a well", "Dig now.", "Excave.")
    listed = output.split("Left alone, to be looked at by hand:")[1]
    assert f"/admin/campaigns/demand/{demand.pk}/history/" in listed
    assert f"/admin/campaigns/demand/{alone.pk}/history/" not in listed
    assert "    ann (" in listed
    assert "changed it afterwards: it stays." in listed
    assert "Taken back: 1 records, 1 rows. Left alone: 1." in output


def test_a_record_that_somebody_mended_by_hand_is_done(mallory, since):
    demand = make.make_demand(text="Dig.")
    edit(demand, mallory, text="Never.")
    edit(demand, make.make_user(), text="Dig.")
    with pytest.raises(CommandError, match="mallory wrote nothing in that time that is still there"):
        run(since=since)


def test_what_somebody_changed_and_put_back_hinders_nothing(mallory, since):
    demand, ann = make.make_demand(text="Dig.", note=""), make.make_user()
    edit(demand, mallory, text="Never.")
    edit(demand, ann, note="Look at this.")
    edit(demand, ann, note="")
    run(since=since)
    demand.refresh_from_db()
    assert demand.text == "Dig."


def test_a_record_that_they_changed_before_and_after_a_colleague_is_listed(mallory, since):
    demand = make.make_demand(text="Dig.")
    edit(demand, mallory, text="Never.")
    edit(demand, make.make_user(username="ann"), text="Dig now.")
    edit(demand, mallory, text="Never, never.")
    output = run(since=since)
    demand.refresh_from_db()
    assert (demand.text, "    ann (" in output, "Left alone: 1." in output) == ("Never, never.", True, True)


def test_links_of_a_record_of_which_somebody_else_took_one_up_stay(mallory):
    demand, ann = make.make_demand(), make.make_user(username="ann")
    since = timezone.now()
    with change(mallory):
        issuances = {make.raise_demand(demand, when=year) for year in ("2021", "2022")}
    with change(ann):
        make.cite(min(issuances, key=lambda one: one.pk))
    output = run(since=since)
    assert set(Issuance.objects.all()) == issuances
    assert "    ann (" in output
    assert "Left alone: 1." in output


def test_a_link_that_they_moved_to_another_record_goes_back_whatever_became_of_that_one(mallory):
    body, ann = make.make_organization(), make.make_user(username="ann")
    one, two = make.make_person(name="Ada"), make.make_person(name="Bob")
    role, stays = (
        make.make_membership(one, body, note="Since the flood."),
        make.make_membership(two, make.make_organization()),
    )
    since = timezone.now()
    edit(role, mallory, member=two)
    edit(one, ann, note="A note.")
    before = rows()
    run(since=since)
    role.refresh_from_db()
    assert (role.member, role.note, stays in two.memberships.all()) == (one, "Since the flood.", True)
    del before["Membership"]
    assert {name: rows()[name] for name in before} == before
    verify()


def test_what_the_rules_of_the_record_refuse_is_listed(mallory):
    first, second = make.make_source(), make.make_source()
    statement = make.make_statement([first], quote="No.")
    since = timezone.now()
    with change(mallory):
        make.cite(statement, second)
        statement.citations.get(source=first).delete()
    edit(statement, mallory, quote="Yes.")
    with change(make.make_user()):
        first.withdraw("A forgery.")
    output = run(since=since)
    statement.refresh_from_db()
    assert (statement.quote, statement.citations.get().source) == ("Yes.", second)
    assert "Readers see this record, and that version is not fit to be seen:" in output
    assert "Left alone: 1." in output


def test_addresses_that_changed_hands_come_back_one_after_the_other(mallory):
    one, two = make.make_demand(slug="one"), make.make_demand(slug="two")
    since = timezone.now()
    edit(two, mallory, slug="three")
    edit(one, mallory, slug="two")
    run(since=since)
    assert [Demand.objects.get(pk=demand.pk).slug for demand in (one, two)] == ["one", "two"]


def test_records_whose_addresses_were_swapped_are_left_for_somebody_to_mend(mallory):
    one, two, other = make.make_demand(slug="one"), make.make_demand(slug="two"), make.make_demand(text="Dig.")
    since = timezone.now()
    for demand, slug in ((two, "three"), (one, "two"), (two, "one")):
        edit(demand, mallory, slug=slug)
    edit(other, mallory, text="Never.")
    output = run(since=since)
    assert [Demand.objects.get(pk=demand.pk).slug for demand in (one, two)] == ["two", "one"]
    assert Demand.objects.get(pk=other.pk).text == "Dig."
    assert output.count("already exists.") == 2
    assert "Left alone: 2." in output


def test_dates_and_their_precision_go_together(mallory, since):
    event = make.make_event(when="2021-04")
    edit(event, mallory, when="2021-04-22", end="2022-01-02")
    run(since=since)
    event.refresh_from_db()
    assert (event.when.words(), event.end) == ("April 2021", None)


def test_one_campaign_can_be_rolled_back_alone(mallory, since):
    here, there = (
        make.make_demand(text="Dig."),
        make.make_demand(text="Excave.", campaign=make.make_campaign(slug="agua")),
    )
    for demand in (here, there):
        edit(demand, mallory, text="Never.")
    output = run(since=since, campaign="agua")
    assert [Demand.objects.get(pk=demand.pk).text for demand in (here, there)] == ["Never.", "Excave."]
    assert "Of other campaigns, not looked at: 1 records." in output
    run(since=since)
    assert Demand.objects.get(pk=here.pk).text == "Dig."


def test_the_campaigns_own_texts_come_back_too(mallory, since):
    campaign = make.make_campaign(name="Water for all")
    edit(campaign, mallory, name="Beer for all", state=State.DRAFT)
    run(since=since)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.state, Correction.objects.get().subject) == ("Water for all", "published", campaign)


def test_only_what_was_written_in_that_time_is_taken_back(mallory):
    demand = make.make_demand(title="A", text="A", note="A")
    moments = []
    for name in ("title", "text", "note"):
        moments.append(timezone.now())
        edit(demand, mallory, **{name: "B"})
    output = run(since=moments[1], until=moments[2].isoformat())
    demand.refresh_from_db()
    assert (demand.title, demand.text, demand.note) == ("B", "B", "B")
    assert "    mallory (" in output  # what came later is nobody's hostile edit: a person looks
    run(since=moments[1])
    demand.refresh_from_db()
    assert (demand.title, demand.text, demand.note) == ("B", "A", "A")


def test_nothing_is_left_to_do_after_it_was_done(mallory, since):
    demand = make.make_demand(text="Dig.")
    edit(demand, mallory, text="Never.")
    run(since=since)
    count = versions()
    with pytest.raises(CommandError, match="mallory wrote nothing in that time that is still there"):
        run(since=since)
    assert versions() == count


def test_a_hostile_day_in_the_desk_leaves_no_sentence_of_theirs(mallory, since, client):
    demand = make.make_demand(title="Dig a well", text="Dig.", slug="dig")
    browser = enter(mallory)
    typed = form_values(browser.get(address(demand))) | {
        "text": "Never dig.",
        "correction_kind": "correction",
        "correction_sentence": "The campaign is a fraud.",
    }
    assert browser.post(address(demand), typed).status_code == 302
    assert "The campaign is a fraud." in client.get(demand.get_absolute_url()).text
    output = run(since=since)
    assert "- Correction" in output
    page = client.get(demand.get_absolute_url()).text
    assert ("fraud" in page, "Never dig." in page, SAID in page) == (False, False, True)
    assert "fraud" not in client.get(reverse("corrections", args=[demand.campaign.slug])).text
    assert browser.get("/admin/").status_code == 302
    assert [one.history_type for one in history_of(Correction).reverse()] == ["+", "-", "+"]


def test_a_form_that_was_open_meanwhile_is_stale(mallory, since):
    demand, ann = make.make_demand(text="Dig.", state=State.DRAFT), login("ann")
    edit(demand, mallory, text="Never.")
    open_form = form_values(ann.get(address(demand)))
    run(since=since)
    refused = ann.post(address(demand), open_form | {"title": "Mine"})
    assert "somebody else saved this record while you were writing" in refused.text
    assert Demand.objects.get().text == "Dig."


def test_lock_closes_the_account_at_once_whatever_comes_of_the_rest(mallory, since):
    campaign = make.make_campaign()
    before = Invitation.objects.create(campaign=campaign, invited_by=mallory, made=since - dt.timedelta(1))
    Invitation.objects.create(campaign=campaign, invited_by=mallory, role=Role.MANAGER)
    browser, ann = enter(mallory), login("ann")
    with pytest.raises(CommandError, match="mallory wrote nothing in that time"):
        run(since=since, lock=True, apply=False)
    mallory.refresh_from_db()
    assert mallory.is_active is False
    assert Session.objects.count() == 1
    assert (browser.get("/admin/").status_code, ann.get("/admin/").status_code) == (302, 200)
    assert Invitation.objects.get() == before


def test_a_mistake_is_named(mallory):
    write = "write day, time and time zone"
    for options, message in (
        ({"user": "nobody"}, "There is no user 'nobody'."),
        ({"since": "yesterday"}, f"--since yesterday: {write}, such as 2026-11-23T18:00:00Z"),
        ({"since": "2021-04-22T18:00:00"}, f"--since 2021-04-22T18:00:00: {write}"),
        ({"since": "2021-13-45T18:00:00Z"}, f"--since 2021-13-45T18:00:00Z: {write}"),
        ({"until": "soon"}, f"--until soon: {write}"),
        ({"since": "2999-01-01T00:00:00Z"}, "--since 2999-01-01T00:00:00Z: that is to come; it is "),
        ({"until": "2020-01-01T00:00:00Z"}, "--until is before --since."),
        ({"campaign": "none"}, "There is no campaign “none”. There is: "),
        ({}, "mallory wrote nothing in that time that is still there."),
    ):
        with pytest.raises(CommandError) as error:
            run(**{"since": "2021-04-22T18:00:00Z"} | options)
        assert (message, str(error.value)[: len(message)]) == (message, message)


def test_a_link_of_theirs_that_came_to_a_record_of_somebody_else_stays_and_is_listed(mallory, since):
    with change(mallory):
        role = make.make_membership(make.make_person(), make.make_organization())
    with change(ann := make.make_user(username="ann")):
        person = make.make_person(name="Ada")
    edit(role, ann, member=person)
    output = run(since=since)
    role.refresh_from_db()
    assert role.member == person
    assert "Person “Ada”" in output.split("Left alone")[1]
