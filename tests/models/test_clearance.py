"""What looks like a private detail is published only when a second person has said that it may be public."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Clearance, Detail, State, Unpublishable, history_of
from tests import factories as make
from tests.models.test_publishing import problems, state
from tests.text.test_private_details import TELLING

pytestmark = pytest.mark.django_db

DRAFT, PUBLISHED = State.DRAFT, State.PUBLISHED
PHONE = Detail("phone", "816-555-0142")


@pytest.fixture
def ann():
    return make.make_user(username="ann")


@pytest.fixture
def ben():
    return make.make_user(username="ben")


def draft(**fields):
    return make.make_statement(**{"state": DRAFT, "slug": "said", "summary": "Call 816-555-0142."} | fields)


def found(*records):
    return [(one.where, *one.detail) for one in Clearance.objects.open_in(records)]


def test_a_record_with_a_private_detail_is_not_published_and_says_which_and_where(ann):
    statement = draft(edited_by=ann)
    assert problems(statement.publish) == [
        (
            f"Statement “{statement}” seems to tell a telephone number (Summary): “816-555-0142”. Take it out, or a"
            " second person says that it may be public."
        )
    ]
    assert state(statement) == DRAFT


def test_when_a_second_person_has_said_so_with_a_reason_it_is_published(ann, ben):
    statement = draft(edited_by=ann)
    Clearance.objects.allow(statement, ben, [PHONE], " It is the press office's. ")
    statement.publish(by=ann)
    assert state(statement) == PUBLISHED
    row = Clearance.objects.get()
    assert (row.arc, row.detail, row.asked_by, row.allowed_by, row.reason) == (
        ("statement", statement.pk), PHONE, ann, ben, "It is the press office's.",
    )  # fmt: skip
    assert [version.words for version in history_of(Clearance)] == ["816-555-0142"]


def test_whoever_changed_the_record_last_is_no_second_person(ann):
    statement = draft(edited_by=ann)
    assert problems(Clearance.objects.allow, statement, ann, [PHONE], "Mine.") == [
        "You wrote it yourself: somebody else says whether it may be public."
    ]
    assert problems(statement.publish) != []


@pytest.mark.parametrize("reason", ["", " \n"])
def test_without_a_reason_nothing_may_be_public(ann, ben, reason):
    statement = draft(edited_by=ann)
    assert problems(Clearance.objects.allow, statement, ben, [PHONE], reason) == ["Write why it may be public."]
    assert not Clearance.objects.exists()


def test_other_words_and_other_records_ask_anew(ann, ben):
    statement, other = draft(edited_by=ann), draft(slug="other", edited_by=ann)
    Clearance.objects.allow(statement, ben, [PHONE], "Press office.")
    statement.quote = "Or 816-555-0177."
    statement.save()
    assert found(statement, other) == [
        ("Quotation", "phone", "816-555-0177"),
        ("Summary", "phone", "816-555-0142"),
    ]


def test_it_is_asked_of_a_draft_that_is_published_along(ann, ben):
    speaker = make.make_person(state=DRAFT, name="Ada", note="lives at 12 Oak Street", edited_by=ann)
    statement = draft(speaker=speaker, summary="No.", edited_by=ann)
    assert problems(statement.publish, along=True) == [
        (
            "Person “Ada” seems to tell where somebody lives (Note): “12 Oak Street”. Take it out, or a second person"
            " says that it may be public."
        )
    ]
    Clearance.objects.allow(speaker, ben, [Detail("home", "12 Oak Street")], "A museum now.")
    statement.publish(along=True)
    assert (state(statement), state(speaker)) == (PUBLISHED, PUBLISHED)


PHONE_TEXT = "Call 816-555-0142."


@pytest.mark.parametrize(
    ("make_record", "where"),
    [
        (lambda: make.make_statement(state=DRAFT, quote=PHONE_TEXT), "Quotation"),
        (lambda: make.make_statement(state=DRAFT, signatories=[PHONE_TEXT]), "Participant: or described as"),
        (lambda: make.answer(make.make_demand(), note=PHONE_TEXT).statement, "Response: note"),
        (lambda: make.raise_demand(make.make_demand(), make.make_statement(), text=PHONE_TEXT).statement,
         "Issuance: wording on that occasion"),
        (lambda: make.raise_demand(make.make_demand(), text=PHONE_TEXT).demand, "Issuance: wording on that occasion"),
        (lambda: make.cite(make.make_statement(), quote=PHONE_TEXT).statement, "Citation: the source's words"),
        (lambda: make.cite(make.make_event(), about="How", says=PHONE_TEXT).event, "Citation: what this source says"),
        (lambda: make.make_demand(title=PHONE_TEXT), "Title"),
        (lambda: make.check(make.make_demand(), make.make_person(), note=PHONE_TEXT).demand, "Check: note"),
        (lambda: make.affect(make.make_event(), make.make_demand(), note=PHONE_TEXT).event, "Effect: note"),
        (lambda: make.make_outcome(make.make_demand(), reason=PHONE_TEXT), "Reason"),
        (lambda: make.make_source(title=PHONE_TEXT), "Title"),
        (lambda: make.make_person(aliases=["Ann", PHONE_TEXT]), "Other names"),
        (lambda: make.make_membership(make.make_person(), make.make_organization(), note=PHONE_TEXT).member,
         "Membership: note"),
        (lambda: make.make_campaign(methodology=PHONE_TEXT), "Methodology"),
        (lambda: make.correct(make.make_demand(), sentence=PHONE_TEXT).demand, "Correction: what was corrected"),
    ],
)  # fmt: skip
def test_every_text_that_readers_see_is_looked_at(make_record, where):
    record = type(row := make_record())._base_manager.get(pk=row.pk)
    assert found(record) == [(where, *PHONE)]


def test_addresses_of_pages_slugs_and_what_no_reader_sees_are_not_looked_at():
    source = make.make_source(url="https://example.org/816-555-0142", slug="call-816-555-0142")
    assert found(source) == []


def test_of_private_details_of_every_kind_none_is_published_without_a_word_of_a_second_person(ann, ben):
    """Every eighth of two hundred texts, which are all found in test_private_details."""
    campaign = make.make_campaign()
    speaker, source = make.make_person(campaign=campaign), make.make_source(campaign=campaign)
    sample = TELLING[::8]
    for number, (_kind, text) in enumerate(sample):
        statement = make.make_statement(
            [source], campaign=campaign, speaker=speaker, slug=f"s{number}", summary=text, state=DRAFT, edited_by=ann
        )
        told = [one.detail for one in Clearance.objects.open_in([statement])]
        try:
            statement.publish(by=ben)
        except Unpublishable:
            assert state(statement) == DRAFT
            Clearance.objects.allow(statement, ben, told, "It was printed already.")
            statement.publish(by=ben)
        allowed = {row.detail for row in Clearance.objects.of(statement) if row.allowed_by == ben and row.reason}
        assert (state(statement), allowed) == (PUBLISHED, set(told))
    assert len({row.arc for row in Clearance.objects.all()}) >= len(sample) - 1
    assert {kind for kind, _ in sample} == {kind for kind, _ in TELLING}


def test_what_somebody_wants_to_write_into_a_published_record_is_asked_once(ann, ben):
    statement = make.make_statement(edited_by=ben)
    for _again in range(2):
        Clearance.objects.ask(statement, ann, [PHONE])
    assert Clearance.objects.get().allowed_at is None
    assert problems(Clearance.objects.allow, statement, ann, [PHONE], "Mine.") != []
    Clearance.objects.allow(statement, ben, [PHONE], "Press office.")  # who changed it last did not write this
    assert Clearance.objects.get().allowed_by == ben
    statement.summary = "Call 816-555-0142."
    statement.save()
    assert statement.missing() == []


@pytest.mark.parametrize("many", [1, 12])
def test_looking_at_many_records_is_one_query_and_another_where_something_is_found(many):
    campaign = make.make_campaign()
    quiet = [make.make_statement(campaign=campaign) for _ in range(many)]
    telling = [make.make_demand(campaign=campaign, title=PHONE_TEXT) for _ in range(many)]
    for records, queries in ((quiet, 1), ([*quiet, *telling], 2)):
        for whole in (None, campaign):
            with CaptureQueriesContext(connection) as captured:
                assert len(Clearance.objects.open_in(records, whole)) == len(records) - many
            assert len(captured) == queries


def test_the_database_takes_no_word_of_the_first_person_and_none_without_a_reason(ann):
    statement = draft(edited_by=ann)
    given = {"campaign": statement.campaign, "statement": statement, "kind": "phone", "words": "816-555-0142"}
    for fields in (
        {"asked_by": ann, "allowed_by": ann, "allowed_at": timezone.now(), "reason": "x"},
        {"asked_by": ann, "allowed_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Clearance.objects.create(**given, **fields)


def test_a_reason_for_withdrawing_that_tells_it_again_is_refused():
    statement = make.make_statement()
    assert problems(statement.withdraw, "It named 816-555-0142.") == [
        "Readers will see this, and it seems to tell a telephone number: “816-555-0142”. Write it without."
    ]
    assert state(statement) == PUBLISHED
