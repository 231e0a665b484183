"""The timeline's filters narrow one public stream, count what each choice leaves, and refuse what they do not know."""

import datetime as dt
from dataclasses import fields
from random import Random
from typing import Any

import pytest
from django.http import QueryDict

from campaigns.models import Campaign, Effect, Relation, Stance, State, Statement
from campaigns.timeline.filters import TimelineFilter
from campaigns.timeline.stream import Kind, Stream
from tests.factories import (
    affect,
    answer,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_official,
    make_organization,
    make_outcome,
    make_person,
    make_post,
    make_statement,
    raise_demand,
)

pytestmark = pytest.mark.django_db

AT = dt.date(2021, 6, 1)


def filtered(campaign: Campaign, query: str = "", at: dt.date = AT) -> TimelineFilter:
    return TimelineFilter(QueryDict(query), campaign, at)


def left(campaign: Campaign, query: str) -> list[str]:
    """The anchors of the entries that a valid query leaves, oldest first."""
    form = filtered(campaign, query)
    assert form.errors == {}
    return [entry.anchor for entry in form.narrow(Stream.of(campaign)).oldest(10_000).entries]


def number_left(campaign: Campaign, query: str, *years: str) -> int:
    """How many entries a valid query leaves; of those with a first or last day in these years, where any are given."""
    form = filtered(campaign, query)
    assert form.errors == {}
    stream = form.narrow(Stream.of(campaign))
    rows = [getattr(stream, table.name) for table in fields(stream)]  # each row of the stream's tables is one
    if not years:
        return sum(found.count() for found in rows)
    days = [(row.date, getattr(row, "end_date", None)) for found in rows for row in found]
    return len([1 for ends in days if any(day and str(day.year) in years for day in ends)])


def random_campaign(seed: int) -> Campaign:
    """A campaign in which everything is tied to everything: letters, replies, ranges, drafts, several languages."""
    random = Random(seed)  # noqa: S311
    campaign = make_campaign(languages=["es"])
    people = [make_official(campaign=campaign) for _ in range(3)] + [make_person(campaign=campaign)]
    posts = [make_post(campaign=campaign) for _ in range(2)]
    groups = [make_organization(campaign=campaign) for _ in range(3)]
    actors = [*people, *posts, *groups]
    silent = make_person(campaign=campaign)  # two of the demands stay open
    demands = [make_demand([random.choice(actors), *[silent][:n]], campaign=campaign) for n in range(3)]
    hidden = make_demand(campaign=campaign, state=State.DRAFT)
    statements: list[Statement] = []
    for _ in range(30):
        state = random.choice([State.PUBLISHED] * 5 + [State.DRAFT, State.IN_REVIEW])
        ends = random.choice([None, None, "2022-02", "2023"])
        statement = make_statement(
            campaign=campaign,
            state=state,
            speaker=random.choice(actors),
            on_behalf_of=random.choice([None, *actors]),
            when=random.choice(["2020", "2020-06", "2020-06-03", "2021-04", "2021-04-22", "2021-12-31"]),
            end=ends,
            quote=random.choice(["", "words"]),
            language=random.choice(["", "en", "es"]),
            co_speakers=random.sample(actors, random.choice([0, 0, 1, 2])),
            replies_to=random.choice([None, None, *statements]),
        )
        for demand in random.sample([*demands, hidden], random.choice([0, 0, 1, 2])):
            raise_demand(demand, statement)
        for demand in random.sample([*demands, hidden], random.choice([0, 0, 1, 2])):
            answer(demand, random.choice(list(Stance)), statement=statement)
        if statements and random.random() < 0.3:
            answer(letter=random.choice(statements), stance=random.choice(list(Stance)), statement=statement)
        statements.append(statement)
    for demand in [*demands, hidden]:
        raise_demand(demand, when=random.choice(["2020", "2021-01"]))
        make_outcome(demand, assessor=random.choice([None, *actors]), status="under_way")
        event = make_event(campaign=campaign, end=random.choice([None, "2022"]))
        affect(event, demand, Effect.Kind.ENDS)
    make_event(campaign=campaign, state=State.DRAFT)
    return campaign


QUERIES = [
    "",
    "stance=rejects&stance=acts",
    "kind=response&kind=event",
    "year=2021",
    "start=2020-06&end=2021-04",
    "unanswered=on",
]


FACETS = ("demand", "official", "post", "organization", "language", "stance", "kind", "year")


def test_the_number_beside_a_choice_is_the_number_of_entries_that_it_leaves():
    compared = set()
    for half, campaign in enumerate(map(random_campaign, (0, 1))):
        for query in QUERIES[half::2]:
            form = filtered(campaign, query)
            assert form.errors == {}
            facets = form.facets(Stream.of(campaign)).counts
            choices: dict[str, list[Any]] = {name: list(form.one_of(name).records) for name in FACETS[:5]}
            choices |= {"stance": list(Stance), "kind": list(Kind), "year": [2019, 2020, 2021, 2022, 2023]}
            for name, values in choices.items():
                params = QueryDict(query, mutable=True)
                for value in map(str, values):
                    params.setlist(name, [value])
                    # A range is counted in the years of its ends; the years between leave it, too.
                    left = number_left(campaign, params.urlencode(), *([value] if name == "year" else ()))
                    counted = facets.get(name, {}).get(value, 0)
                    assert (query, name, value, counted) == (query, name, value, left)
                    compared |= {(query, name)} if left else set()
    # A number that is 0 every time tells nothing.
    assert compared == {(query, name) for query in QUERIES for name in FACETS}


def test_the_facets_cost_one_query_however_many_choices(django_assert_num_queries):
    small, large = random_campaign(1), make_campaign()
    for _ in range(30):
        raise_demand(make_demand(campaign=large), make_statement(campaign=large))
    for campaign in (small, large):
        form = filtered(campaign)
        assert form.errors == {}
        with django_assert_num_queries(1):
            form.facets(Stream.of(campaign))


def test_an_unknown_value_is_refused_by_naming_the_valid_ones():
    campaign = make_campaign()
    make_demand(campaign=campaign, slug="open-the-books")
    make_demand(campaign=campaign, slug="secret-draft", state=State.DRAFT)
    form = filtered(campaign, "demand=close-the-books&stance=shouts&official=nobody&start=2021-02-31&year=99999")
    assert form.errors == {
        "demand": ["“close-the-books” is not known here. Choose from: open-the-books."],
        "official": ["“nobody” is not known here: there is nothing to choose from."],
        "stance": [
            f"“shouts” is not known here. Choose from: {', '.join(Stance.values[:-1])} or no_position.",
        ],
        "start": ["“2021-02-31” is not in the calendar."],
        "year": ["Ensure this value is less than or equal to 9999."],
    }


def test_a_draft_cannot_be_chosen_and_is_refused_like_what_never_was():
    campaign = make_campaign()
    make_demand(campaign=campaign, slug="secret", state=State.DRAFT)
    assert filtered(campaign, "demand=secret").errors["demand"] == [
        "“secret” is not known here: there is nothing to choose from."
    ]


def test_a_range_that_ends_before_it_starts_is_refused():
    form = filtered(make_campaign(), "start=2021-05&end=2021-04-30")
    assert form.errors == {"end": ["The range ends before it starts: April 30, 2021 is before May 2021."]}


def test_a_partial_date_is_kept_where_it_can_lie_in_the_range():
    campaign = make_campaign()
    for text in ("2021", "2021-04", "2021-04-22", "2020-12-31"):
        make_statement(campaign=campaign, when=text, slug=f"on-{text}")
    assert left(campaign, "start=2021-04-22&end=2021-04-22") == [
        "statement-on-2021",
        "statement-on-2021-04",
        "statement-on-2021-04-22",
    ]
    assert left(campaign, "start=2021-05") == ["statement-on-2021"]
    assert left(campaign, "end=2020") == ["statement-on-2020-12-31"]


def test_a_range_of_dates_is_kept_where_it_overlaps():
    campaign = make_campaign()
    make_event(campaign=campaign, slug="occupation", when="2020-10-02", end="2021-02")
    assert left(campaign, "year=2021") == ["event-occupation"]
    assert left(campaign, "year=2022") == []


def test_a_stance_with_a_demand_is_the_stance_on_that_demand():
    campaign = make_campaign()
    one, other = make_demand(campaign=campaign, slug="one"), make_demand(campaign=campaign, slug="other")
    statement = make_statement(campaign=campaign, slug="both")
    answer(one, Stance.REJECTS, statement=statement)
    answer(other, Stance.ACCEPTS, statement=statement)
    assert left(campaign, "demand=one&stance=accepts") == []
    assert left(campaign, "demand=other&stance=accepts") == ["statement-both"]


def test_unanswered_keeps_the_demands_that_still_wait():
    campaign = make_campaign()
    mayor = make_person(campaign=campaign)
    waiting, done = make_demand([mayor], campaign=campaign), make_demand([mayor], campaign=campaign)
    raise_demand(waiting, make_statement(campaign=campaign, slug="letter-waiting", when="2021-01-01"))
    raise_demand(done, make_statement(campaign=campaign, slug="letter-done", when="2021-01-01"))
    answer(done, Stance.REJECTS, speaker=mayor, slug="no", when="2021-02-01")
    assert left(campaign, "unanswered=on") == ["statement-letter-waiting"]


def test_an_official_is_found_by_what_was_said_on_their_behalf():
    campaign = make_campaign()
    mayor = make_official(campaign=campaign, slug="mayor")
    spokesman = make_person(campaign=campaign, slug="spokesman")
    make_statement(campaign=campaign, slug="for-the-mayor", speaker=spokesman, on_behalf_of=mayor)
    make_statement(campaign=campaign, slug="to-the-mayor", speaker=spokesman, addressees=[mayor])
    assert left(campaign, "official=mayor") == ["statement-for-the-mayor"]
    assert filtered(campaign, "official=spokesman").errors["official"] == [
        "“spokesman” is not known here. Choose from: mayor."
    ]


def test_a_letters_own_side_does_not_answer_it():
    campaign = make_campaign()
    demand = make_demand(campaign=campaign, slug="demand")
    group = make_organization(campaign=campaign)
    letter = make_statement(campaign=campaign, slug="letter", speaker=group)
    raise_demand(demand, letter)
    member = make_statement(campaign=campaign, slug="clarification", speaker=group, when="2021-05-01")
    Relation.objects.create(statement=member, to=letter)
    assert left(campaign, "demand=demand") == ["statement-letter"]


def test_the_filters_of_a_post_take_what_was_said_in_its_name():
    campaign = make_campaign()
    post = make_post(campaign=campaign, slug="chief")
    make_membership(make_person(campaign=campaign), post=post)
    make_statement(campaign=campaign, slug="by-the-chief", speaker=post)
    assert left(campaign, "post=chief") == ["statement-by-the-chief"]
