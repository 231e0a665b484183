"""Each constraint of each table is refused by the database in every way of writing, and said in a plain sentence."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from campaigns.models import (
    Campaign,
    Classification,
    Clearance,
    Invitation,
    LinkCheck,
    Organization,
    Participant,
    Person,
    Post,
    Stance,
    State,
    Status,
    TeamMember,
)
from tests import factories as make
from tests.made_once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


class Record:
    """One published record of every noun, with what hangs on it."""

    def __init__(self) -> None:
        self.campaign = make.make_campaign(slug="city", started_date=dt.date(2020, 6, 1), started_precision=7)
        self.group = make.make_organization(slug="group", name="Group")
        self.body = make.make_organization(slug="body", classification=Classification.GOVERNMENT)
        self.person = make.make_person(slug="person", name="Person", url="https://person.example.org/")
        self.post = make.make_post(slug="post", name="Chief", organization=self.body)
        self.seat = make.make_post(slug="seat", name="Seat", organization=None)
        self.membership = make.make_membership(self.person, self.body, post=self.post, start="2017-08", end="2022-04")
        self.source = make.make_source(slug="source", published="2021-04", archive_url="https://archive.example.org/1")
        self.demand = make.make_demand([self.person], slug="demand", title="A demand")
        self.party = self.demand.parties.get()
        self.letter = make.make_statement(
            [self.source], slug="letter", speaker=self.group, when="2020-06", end="2020-07"
        )
        self.statement = make.make_statement(
            [self.source], slug="statement", speaker=self.person, quote="No.", translation="No.", when="2021-04-22"
        )
        self.participant = Participant.objects.create(statement=self.letter, role="signatory", actor=self.group)
        self.described = Participant.objects.create(statement=self.letter, role="signatory", label="Forty pastors")
        self.relation = self.statement.relations.create(to=self.letter)
        self.issuance = make.raise_demand(self.demand, self.letter)
        self.bare = make.raise_demand(self.demand, when="2020-05")
        self.response = make.answer(self.demand, Stance.REJECTS, statement=self.statement)
        self.whole = make.answer(letter=self.letter, stance=Stance.REJECTS, statement=self.statement)
        self.event = make.make_event([self.source], slug="event", title="An event", when="2021-05", end="2021-05-20")
        self.effect = make.affect(self.event, self.demand)
        self.outcome = make.make_outcome(self.demand, [self.source], when="2021-05")
        self.check = make.check(self.demand, self.person)
        self.reported = make.check(
            None, None, "2021-05", letter=self.letter, found="no_response", sources=[self.source]
        )
        self.invitation = Invitation.objects.create(campaign=self.campaign, invited_by=make.make_user())
        self.link_check = LinkCheck.objects.create(
            source=self.source, kind="url", url="https://x.example.org/", reason="found", checked_at=timezone.now()
        )
        self.team_member = TeamMember.objects.create(campaign=self.campaign, user=make.make_user())
        self.citation = self.statement.citations.get()
        self.disputed = make.cite(self.event, self.source, about="How many", says="Ten")
        self.correction = make.correct(self.statement)
        self.clearance = Clearance.objects.create(
            campaign=self.campaign, kind="phone", words="555-0134", reason="A press office.", allowed_at=timezone.now(),
            asked_by=make.make_user(), allowed_by=make.make_user(),
        )  # fmt: skip
        self.proposed_change = make.propose(
            self.statement, state="accepted", decided_by=make.make_user(), decided_at=timezone.now()
        )
        for noun in ("actor", "membership", "demand", "issuance"):
            record = self.person if noun == "actor" else getattr(self, noun)
            setattr(self, f"of_{noun}", make.cite(record, self.source))
        self.of_look = self.reported.citations.get()
        self.of_outcome = self.outcome.citations.get()


@made_once
def record() -> Record:
    return Record()


LATE = "A month is stored as its first day and a year as its first of January."
ENDS = "The end lies before the start."
REASON = "A withdrawn record needs a reason that readers will see."
SELF: Callable[[Any], Any] = lambda row: row.pk  # noqa: E731
DAY = dt.date(2021, 4, 22)

#: constraint → (which record, what is wrong with it, what an editor reads). A callable gets the record.
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "invitation_role": ("invitation", {"role": 0}, "There is no such role."),
    "link_check_since": ("link_check", {"failures": 1}, "What fails has failed since some day."),
    "team_member_role": ("team_member", {"role": 5}, "There is no such role."),
    "campaign_started_fits": ("campaign", {"started_date": DAY}, LATE),
    "campaign_withdrawal_reason": ("campaign", {"state": State.WITHDRAWN}, REASON),
    "source_url_http": ("source", {"url": "ftp://x.example.org"}, "The address must start with https:// or http://."),
    "source_archive_url_http": (
        "source", {"archive_url": "javascript:alert(1)"}, "The address must start with https:// or http://.",
    ),
    "source_findable": (
        "source", {"url": "", "title": ""}, "A published source needs an address, or a title to look it up by.",
    ),
    "source_published_fits": ("source", {"published_date": DAY}, LATE),
    "source_withdrawal_reason": ("source", {"state": State.WITHDRAWN}, REASON),
    "citation_one_subject": ("citation", {"statement": None}, "A citation belongs to exactly one record."),
    "citation_about_and_says": (
        "disputed", {"says": ""}, "A disputed point needs both: what about, and what this source says.",
    ),
    "actor_has_name": ("person", {"name": ""}, "An actor needs a name."),
    "actor_organization_fields": (
        "person", {"classification": "media"}, "Only an organization has a classification, a reach and a parent.",
    ),
    "actor_organization_classified": ("group", {"classification": ""}, "Say what the organization is."),
    "actor_post_fields": (
        "person", {"organization_id": lambda row: row.memberships.get().organization_id},
        "Only a post stands in an organization; a person has a membership.",
    ),
    "actor_speaks_for_something": ("seat", {"speaks_for": True}, "Only a post of an organization speaks for one."),
    "actor_life_span": (
        "person", {"start_date": DAY, "start_precision": 10},
        "Only an organization or a post has a first and a last day; a person has roles, from–to.",
    ),
    "actor_start_fits": ("group", {"start_date": DAY}, LATE),
    "actor_end_fits": ("group", {"end_date": DAY, "end_precision": 7}, LATE),
    "actor_ends_after_start": (
        "post",
        {"start_date": DAY, "start_precision": 10, "end_date": dt.date(2020, 1, 1), "end_precision": 4},
        ENDS,
    ),
    "actor_not_own_parent": ("group", {"parent_id": SELF}, "An organization cannot be its own parent."),
    "actor_url_http": ("person", {"url": "javascript:alert(1)"}, "The address must start with https:// or http://."),
    "actor_merged_not_published": (
        "group",
        {"merged_into_id": lambda _row: Organization.objects.get(slug="body").pk},
        "What was found to be the same as another is not published beside it.",
    ),
    "actor_withdrawal_reason": ("person", {"state": State.WITHDRAWN}, REASON),
    "membership_of_something": (
        "membership", {"organization": None, "post": None}, "Choose an organization or a post.",
    ),
    "membership_not_of_itself": (
        "membership", {"member_id": lambda row: row.organization_id}, "An organization cannot be its own member.",
    ),
    "membership_speaks_for_something": (
        "membership",
        {"speaks_for": True, "organization": None, "post_id": lambda _row: Post.objects.get(slug="seat").pk},
        "Whoever speaks for an organization needs one, or a post with one.",
    ),
    "membership_start_fits": ("membership", {"start_precision": None}, LATE),
    "membership_end_fits": ("membership", {"end_date": dt.date(2022, 4, 2)}, LATE),
    "membership_ends_after_start": ("membership", {"end_date": dt.date(2017, 7, 1)}, ENDS),
    "statement_has_speaker": (
        "statement", {"speaker": None}, "Say who spoke: choose somebody, or write how the source names them.",
    ),
    "statement_says_something": (
        "letter", {"summary": ""}, "A published statement needs a summary or a quotation.",
    ),
    "statement_translates_quote": (
        "statement", {"quote": ""}, "A translation needs the quotation that it translates.",
    ),
    "statement_date_fits": ("letter", {"date": dt.date(2020, 6, 2)}, LATE),
    "statement_end_fits": ("letter", {"end_date": dt.date(2020, 7, 31)}, LATE),
    "statement_ends_after_start": ("letter", {"end_date": dt.date(2020, 5, 1)}, ENDS),
    "statement_deadline_fits": ("letter", {"deadline_date": DAY}, LATE),
    "statement_deadline_after_date": (
        "letter",
        {"deadline_date": dt.date(2020, 5, 1), "deadline_precision": 7},
        "The deadline lies before the statement.",
    ),
    "statement_withdrawal_reason": ("statement", {"state": State.WITHDRAWN}, REASON),
    "participant_actor_or_label": (
        "participant", {"label": "x"}, "Choose an actor, or describe who it was; not both.",
    ),
    "relation_not_to_itself": (
        "relation", {"to_id": lambda row: row.statement_id}, "A statement cannot refer to itself.",
    ),
    "demand_has_title": ("demand", {"title": ""}, "A demand needs a title."),
    "demand_not_part_of_itself": ("demand", {"parent_id": SELF}, "A demand cannot be part of itself."),
    "demand_not_its_own_successor": ("demand", {"predecessor_id": SELF}, "A demand cannot succeed itself."),
    "demand_withdrawal_reason": ("demand", {"state": State.WITHDRAWN}, REASON),
    "issuance_date_fits": ("bare", {"date": DAY}, LATE),
    "event_has_title": ("event", {"title": ""}, "An event needs a title."),
    "event_date_fits": ("event", {"precision": 4}, LATE),
    "event_end_fits": ("event", {"end_precision": None}, LATE),
    "event_ends_after_start": ("event", {"end_date": dt.date(2021, 4, 30)}, ENDS),
    "event_withdrawal_reason": ("event", {"state": State.WITHDRAWN}, REASON),
    "outcome_has_reason": ("outcome", {"reason": ""}, "Say what shows it."),
    "outcome_date_fits": ("outcome", {"date": DAY}, LATE),
    "outcome_withdrawal_reason": ("outcome", {"state": State.WITHDRAWN}, REASON),
    "response_demand_or_letter": (
        "response", {"demand": None}, "An answer is to one demand or to a whole letter; not both.",
    ),
    "response_due_fits": ("response", {"due_date": DAY, "due_precision": 4}, LATE),
    "check_demand_or_letter": (
        "check", {"demand": None}, "A check is about one demand or about a whole letter; not both.",
    ),
    "check_date_fits": ("reported", {"date": DAY}, LATE),
    "response_not_to_itself": (
        "whole", {"letter_id": lambda row: row.statement_id}, "A statement cannot answer itself.",
    ),
    "correction_one_subject": (
        "correction", {"actor_id": lambda row: row.statement.speaker_id}, "A correction belongs to one record.",
    ),
    "correction_says_what": (
        "correction", {"sentence": ""}, "A correction says what was corrected; a typo says nothing.",
    ),
    "correction_hides_with_reason": (
        "correction", {"kind": "typo", "sentence": "", "hides_earlier": True},
        "Only a correction, with its sentence, takes away what stood there.",
    ),
    "proposed_decided": (
        "proposed_change", {"decided_at": None},
        "Who decides a proposed change, and when, is noted with the decision.",
    ),
    "proposed_second_person": (
        "proposed_change", {"decided_by_id": lambda row: row.by_id}, "A second person accepts a proposed change.",
    ),
    "clearance_has_reason": ("clearance", {"reason": ""}, "Write why it may be public."),
    "clearance_second_person": (
        "clearance", {"allowed_by_id": lambda row: row.asked_by_id},
        "You wrote it yourself: somebody else says whether it may be public.",
    ),
}  # fmt: skip

#: constraint → (which record cannot stand twice, what an editor reads, which columns may differ).
TWICE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "link_check_once": ("link_check", "Link check with this Source and Kind already exists.", {}),
    "team_member_once": ("team_member", "They are in the team already.", {}),
    "source_slug_unique": ("source", "Source with this Campaign and Slug already exists.", {}),
    "citation_actor_unique": ("of_actor", "This source is cited already.", {}),
    "citation_membership_unique": ("of_membership", "This source is cited already.", {}),
    "citation_statement_unique": ("citation", "This source is cited already.", {}),
    "citation_demand_unique": ("of_demand", "This source is cited already.", {}),
    "citation_issuance_unique": ("of_issuance", "This source is cited already.", {}),
    "citation_event_unique": ("disputed", "This source is cited already.", {"about": "", "says": ""}),
    "citation_outcome_unique": ("of_outcome", "This source is cited already.", {}),
    "actor_slug_unique": ("person", "Actor with this Campaign and Slug already exists.", {"name": "Another"}),
    "post_name_unique": ("post", "The organization has a post of this name already.", {"slug": "another"}),
    "post_name_unique_alone": ("seat", "There is a post of this name already.", {"slug": "another"}),
    "statement_slug_unique": ("statement", "Statement with this Campaign and Slug already exists.", {}),
    "membership_once": ("membership", "They have this role already, for the same time.", {}),
    "participant_once": ("participant", "They stand here already.", {}),
    "participant_label_once": ("described", "They stand here already.", {}),
    "relation_once": ("relation", "Relation with this Statement, How and Which statement already exists.", {}),
    "demand_slug_unique": ("demand", "Demand with this Campaign and Slug already exists.", {}),
    "party_once": ("party", "Party with this Demand, Role and Who already exists.", {}),
    "issuance_once": ("issuance", "The statement raises this demand already.", {}),
    "issuance_once_a_day": ("bare", "The demand was raised on this date already.", {}),
    "event_slug_unique": ("event", "Event with this Campaign and Slug already exists.", {}),
    "effect_once": ("effect", "Effect with this Event and Demand already exists.", {}),
    "outcome_once": ("outcome", "Outcome with this Demand, In effect from, Precision and Status already exists.", {}),
    "check_once_a_day": ("check", "That somebody looked then and found nothing is noted already.", {}),
    "citation_look_unique": ("of_look", "This source is cited already.", {}),
    "response_once": ("response", "The statement answers this demand already.", {}),
    "response_to_letter_once": ("whole", "The statement answers this letter already.", {}),
}


def filled(row: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value(row) if callable(value) else value for name, value in values.items()}


def change(row: models.Model, values: dict[str, Any]) -> models.Model:
    changed = type(row)._base_manager.get(pk=row.pk)
    for name, value in values.items():
        setattr(changed, name, value)
    return changed


def copy(row: models.Model, values: dict[str, Any]) -> models.Model:
    made = change(row, values)
    made.pk, made._state.adding = None, True
    return made


def stored(row: models.Model) -> dict[str, Any]:
    return type(row)._base_manager.filter(pk=row.pk).values().get()


def refusal(write: Callable[[], object]) -> str:
    """Return what the database says against it; nothing where it takes it."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return str(error)
    return ""


def complaints(check: Callable[[], object]) -> list[str]:
    """Return the sentences that an editor reads."""
    try:
        check()
    except ValidationError as error:
        return error.messages
    return []


def test_every_constraint_of_every_table_is_tried():
    tables = [model for model in apps.get_app_config("campaigns").get_models() if not model._meta.proxy]
    names = {constraint.name for model in tables for constraint in model._meta.constraints}
    assert {*WRONG, *TWICE} == names


def test_the_database_refuses_a_wrong_row_from_update_and_save(record):
    taken = []
    for name, (noun, wrong, _) in WRONG.items():
        row = getattr(record, noun)
        wrong, before = filled(row, wrong), stored(row)
        said = refusal(lambda: type(row)._base_manager.filter(pk=row.pk).update(**wrong))  # noqa: B023
        again = refusal(lambda: change(row, wrong).save())  # noqa: B023
        taken += [] if name in said and name in again and stored(row) == before else [(name, said, again)]
    assert taken == []


#: Rules that hold only of what is published. Of other rules drafts are tried, which need no source first.
PUBLISHED = ("statement_says_something", "source_findable", "actor_merged_not_published")


def test_the_database_refuses_a_wrong_row_from_bulk_create(record):
    taken = []
    for name, (noun, wrong, _) in WRONG.items():
        row = getattr(record, noun)
        wrong, manager = filled(row, wrong), type(row)._base_manager
        if wrong.get("parent_id", wrong.get("predecessor_id")) == row.pk:  # of itself: a new row has no key yet
            write = lambda: manager.bulk_update([change(row, wrong)], list(wrong))  # noqa: B023, E731
        else:
            apart = {"slug": "another"} if hasattr(row, "slug") else {}
            if hasattr(row, "state") and name not in PUBLISHED:
                apart["state"] = State.DRAFT
            made = copy(row, apart | wrong)
            write = lambda: manager.bulk_create([made])  # noqa: B023, E731
        taken += [] if refusal(write) else [name]
    assert taken == []


def test_an_editor_reads_what_is_wrong(record):
    found, rough = {}, {}
    for name, (noun, wrong, _) in WRONG.items():
        row = getattr(record, noun)
        changed = change(row, filled(row, wrong))
        constraint = next(item for item in row._meta.concrete_model._meta.constraints if item.name == name)
        found[name] = complaints(lambda: constraint.validate(type(row)._meta.concrete_model, changed))  # noqa: B023
        said = complaints(changed.full_clean) or ["nothing"]
        rough[name] = [text for text in said if text == "nothing" or "onstraint" in text]
    assert found == {name: [sentence] for name, (_, _, sentence) in WRONG.items()}
    assert {name: texts for name, texts in rough.items() if texts} == {}


def test_the_database_refuses_a_second_row_of_the_same(record):
    taken = []
    for name, (noun, _, others) in TWICE.items():
        row, others = getattr(record, noun), dict(others)
        if hasattr(row, "citations") and hasattr(row, "gaps"):
            others["state"] = State.DRAFT  # or the rule that it needs a source would refuse it first
        manager, rows = type(row)._base_manager, type(row)._base_manager.count()
        said = refusal(copy(row, others).save)
        again = refusal(lambda: manager.bulk_create([copy(row, others)]))  # noqa: B023
        named = connection.vendor != "postgresql" or name in again  # SQLite names the columns instead
        taken += [] if said and again and named and manager.count() == rows else [(name, said, again)]
    assert taken == []


def test_an_editor_reads_that_it_is_there_already(record):
    found = {
        name: complaints(copy(getattr(record, noun), others).full_clean) for name, (noun, _, others) in TWICE.items()
    }
    assert found == {name: [sentence] for name, (_, sentence, _) in TWICE.items()}


def test_a_valid_record_of_every_noun_has_nothing_to_say(record):
    for row in vars(record).values():
        row.full_clean()


def test_a_slug_is_free_in_another_campaign(record):
    other = make.make_campaign()
    assert make.make_person(campaign=other, slug="person").slug == record.person.slug


def test_two_sources_may_disagree_and_one_source_on_two_points(record):
    make.cite(record.event, record.source, about="How long", says="An hour")
    make.cite(record.event, make.make_source(), about="How many", says="Twenty")
    assert record.event.citations.count() == 4


def test_a_person_an_organization_and_a_post_share_one_space_of_slugs(record):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_organization(slug="person")


def test_nothing_that_something_else_rests_on_can_be_deleted(record):
    for noun in ("campaign", "person", "body", "post", "source", "demand", "letter", "statement", "event"):
        row = getattr(record, noun)
        with pytest.raises(models.ProtectedError):
            row.delete()
        assert (noun, type(row)._base_manager.filter(pk=row.pk).exists()) == (noun, True)


@pytest.mark.parametrize(
    ("end", "allowed"),
    [("2021-04", True), ("2021", True), ("2021-04-21", False), ("2021-03", False), ("2020", False), ("2022", True)],
)
def test_an_end_is_compared_at_its_own_precision(db, end, allowed):
    event = make.make_event(when="2021-04-22")
    event.end = make.when(end)
    if allowed:
        event.save()
    else:
        assert "event_ends_after_start" in refusal(event.save)


@pytest.mark.parametrize("slug", ["admin", "api", "embed", "static", "search", "oembed", "healthz"])
def test_a_campaign_cannot_take_an_address_of_the_site(slug):
    with pytest.raises(ValidationError) as error:
        Campaign(slug=slug, name="x").full_clean()
    assert error.value.messages == [
        f"“{slug}” is an address of the site itself: choose another slug, such as “{slug}-campaign”."
    ]


@pytest.mark.parametrize("slug", ["UPPER", "two--hyphens", "-x", "x-", "ä", "a b", "a/b", "a.b", "x\n", ""])
def test_a_slug_is_made_of_small_letters_digits_and_single_hyphens(slug):
    with pytest.raises(ValidationError) as error:
        Person(campaign=make.make_campaign(), slug=slug, name="x").full_clean()
    assert list(error.value.message_dict) == ["slug"]


@pytest.mark.parametrize("text", ["a\u202eb", "a\u200bb", "a\nb", "a\x00b", "a\ud800b"])
def test_a_name_has_no_character_that_hides_or_reorders_others(text):
    with pytest.raises(ValidationError) as error:
        Person(campaign=make.make_campaign(), slug="x", name=text).full_clean()
    assert list(error.value.message_dict) == ["name"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "//example.org", "http://user:pass@example.org/",
        "https://example.org\\@evil.example", "https://exa\u202emple.org", "https://example.org:99999/", "https://[::1",
        "https:///path", "https://localhost", "https://example.org/a b", "HTTP://", "https://.example.org",
    ],
)  # fmt: skip
def test_an_address_that_could_mislead_is_refused(url):
    with pytest.raises(ValidationError) as error:
        make.make_source().__class__(campaign=make.make_campaign(), slug="x", title="x", url=url).full_clean()
    assert "url" in error.value.message_dict


@pytest.mark.parametrize("status", Status)
def test_every_status_can_be_stored(status):
    assert make.make_outcome(make.make_demand(), status=status).status == status
