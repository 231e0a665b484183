"""What an import does to the database: create, update, leave alone, publish; and nothing unasked."""

import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Model

from campaigns.campaign_file import BadFile, Report, campaign_data, import_campaign
from campaigns.campaign_file.existing import LINKS
from campaigns.models import (
    TRACKED,
    Actor,
    Campaign,
    Check,
    Citation,
    Correction,
    Demand,
    Event,
    Issuance,
    Membership,
    Outcome,
    Party,
    Post,
    Response,
    Source,
    State,
    Statement,
    history_of,
)

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
GOOD = (DATA / "well.yaml").read_text(encoding="utf-8")


def load(text: str = GOOD, **switches: Any) -> Report:
    return import_campaign(io.BytesIO(text.encode()), **switches)


def instead(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def told(text: str, **switches: Any) -> list[str]:
    with pytest.raises(BadFile) as caught:
        load(text, **switches)
    return [f"{problem.line}: {problem}" for problem in caught.value.problems]


def counts(report: Report) -> dict[str, str]:
    """Return what is worth telling of a report: “2 created, 1 kept” per kind."""
    lines = (line.split(": ", 1) for line in report.lines() if not line.startswith(" "))
    return {kind: told for kind, told in lines if told != "none"}


def rows() -> dict[str, list[Any]]:
    """Return every row of the app, to compare before with after."""
    nouns: list[type[Model]] = [Campaign, Actor, Source, Statement, Demand, Event, Outcome, *LINKS]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in nouns}


def test_a_new_campaign_is_created_as_drafts():
    report = load()
    assert counts(report) == {
        "campaign": "1 created",
        "organizations": "1 created",
        "people": "1 created",
        "posts": "1 created",
        "sources": "1 created",
        "demands": "1 created",
        "statements": "2 created",
        "events": "1 created",
        "memberships": "1 created",
        "parties": "1 created",
        "issuances": "1 created",
        "responses": "1 created",
        "effects": "1 created",
        "citations": "2 created",
    }
    assert {
        row.state for model in (Campaign, Actor, Source, Statement, Demand, Event) for row in model.objects.all()
    } == {State.DRAFT}
    assert Actor.objects.get(slug="ada").folded_name == "ada"
    issuance = Issuance.objects.get()
    assert (issuance.when.isoformat(), issuance.statement.slug) == ("2021-04-22", "letter")


def test_the_same_file_again_changes_nothing():
    load()
    before = rows()
    report = load()
    assert not report.changed
    assert set(counts(report).values()) == {"1 unchanged", "2 unchanged"}
    assert rows() == before


def test_an_export_imported_over_its_own_campaign_changes_nothing():
    for name in ("agua-limpia.yaml", "well.yaml"):
        with (DATA / name).open("rb") as file:
            import_campaign(file)
    campaigns = list(Campaign.objects.all())
    assert len(campaigns) == 2
    for campaign in campaigns:
        data = json.dumps(campaign_data(campaign))
        before = rows()
        report = load(data)
        assert not report.changed, list(report.lines())
        assert rows() == before


def test_a_changed_record_is_updated_and_says_which_keys():
    load()
    before = Statement.objects.get(slug="answer")
    report = load(instead("  summary: No.", "  summary: Yes.\n  order: 3").replace('"2021-05"', '"2021"'))
    assert report["statements"].updated == ["answer (summary, date, precision, order)"]
    assert report["statements"].unchanged == ["letter"]
    after = Statement.objects.get(slug="answer")
    assert (after.summary, after.position, after.when.isoformat()) == ("Yes.", 3, "2021")
    assert after.updated_at > before.updated_at
    assert after.recorded_at == before.recorded_at
    letter = Statement.objects.get(slug="letter")
    assert letter.updated_at < after.updated_at
    assert (after.version, letter.version) == (before.version + 1, 1)  # a form that was open must notice


def test_a_key_that_the_file_leaves_out_is_empty_afterwards():
    load(instead("  summary: No.", "  summary: No.\n  note: Loudly."))
    assert Statement.objects.get(slug="answer").note == "Loudly."
    assert load()["statements"].updated == ["answer (note)"]
    assert Statement.objects.get(slug="answer").note == ""


def test_a_changed_link_is_updated_and_its_record_with_it():
    load()
    before = Statement.objects.get(slug="answer").updated_at
    report = load(instead("    stance: rejects", "    stance: accepts\n    note: At last."))
    assert report["statements"].updated == ["answer (responds_to)"]
    assert counts(report)["responses"] == "1 updated"
    response = Response.objects.get()
    assert (response.stance, response.note) == ("accepts", "At last.")
    assert Statement.objects.get(slug="answer").version == 2
    assert Statement.objects.get(slug="answer").updated_at > before


def test_a_changed_name_sorts_anew():
    load()
    load(instead("  name: Ada", "  name: Ada\n  sort_name: Ábalos, Ada"))
    assert Actor.objects.get(slug="ada").folded_name == "abalos, ada"


def test_what_the_file_does_not_have_is_kept_and_counted():
    load(
        instead("  - ada\n  raised", "  - town\n  - ada\n  raised")
        .replace(
            "- slug: answer",
            "- {slug: extra, date: '2020', speaker: ada, summary: x, sources: [paper]}\n- slug: answer",
        )
        .replace("  raised:", "  outcomes:\n  - {status: done, date: '2021', reason: So.}\n  raised:")
    )
    before = rows()
    report = load()
    assert report["statements"].kept == ["extra"]
    assert report["outcomes"].kept == ["dig: done, 2021"]
    assert report["parties"].kept == ["dig › addressed_to: town"]
    assert counts(report)["parties"] == "1 unchanged, 1 kept, not in the file"
    assert not report.changed
    assert rows() == before


def test_links_of_records_that_are_not_in_the_file_are_none_of_its_business():
    load()
    other = instead("    stance: rejects", "    stance: rejects", GOOD).replace("slug: answer", "slug: answer-2")
    load(other)
    report = load()
    assert report["statements"].kept == ["answer-2"]
    assert (report["responses"].kept, report["citations"].kept) == ([], [])
    report = load(prune=True)
    assert report["responses"].deleted == []
    assert Response.objects.count() == 2


def test_prune_deletes_links_that_the_file_has_no_more_and_never_records():
    rich = GOOD
    for old, new in (
        ("  - ada\n  raised", "  - town\n  - ada\n  raised"),
        ("  - statement: letter", "  - statement: letter\n  - {date: '2019', sources: [paper]}"),
        ("    organization: town", "    organization: town\n    sources: [paper]\n  - {post: Judge, sources: [paper]}"),
        ("  raised:", "  checks:\n  - {addressee: ada, date: 2022-01-01}\n  raised:"),
        ("  raised:", "  outcomes:\n  - {status: done, date: '2021', reason: So.}\n  raised:"),
        ("- slug: answer", "- {slug: extra, date: '2020', speaker: ada, summary: x}\n- slug: answer"),
        ("  summary: No.", "  summary: No.\n  replies_to: [letter]\n  signatories: [ada]\n  signatories_other: [Ida]"),
        ("  summary: No.", "  summary: No.\n  disputed: [{what: a, values: [{value: b, sources: [paper]}]}]"),
    ):
        rich = instead(old, new, rich)
    load(rich)
    assert load(dry_run=True).changed is False
    report = load(prune=True)
    deleted = {kind: tally.deleted for kind, tally in report.tallies.items() if tally.deleted}
    assert deleted == {
        "memberships": ["ada › roles: judge"],
        "participants": ["answer › signatories: ada", "answer › signatories: Ida"],
        "relations": ["answer › replies_to: letter"],
        "parties": ["dig › addressed_to: town"],
        "issuances": ["dig › raised: 2019"],
        "checks": ["dig › checks: ada, 2022-01-01"],
        "citations": [
            "ada › sources: paper",
            "ada › sources: paper",
            "answer › disputed: paper",
            "dig › sources: paper",
        ],
    }
    assert report["statements"].kept == ["extra"]
    assert report["outcomes"].kept == ["dig: done, 2021"]
    assert report["posts"].kept == ["judge"]
    assert report["people"].updated == ["ada (roles, sources)"]
    kept = load()
    assert not kept.changed
    assert {kind: tally.kept for kind, tally in kept.tallies.items() if tally.kept} == {
        "posts": ["judge"],
        "statements": ["extra"],
        "outcomes": ["dig: done, 2021"],
    }


def test_a_date_alone_is_the_same_as_one_with_its_precision():
    alone = {
        "    organization: town": "    organization: town\n    start: 2018-08-07\n    end: 2019",
        "  kind: government": "  kind: government\n  start: '1850'",
        "  kind: open_letter": "  kind: open_letter\n  end: 2021-05\n  deadline: '2021-06'",
        "    stance: rejects": "    stance: rejects\n    due: 2022-01-31",
        "  timezone: UTC": "  timezone: UTC\n  started: 2018-08",
        "  url: https://example.org/1": "  url: https://example.org/1\n  published: 2021-04",
    }
    plain = mapped = GOOD
    for old, new in alone.items():
        plain = instead(old, new, plain)
        dates = re.sub(r"(started|published|start|end|deadline|due): '?([\d-]+)'?", r"\1: {date: \2}", new)
        mapped = instead(old, dates, mapped)
    load(plain)
    role, letter, answer = Membership.objects.get(), Statement.objects.get(slug="letter"), Response.objects.get()
    dates = (role.start, role.end, letter.end, letter.deadline, answer.due, Actor.objects.get(slug="town").start)
    assert [one and one.isoformat() for one in dates] == [
        "2018-08-07",
        "2019",
        "2021-05",
        "2021-06",
        "2022-01-31",
        "1850",
    ]
    assert not load(mapped).changed


def test_two_sources_may_report_the_same_silence_and_both_are_found_again():
    reports = "".join(
        f"  - {{addressee: ada, date: 2022-01-01, found: no_response, source: {source}}}\n"
        for source in ("paper", "radio")
    )
    text = instead("  raised:", f"  checks:\n{reports}  raised:")
    text = instead("- slug: paper", "- {slug: radio, title: The radio}\n- slug: paper", text)
    text = instead(
        "  kind: open_letter", "  kind: open_letter\n  checks: [{date: 2022, found: declined, source: paper}]", text
    )
    load(text)
    found = [(one.found, one.citations.get().source.slug) for one in Check.objects.order_by("pk")]
    assert sorted(found) == [("declined", "paper"), ("no_response", "paper"), ("no_response", "radio")]
    before = rows()
    assert not load(text).changed
    assert rows() == before
    report = load(prune=True)
    assert report["checks"].deleted == ["letter › checks: 2022", *["dig › checks: ada, 2022-01-01"] * 2]
    assert (Check.objects.count(), Citation.objects.filter(look__isnull=False).count()) == (0, 0)


def test_a_dry_run_reports_the_same_and_writes_nothing():
    assert list(load(dry_run=True).lines(every=True)) == list(load(dry_run=True).lines(every=True))
    assert not Campaign.objects.exists()
    load()
    before = rows()
    changed = instead("  summary: No.", "  summary: Yes.").replace("  title: A flood", "  title: A\n  sources: [paper]")
    dry = load(changed, dry_run=True, publish=True, prune=True)
    assert rows() == before
    assert list(dry.lines(every=True)) == list(load(changed, publish=True, prune=True).lines(every=True))
    assert rows() != before


def test_publish_publishes_every_record_of_the_file_that_is_not_withdrawn():
    text = instead("  title: A flood", "  title: A flood\n  sources: [paper]").replace(
        "events:", "events:\n- {slug: drought, date: '2020', title: D, state: withdrawn, withdrawal_reason: Wrong.}"
    )
    load(text, publish=True)
    states = {
        row.slug: row.state
        for model in (Campaign, Actor, Source, Statement, Demand, Event)
        for row in model.objects.all()
    }
    assert states.pop("drought") == State.WITHDRAWN
    assert set(states.values()) == {State.PUBLISHED}
    assert states.keys() == {"well", "town", "ada", "mayor", "paper", "letter", "answer", "dig", "flood"}


def test_publish_does_not_bring_back_what_is_withdrawn_in_the_database():
    load(instead("  title: A flood", "  title: A flood\n  sources: [paper]"), publish=True)
    Event.objects.get().withdraw("It was another river.")
    load(instead("  title: A flood", "  title: A flood\n  sources: [paper]"), publish=True)
    event = Event.objects.get()
    assert (event.state, event.withdrawal_reason) == (State.WITHDRAWN, "It was another river.")


def test_without_a_state_what_exists_keeps_its_own():
    text = instead("  title: A flood", "  title: A flood\n  sources: [paper]")
    load(text, publish=True)
    report = load(text)
    assert not report.changed
    assert Event.objects.get().state == State.PUBLISHED


def test_the_state_in_the_file_is_the_state_after_it():
    sourced = instead("  title: A flood", "  title: A flood\n  sources: [paper]")
    sourced = sourced.replace("https://example.org/1", "https://example.org/1\n  state: published")
    load(sourced)
    for state in ("in_review", "published", "draft"):
        load(sourced.replace("  title: A flood", f"  title: A flood\n  state: {state}"))
        assert Event.objects.get().state == state
    load(sourced.replace("  title: A flood", "  title: A flood\n  state: published"))
    Campaign.objects.update(state=State.PUBLISHED)
    withdrawn = "  title: A flood\n  state: withdrawn\n  withdrawal_reason: Wrong."
    taken_back = sourced.replace("  title: A flood", withdrawn)
    for _again in range(2):
        load(taken_back)
        assert [(told.kind, told.sentence) for told in Correction.objects.all()] == [("withdrawal", "Wrong.")]
    assert (Event.objects.get().state, Event.objects.get().withdrawal_reason) == (State.WITHDRAWN, "Wrong.")
    load(sourced.replace("  title: A flood", "  title: A flood\n  state: published"))
    assert (Event.objects.get().state, Event.objects.get().withdrawal_reason) == (State.PUBLISHED, "")


def test_when_something_was_recorded_is_kept_from_another_installation_and_never_moved():
    text = instead("  title: A flood", "  title: A flood\n  recorded: '2020-02-29T12:00:00.123456+02:00'")
    load(text)
    moment = dt.datetime(2020, 2, 29, 10, 0, 0, 123456, tzinfo=dt.UTC)
    assert Event.objects.get().recorded_at == moment
    load(instead("  title: A flood", "  title: A flood\n  recorded: '2021-02-28T12:00:00Z'"))
    assert Event.objects.get().recorded_at == moment


# Posts


def test_a_role_makes_its_post_and_the_next_import_finds_it():
    load()
    post = Post.objects.get()
    assert (post.slug, post.name, post.organization.slug) == ("mayor", "Mayor", "town")
    assert Membership.objects.get().post == post
    assert load()["posts"].unchanged == ["mayor"]


def test_an_entry_defines_the_post_that_a_role_names():
    load(instead("demands:", "posts:\n- {slug: m, name: Mayor, organization: town, aliases: [Alcaldesa]}\ndemands:"))
    assert [(post.slug, post.aliases) for post in Post.objects.all()] == [("m", ["Alcaldesa"])]
    assert Membership.objects.get().post.slug == "m"
    # The file without the entry still means that post, and leaves it alone.
    report = load()
    assert (report["posts"].unchanged, report.changed) == (["m"], False)


def test_posts_of_one_name_get_their_organizations_slug_and_then_a_number():
    roles = """
  - {post: President, organization: town}
  - {post: President, organization: club}
  - {post: Ada}
  - {post: "Club, town", organization: town}
  - {post: Club Town, organization: town}
  - {post: رئيس, organization: club}
  - {post: 主席, organization: club}
  - {post: 主席}
"""
    text = GOOD.replace("  - post: Mayor\n    organization: town\n", roles.lstrip("\n")).replace(
        "people:", "- {slug: club, name: The club, kind: other}\npeople:"
    )
    load(text)
    assert [post.slug for post in Post.objects.order_by("pk")] == [
        "president-town",
        "president-club",
        "ada-2",
        "club-town-town",
        "club-town-town-2",
        "club-post",
        "club-post-2",
        "post",
    ]
    assert not load(text).changed


def test_a_post_that_only_roles_name_is_published_with_its_organization_and_holder():
    town = instead("  kind: government", "  kind: government\n  state: published")
    load(town)
    assert Post.objects.get().state == State.DRAFT
    Campaign.objects.get()
    assert load(town.replace("  name: Ada", "  name: Ada\n  state: published")).changed
    assert Post.objects.get().state == State.DRAFT  # it exists: its state is its own
    load(town.replace("  name: Ada", "  name: Ada\n  state: published").replace("slug: well", "slug: other"))
    assert Post.objects.get(campaign__slug="other").state == State.PUBLISHED


def test_a_second_term_in_a_post_is_a_second_role():
    first = instead("    organization: town", "    organization: town\n    start: {date: 2010}\n    end: {date: 2014}")
    second = instead("    organization: town", "    organization: town\n    start: {date: 2018}")
    load(first)
    report = load(second)
    assert counts(report)["memberships"] == "1 created, 1 kept, not in the file"
    # A corrected date of the same term is the same role.
    report = load(second.replace("{date: 2018}", "{date: 2018-12-10}"))
    assert counts(report)["memberships"] == "1 updated, 1 kept, not in the file"
    assert [str(m.start.isoformat()) for m in Membership.objects.order_by("start_date")] == ["2010", "2018-12-10"]


# Order


def test_new_demands_stand_where_the_file_puts_them():
    load(GOOD.replace("demands:", "demands:\n- {slug: first, title: A}"))
    load(GOOD.replace("demands:", "demands:\n- {slug: first, title: A}\n- {slug: second, title: B}"))
    assert [demand.slug for demand in Demand.objects.order_by("position", "pk")] == ["first", "second", "dig"]


def test_an_order_that_is_right_already_is_not_written_again():
    load(GOOD.replace("demands:", "demands:\n- {slug: first, title: A}"))
    Demand.objects.filter(slug="first").update(position=10)
    Demand.objects.filter(slug="dig").update(position=20)
    assert not load(GOOD.replace("demands:", "demands:\n- {slug: first, title: A}")).changed


def test_a_list_in_another_order_is_put_into_it():
    load(instead("  - ada\n  raised", "  - ada\n  - town\n  raised"))
    load(instead("  - ada\n  raised", "  - town\n  - ada\n  raised"))
    assert [party.actor.slug for party in Party.objects.order_by("position")] == ["town", "ada"]


# What the database knows


def test_a_reference_may_lead_to_a_record_of_the_database():
    load()
    load("campaign: {slug: well, name: A new well}\nstatements:\n"
         "- {slug: s, date: '2022', speaker: ada, summary: x, sources: [paper], replies_to: [answer],\n"
         "   responds_to: [{letter: letter, stance: accepts}]}\n")  # fmt: skip
    assert Statement.objects.get(slug="s").relations.get().to.slug == "answer"


def test_an_unresolved_reference_says_that_the_database_was_asked():
    load()
    assert told("campaign: {slug: well, name: A}\nevents:\n- {slug: e, date: '2022', title: T, sources: [papr]}\n") == [
        (
            "3: events[1] e › sources[1]: there is no source “papr” in the file and not in the database "
            "(expected the slug of a source, such as “paper”)"
        )
    ]


def test_another_campaigns_records_are_none_of_this_one():
    load(GOOD.replace("slug: well", "slug: other"))
    assert told(
        "campaign: {slug: well, name: A}\nevents:\n- {slug: e, date: '2022', title: T, sources: [paper]}\n"
    ) == ["3: events[1] e › sources[1]: there is no source “paper” in the file (expected the slug of a source)"]
    load()
    assert Statement.objects.filter(slug="letter").count() == 2


def test_a_person_cannot_take_the_slug_of_an_organization_of_the_database():
    load()
    assert told("campaign: {slug: well, name: A}\npeople:\n- {slug: town, name: T}\n") == [
        (
            "3: people[1] town › slug: the slug “town” is an organization’s in the database "
            "(expected another slug for the person)"
        )
    ]


def test_a_post_cannot_take_the_name_of_another_in_the_database():
    load()
    assert told("campaign: {slug: well, name: A}\nposts:\n- {slug: m, name: Mayor, organization: town}\n") == [
        "3: posts[1] m › name: the post “Mayor” of “town” is “mayor” already (expected one post of that name there)"
    ]


def test_a_circle_through_the_database_is_seen():
    load(GOOD.replace("demands:", "demands:\n- {slug: part, title: P, part_of: dig}"))
    assert told("campaign: {slug: well, name: A}\ndemands:\n- {slug: dig, title: D, part_of: part}\n") == [
        "3: demands[1] dig › part_of: it leads back to itself: dig → part → dig (expected no circle)"
    ]


def test_an_occasion_is_compared_with_its_statement_in_the_database():
    load()
    assert told(
        "campaign: {slug: well, name: A}\ndemands:\n- {slug: d, title: D, raised: [{statement: letter, date: "
        "'2022'}]}\n"
    ) == [
        (
            "3: demands[1] d › raised[1] › date: the date 2022 is not that of “letter”, 2021-04-22 "
            "(expected a date that the statement's date can mean, or none)"
        )
    ]


def test_a_source_cannot_be_taken_from_under_a_published_record():
    text = instead("  title: A flood", "  title: A flood\n  sources: [paper]")
    load(text, publish=True)
    withdrawn = "campaign: {slug: well, name: A}\nsources:\n- {slug: paper, url: 'https://example.org/1', state: %s}\n"
    assert told(withdrawn % "draft") == [
        f"3: sources[1] paper: the {noun} in the database is published and names it, and it is a draft "
        "(expected state: published)"
        for noun in ("event “flood”", "statement “answer”", "statement “letter”")
    ]
    for statement in Statement.objects.all():
        statement.state = State.DRAFT
        statement.save()
    Event.objects.update(state=State.DRAFT)
    load(withdrawn % "draft")
    assert Source.objects.get().state == State.DRAFT


def test_a_citation_that_stays_in_the_database_is_enough_to_be_published_unless_it_is_pruned():
    load(instead("  title: A flood", "  title: A flood\n  sources: [paper]"), publish=True)
    load(GOOD, publish=True)
    assert told(GOOD, publish=True, prune=True) == [
        "40: events[1] flood: the event is published without a source (expected sources: with one slug at least)"
    ]


def test_publishing_what_names_a_draft_of_the_database_is_refused():
    load()
    assert told(
        "campaign: {slug: well, name: A}\nevents:\n- {slug: e, date: '2022', title: T, sources: [paper], "
        "state: published}\n"
    ) == [
        (
            "3: events[1] e › sources[1]: the event is published and names “paper”, which is a draft "
            "(expected a source that is published)"
        )
    ]


def test_an_actor_cannot_be_withdrawn_from_under_a_published_statement():
    load(instead("  title: A flood", "  title: A flood\n  sources: [paper]"), publish=True)
    assert told("campaign: {slug: well, name: A}\npeople:\n- {slug: ada, name: A, state: in_review}\n") == [
        (
            "3: people[1] ada: the demand “dig” in the database is published and names it, and it is in review "
            "(expected state: published)"
        ),
        (
            "3: people[1] ada: the statement “answer” in the database is published and names it, and it is in review "
            "(expected state: published)"
        ),
    ]


def test_a_published_demand_cannot_be_taken_from_over_its_outcome():
    text = instead(
        "  raised:", "  outcomes:\n  - {status: done, date: '2021', reason: A., sources: [paper]}\n  raised:"
    )
    load(text.replace("  title: A flood", "  title: A flood\n  sources: [paper]"), publish=True)
    assert told("campaign: {slug: well, name: A}\ndemands:\n- {slug: dig, title: D, state: draft}\n") == [
        (
            "3: demands[1] dig: the outcome “dig: done, 2021” in the database is published and names it, and it "
            "is a draft "
            "(expected state: published)"
        )
    ]


# The net under the checks


def test_what_only_the_database_refuses_is_a_problem_and_not_a_crash(monkeypatch):
    def refuse(*args, **kwargs):
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr("campaigns.campaign_file.applying.records._Writer.write", refuse)
    assert told(GOOD) == ["0: the database refuses it: UNIQUE constraint failed"]
    assert not Campaign.objects.exists()


def test_two_posts_may_change_names_with_the_next_import():
    posts = "posts:\n- {slug: a, name: %s, organization: town}\n- {slug: b, name: %s, organization: town}\ndemands:"
    load(instead("demands:", posts % ("Judge", "Clerk")))
    load(instead("demands:", posts % ("Clerk of the court", "Judge of the court")))
    assert {post.slug: post.name for post in Post.objects.exclude(slug="mayor")} == {
        "a": "Clerk of the court",
        "b": "Judge of the court",
    }


def test_the_settings_of_the_connection_are_as_before():
    before = connection.features.max_query_params
    load()
    with pytest.raises(BadFile):
        load("campaign: {slug: x}\n")
    assert connection.features.max_query_params == before


def history() -> list[tuple[dt.datetime, str, str, str]]:
    """Return (moment, kind of change, model, slug) of every version, in that order."""
    return sorted(
        (version.history_date, version.history_type, model.__name__, getattr(version, "slug", ""))
        for model in TRACKED
        for version in history_of(model)
    )


SOURCED = instead("  title: A flood\n", "  title: A flood\n  sources: [paper]\n")


def test_an_import_writes_one_version_of_whatever_it_creates_as_it_is_in_the_end():
    load(SOURCED, publish=True)
    assert {(kind, moment) for moment, kind, *_ in history()} == {("+", history()[0][0])}
    for model in TRACKED:
        kept = history_of(model).order_by("id")
        names = [field.attname for field in model._meta.concrete_fields]
        assert list(kept.values(*names)) == list(model._default_manager.order_by("pk").values(*names))
        assert set(kept.values_list("history_change_reason", flat=True)) <= {"import"}


def test_a_second_import_writes_versions_of_what_changed_and_of_nothing_else():
    load(SOURCED, publish=True)
    before = history()
    load(SOURCED, publish=True)
    assert history() == before
    load(instead("title: Dig a well", "title: Dig two wells", SOURCED), publish=True)
    assert [line[1:] for line in history()[len(before) :]] == [("~", "Demand", "dig")]
    load(instead("title: Dig a well", "title: Dig none", SOURCED), dry_run=True)
    assert len(history()) == len(before) + 1


def test_a_pruned_link_leaves_its_last_version():
    load()
    gone = Issuance.objects.get()
    before = history()
    load(instead("  raised:\n  - statement: letter\n", ""), prune=True)
    assert [line[1:3] for line in history()[len(before) :]] == [("-", "Issuance"), ("~", "Demand")]
    assert history_of(Issuance).filter(id=gone.pk).first().text == gone.text
