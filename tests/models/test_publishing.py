"""Draft → in review → published → withdrawn: what is missing is said, nothing is published without what it names."""

import inspect

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from campaigns.models import Actor, Demand, Event, Outcome, Publishable, Source, State, Statement, Unpublishable
from tests.factories import (
    affect,
    answer,
    cite,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_source,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

DRAFT, REVIEW, PUBLISHED, WITHDRAWN = State.DRAFT, State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN


def problems(call, *args, **options) -> list[str]:
    with pytest.raises(Unpublishable) as error:
        call(*args, **options)
    return error.value.problems


def state(record):
    return type(record)._base_manager.values_list("state", flat=True).get(pk=record.pk)


def test_a_statement_with_a_source_and_words_is_published():
    statement = make_statement(state=DRAFT)
    statement.publish()
    assert state(statement) == PUBLISHED


def test_everything_that_a_statement_lacks_is_said_at_once():
    statement = make_statement([], state=DRAFT, slug="said", summary="", speaker=make_person(state=DRAFT, name="Ann"))
    assert problems(statement.publish) == [
        "Person “Ann” is draft.",
        "The statement “said” needs a source.",
        "The statement “said” needs a summary or a quotation.",
    ]
    assert state(statement) == DRAFT


def test_a_source_of_a_disputed_point_is_not_the_source_of_the_record():
    event = make_event([], state=DRAFT, slug="march")
    cite(event, about="How many came", says="Hundreds")
    assert problems(event.publish) == ["The event “march” needs a source."]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: make_statement([], state=DRAFT, slug="x"), "The statement “x” needs a source."),
        (lambda: make_event([], state=DRAFT, slug="x"), "The event “x” needs a source."),
        (
            lambda: make_outcome(make_demand(title="Go"), [], state=DRAFT, when="2021-05"),
            "The outcome “Go: done, May 2021” needs a source.",
        ),
        (lambda: make_source(state=DRAFT, slug="x", url="", title=""), "The source “x” needs an address or a title."),
        (
            lambda: make_demand(state=DRAFT, slug="x"),
            "The demand needs an occasion on which it was raised, or a source.",
        ),
    ],
    ids=["statement", "event", "outcome", "source", "demand"],
)
def test_each_noun_says_what_it_lacks(make, says):
    assert problems(make().publish) == [says]


@pytest.mark.parametrize("state_of_named", [DRAFT, REVIEW])
def test_with_along_the_drafts_that_it_names_are_published_too(state_of_named):
    parent = make_organization(state=state_of_named)
    group = make_organization(state=state_of_named, parent=parent)
    post = make_post(state=state_of_named, organization=group)
    source = make_source(state=state_of_named)
    demand = make_demand([post], state=state_of_named, parent=make_demand(state=state_of_named))
    raise_demand(demand.parent)
    outcome = make_outcome(demand, [source], state=DRAFT, assessor=group)
    outcome.publish(along=True)
    assert {state(record) for record in (parent, group, post, source, demand, demand.parent, outcome)} == {PUBLISHED}


def test_the_named_are_published_before_the_naming():
    speaker, source = make_person(state=DRAFT), make_source(state=DRAFT)
    statement = make_statement([source], speaker=speaker, state=DRAFT)
    assert [record.pk for record in statement.unpublished()] == [speaker.pk, source.pk, statement.pk]


def test_with_along_nothing_is_published_when_one_of_them_lacks_something():
    source = make_source(state=DRAFT, slug="s", url="", title="")
    statement = make_statement([source], speaker=make_person(state=DRAFT), state=DRAFT)
    assert problems(statement.publish, along=True) == ["The source “s” needs an address or a title."]
    assert (state(statement), state(source), state(statement.speaker)) == (DRAFT, DRAFT, DRAFT)


def test_a_withdrawn_record_is_never_published_along():
    gone = make_person(state=WITHDRAWN, withdrawal_reason="Not him.", name="Bob")
    statement = make_statement(speaker=gone, state=DRAFT)
    assert problems(statement.publish, along=True) == ["Person “Bob” is withdrawn."]


def test_everybody_who_takes_part_must_be_published():
    draft = {"state": DRAFT}
    names = ["speaker", "principal", "co-speaker", "addressee", "signatory"]
    people = [make_person(name=name, **draft) for name in names]
    statement = make_statement(
        speaker=people[0], on_behalf_of=people[1], co_speakers=[people[2]], addressees=[people[3]],
        signatories=[people[4], "Forty pastors"], state=DRAFT,
    )  # fmt: skip
    assert sorted(problems(statement.publish)) == sorted(f"Person “{name}” is draft." for name in names)


def test_everything_that_a_demand_names_must_be_published():
    draft = {"state": DRAFT}
    demand = make_demand(
        [make_person(name="asked", **draft)], [make_person(name="decides", **draft)],
        parent=make_demand(title="whole", **draft), predecessor=make_demand(title="older", **draft), **draft,
    )  # fmt: skip
    cite(demand, make_source(publisher="P", title="T", **draft))
    assert sorted(problems(demand.publish)) == [
        "Demand “older” is draft.",
        "Demand “whole” is draft.",
        "Person “asked” is draft.",
        "Person “decides” is draft.",
        "Source “P: T” is draft.",
    ]


def test_a_demand_needs_an_occasion_that_readers_see_or_a_source_or_a_whole_that_has_one():
    lacks = "The demand needs an occasion on which it was raised, or a source."
    letter = make_statement(state=DRAFT)
    bare, cited, dated, part = (make_demand(state=DRAFT, slug=slug) for slug in ("bare", "cited", "dated", "part"))
    assert problems(bare.publish, along=True) == [lacks]
    raise_demand(bare, letter)
    assert problems(bare.publish) == [lacks]
    cite(cited)
    raise_demand(dated)
    for demand in (cited, dated):
        demand.publish()
    part.parent = cited
    part.publish()
    assert [one.pk for one in bare.publish(along=True)] == [letter.pk, bare.pk]
    assert {state(one) for one in (bare, cited, dated, part, letter)} == {PUBLISHED}


def test_an_answer_waits_for_what_it_answers_and_is_published_with_it():
    letter, dig = make_statement(state=DRAFT), make_demand(state=DRAFT, title="Dig")
    raise_demand(dig, letter)
    said, other = make_statement(state=DRAFT), make_demand(title="Drill")
    for given in ({"demand": dig}, {"demand": other}, {"letter": letter}):
        answer(given.get("demand"), letter=given.get("letter"), statement=said)
    assert sorted(problems(said.publish)) == ["Demand “Dig” is draft.", f"Statement “{letter}” is draft."]
    assert set(said.publish(along=True)) == {dig, letter, said}
    assert (state(dig), state(letter), said.unseen()) == (PUBLISHED, PUBLISHED, [])


def test_an_answer_to_a_demand_that_was_withdrawn_is_published_and_it_is_said_that_it_is_not_seen():
    said, gone = make_statement(state=DRAFT), make_demand(state=WITHDRAWN, withdrawal_reason="No.", title="Dig")
    answer(gone, statement=said)
    said.publish(along=True)
    assert (state(said), state(gone)) == (PUBLISHED, WITHDRAWN)
    assert said.unseen() == ["Readers do not see that it answers the demand “Dig”, which is withdrawn."]


@pytest.mark.parametrize("noun", ["statement", "event"])
def test_what_it_brings_is_published_along_and_keeps_it_from_nothing(noun):
    drafts = [make_demand(state=DRAFT, title=title) for title in ("Dig", "Drill")]
    records = [make_statement(state=DRAFT) if noun == "statement" else make_event(state=DRAFT) for _ in range(2)]
    for record, demand in zip(records, drafts, strict=True):
        raise_demand(demand) if noun == "event" else raise_demand(demand, record)
        if noun == "event":
            affect(record, demand)
    alone, along = records
    alone.publish()
    does = "raises" if noun == "statement" else "affects"
    assert alone.unseen() == [f"Readers do not see that it {does} the demand “Dig”, which is draft."]
    assert set(along.publish(along=True)) == {along, drafts[1]}
    assert (state(drafts[0]), state(drafts[1]), along.unseen()) == (DRAFT, PUBLISHED, [])


@pytest.mark.parametrize("along", [False, True])
def test_what_is_published_already_keeps_its_version_and_its_time(along):
    statement = make_statement()
    was = Statement.objects.values("version", "updated_at").get()
    assert statement.publish(along=along) == []
    assert Statement.objects.values("version", "updated_at").get() == was


def test_records_that_name_each_other_in_a_circle_are_published_together():
    one, other = make_demand(state=DRAFT), make_demand(state=DRAFT)
    one.parent, other.predecessor = other, one
    one.save()
    other.save()
    for demand in (one, other):
        raise_demand(demand)
    one.publish(along=True)
    assert (state(one), state(other)) == (PUBLISHED, PUBLISHED)


def test_a_published_record_is_withdrawn_with_a_reason_and_published_again_without_it():
    demand = make_demand()
    raise_demand(demand)
    demand.withdraw("  It was never made. ")
    assert Demand.objects.withdrawn().get().withdrawal_reason == "It was never made."
    demand.publish()
    assert (state(demand), Demand.objects.get().withdrawal_reason) == (PUBLISHED, "")


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_withdrawal_without_a_reason_is_refused(reason):
    demand = make_demand()
    assert problems(demand.withdraw, reason) == ["Write the reason: readers see it in place of the record."]
    assert state(demand) == PUBLISHED


@pytest.mark.parametrize("before", [DRAFT, REVIEW, WITHDRAWN])
def test_only_a_published_record_can_be_withdrawn(before):
    demand = make_demand(state=before, withdrawal_reason="x" if before == WITHDRAWN else "")
    assert problems(demand.withdraw, "Wrong.") == ["Only a published record can be withdrawn."]


def test_nothing_is_withdrawn_on_which_something_published_rests():
    source, person = make_source(), make_person()
    statement = make_statement([source], speaker=person, when="2021-04")
    make_statement([source], speaker=person, state=DRAFT)
    rests = [f"Statement “{statement}” is published and rests on it."]
    assert (problems(source.withdraw, "Gone."), problems(person.withdraw, "Gone.")) == (rests, rests)
    statement.withdraw("A mistake.")
    source.withdraw("Gone.")
    assert state(source) == WITHDRAWN


def test_an_organization_with_published_posts_or_parts_stays():
    body = make_organization(name="City")
    post, part = make_post(organization=body, name="Chief"), make_organization(parent=body, name="Board")
    assert sorted(problems(body.withdraw, "Gone.")) == [
        f"Organization “{part}” is published and rests on it.",
        f"Post “{post}” is published and rests on it.",
    ]


@pytest.mark.parametrize("campaign_state", [DRAFT, REVIEW, WITHDRAWN])
def test_nothing_in_a_campaign_that_is_not_published_is_public(campaign_state):
    campaign = make_campaign(state=campaign_state, withdrawal_reason="x" if campaign_state == WITHDRAWN else "")
    given = {"campaign": campaign}
    person = make_person(**given)
    make_membership(person, make_organization(**given))
    make_statement(speaker=person, **given)
    demand = make_demand([person], **given)
    make_event(**given)
    make_outcome(demand)
    for model in (Actor, Source, Statement, Demand, Event, Outcome):
        assert model.objects.exists()
        assert (model.objects.published().count(), model.objects.withdrawn().count()) == (0, 0)


@pytest.mark.parametrize("link", ["speaker", "on_behalf_of"])
def test_a_statement_by_or_for_somebody_private_is_not_public(link):
    statement = make_statement(**{"speaker": make_person(), link: make_person(state=DRAFT)})
    assert (state(statement), Statement.objects.published().count()) == (PUBLISHED, 0)


@pytest.mark.parametrize(("assessor", "demand"), [(DRAFT, PUBLISHED), (PUBLISHED, DRAFT), (WITHDRAWN, PUBLISHED)])
def test_an_outcome_of_a_private_demand_or_by_a_private_assessor_is_not_public(assessor, demand):
    reason = {"withdrawal_reason": "x"} if assessor == WITHDRAWN else {}
    make_outcome(make_demand(state=demand), assessor=make_person(state=assessor, **reason))
    assert Outcome.objects.published().count() == 0


@pytest.mark.parametrize(
    "make", [make_statement, make_event, lambda sources, **f: make_outcome(make_demand(), sources, **f)]
)
def test_the_database_publishes_nothing_without_a_source(make):
    record = make([], state=DRAFT)
    cite(record, about="How many", says="Ten")
    for write in (
        lambda: type(record)._base_manager.filter(pk=record.pk).update(state=PUBLISHED),
        lambda: make([]),
        lambda: type(record)._base_manager.bulk_create([_copy(record, state=PUBLISHED)]),
    ):
        with pytest.raises(IntegrityError, match="No source, no publication"), transaction.atomic():
            write()
    assert state(record) == DRAFT


def _copy(record, **fields):
    copy = type(record)._base_manager.get(pk=record.pk)
    copy.pk = None
    if hasattr(copy, "slug"):
        copy.slug += "-2"
    else:
        copy.status = "blocked"
    for name, value in fields.items():
        setattr(copy, name, value)
    return copy


def test_a_draft_goes_to_review_and_back():
    source = make_source(state=DRAFT)
    source.send_to_review()
    assert state(source) == REVIEW
    source.return_to_draft()
    assert state(source) == DRAFT


@pytest.mark.parametrize("from_state", [REVIEW, PUBLISHED, WITHDRAWN])
def test_only_a_draft_goes_to_review(from_state):
    source = make_source(state=from_state, withdrawal_reason="x")
    assert problems(source.send_to_review) == ["Only a draft can be sent to review."]
    assert state(source) == from_state


@pytest.mark.parametrize("from_state", [DRAFT, PUBLISHED, WITHDRAWN])
def test_only_what_is_in_review_goes_back_to_draft(from_state):
    source = make_source(state=from_state, withdrawal_reason="x")
    assert problems(source.return_to_draft) == ["Only a record in review can go back to draft."]
    assert state(source) == from_state


def test_a_change_of_state_writes_nothing_else_and_takes_a_version():
    source = make_source(state=DRAFT, title="Before")
    Source.objects.filter(pk=source.pk).update(title="After", version=7)
    source.publish()
    source.withdraw("The paper took it back.")
    source = Source.objects.get()
    assert (source.title, source.version, source.state) == ("After", 9, WITHDRAWN)


def test_with_second_readers_nobody_publishes_what_they_changed_last(django_user_model):
    ann, ben = (django_user_model.objects.create_user(name) for name in ("ann", "ben"))
    source = make_source(campaign=make_campaign(second_reader=True), title="A report", state=DRAFT, edited_by=ann)
    statement = make_statement([source], campaign=source.campaign, state=DRAFT, edited_by=ben)
    changed = "Source “The Example: A report”: you wrote it, or a part of it. A second person publishes it."
    assert problems(source.publish, by=ann) == [changed]
    assert problems(statement.publish, by=ann, along=True) == [changed]
    assert statement.missing(by=ben, along=True) == [
        f"Statement “{statement}”: you wrote it, or a part of it. A second person publishes it."
    ]
    source.publish(by=ben)
    statement.publish(by=ann)
    assert (state(source), state(statement)) == (PUBLISHED, PUBLISHED)


def test_without_second_readers_one_person_does_it_all(django_user_model):
    ann = django_user_model.objects.create_user("ann")
    source = make_source(state=DRAFT, edited_by=ann)
    source.publish(by=ann)
    assert state(source) == PUBLISHED


def test_a_campaign_with_second_readers_is_published_by_a_second_one(django_user_model):
    ann = django_user_model.objects.create_user("ann")
    campaign = make_campaign(state=DRAFT, second_reader=True, name="Ours", edited_by=ann)
    assert problems(campaign.publish, by=ann) == [
        "Campaign “Ours”: you wrote it, or a part of it. A second person publishes it."
    ]


#: Each way to another state, and the state that it starts from; a further argument is another way.
STEPS = [
    ("send_to_review", {}, DRAFT),
    ("return_to_draft", {}, REVIEW),
    ("publish", {}, DRAFT),
    ("publish", {}, WITHDRAWN),
    ("publish", {"along": True}, DRAFT),
    ("withdraw", {"reason": "The paper took it back."}, PUBLISHED),
]
each_step = pytest.mark.parametrize(("name", "told", "before"), STEPS, ids=str)


def record_before(state_before, *, along=False):
    """A statement on which nothing rests; to be published along it names drafts."""
    named = DRAFT if along else PUBLISHED
    campaign = make_campaign()
    statement = make_statement(
        [make_source(campaign=campaign, state=named)],
        speaker=make_person(campaign=campaign, state=named),
        campaign=campaign,
        state=state_before,
        withdrawal_reason="x" if state_before == WITHDRAWN else "",
    )
    return Statement.objects.get(pk=statement.pk)


def everything():
    """All rows of the record: its nouns and links, their versions, the search index."""
    models = apps.get_app_config("campaigns").get_models()
    return {model.__name__: sorted(map(repr, model._base_manager.values_list())) for model in models}


def test_every_way_to_another_state_is_tried():
    nouns = [model for model in apps.get_models() if issubclass(model, Publishable)]
    methods = {(n, m) for noun in nouns for n, m in inspect.getmembers(noun, inspect.isfunction)}
    found = {name for name, method in methods if "_change_state" in inspect.unwrap(method).__code__.co_names}
    assert found == {name for name, _told, _before in STEPS}


@each_step
def test_a_change_of_state_decides_and_writes_in_one_transaction(name, told, before):
    record = record_before(before, along=told.get("along", False))
    depth, outside = len(connection.savepoint_ids), []

    def note(execute, sql, *rest):
        if len(connection.savepoint_ids) == depth:
            outside.append(sql.split()[0])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        getattr(record, name)(**told)
    assert outside == ["SAVEPOINT", "RELEASE"]
    assert state(record) != before


class Broken(Exception):
    pass


@each_step
def test_a_change_of_state_that_breaks_at_any_write_leaves_nothing_half_done(name, told, before):
    record = record_before(before, along=told.get("along", False))
    was, writes = everything(), 0

    def breaking(at):
        def wrapper(execute, sql, *rest):
            nonlocal writes
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                writes += 1
                if writes == at:
                    raise Broken
            return execute(sql, *rest)

        return connection.execute_wrapper(wrapper)

    for at in range(1, 100):
        writes = 0
        try:
            with breaking(at):
                getattr(type(record).objects.get(pk=record.pk), name)(**told)
            break
        except Broken:
            assert (at, everything()) == (at, was)
    assert writes == at - 1 >= 3  # the version, the state, the history, of each record that changes
    assert everything() != was
