"""No page asks the database more often for a dozen rows than for one."""

from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Classification, Effect, Relation, Stance
from tests import factories as make
from tests.addresses import one_of_each


def fill(campaign: Campaign, rows: int) -> dict[str, str]:
    """Give every noun of a campaign so many rows, one of each related to so many others; return the one of each."""
    given: dict[str, Any] = {"campaign": campaign}
    body = make.make_organization(slug="body", classification=Classification.GOVERNMENT, **given)
    group = make.make_organization(slug="group", classification=Classification.COALITION_MEMBER, **given)
    post = make.make_post(slug="post", organization=body, **given)
    chief = make.make_person(slug="chief", **given)
    held = make.make_membership(chief, body, post=post, start="2010")
    source = make.make_source(slug="source", published="2021", **given)
    demand = make.make_demand([chief, post, body], [body], slug="demand", **given)
    event = make.make_event([source], slug="event", **given)
    letter = make.make_statement([source], [chief], [group], speaker=group, slug="letter", when="2020-06", **given)
    raised = make.raise_demand(demand, letter)
    for number in range(rows):
        person = make.make_official(slug=f"person-{number}", **given)
        member = make.make_organization(
            slug=f"member-{number}", classification=Classification.COALITION_MEMBER, **given
        )
        belongs = make.make_membership(member, group)
        holds = make.make_membership(person, body, post=post, start="2015")
        make.make_membership(group, member)
        make.make_membership(chief, member, start="2011")
        make.make_post(slug=f"post-{number}", organization=group, **given)
        make.make_organization(slug=f"part-{number}", classification=Classification.GOVERNMENT, parent=group, **given)
        other = make.make_demand(
            [chief, person, post, group], [body], slug=f"demand-{number}", parent=demand, predecessor=demand, **given
        )
        further = make.make_source(slug=f"source-{number}", **given)
        said = make.make_statement(
            [source, further], [person], [member, "Some more"], [person], speaker=chief, on_behalf_of=body,
            slug=f"said-{number}", quote="No.", replies_to=letter, **given,
        )  # fmt: skip
        make.answer(demand, Stance.REJECTS, statement=said)
        make.answer(other, Stance.PROMISES, statement=said)
        again = make.make_statement(
            [source], [post, group], slug=f"again-{number}", speaker=group, when=f"2019-0{number % 9 + 1}", **given
        )
        worded = make.raise_demand(demand, again, text="As before.")
        make.raise_demand(other, letter)
        make.raise_demand(other, when="2020")
        Relation.objects.create(statement=letter, to=again, kind=Relation.Kind.REPEATS)
        Relation.objects.create(statement=said, to=letter, kind=Relation.Kind.CONTRADICTS)
        happened = make.make_event([source], slug=f"event-{number}", **given)
        make.affect(happened, demand, Effect.Kind.SETS_BACK)
        make.affect(event, other)
        make.make_outcome(demand, [source], when=f"20{10 + number}", assessor=group)
        make.check(other, chief)
        for record in (chief, demand, letter, event, person, group, post):
            make.cite(record, further)
            make.correct(record)
        for row, document in (
            (held, further),
            (raised, further),
            (belongs, further),
            (holds, source),
            (worded, source),
        ):
            make.cite(row, document)
        make.cite(other, source)
        make.cite(event, further, about="How many", says=f"{number}")
    return {
        "demand": "demand", "event": "event", "official": "chief", "organization": "group", "person": "chief",
        "post": "post", "source": "source", "statement": "letter",
    }  # fmt: skip


def queries(rows: int) -> dict[str, int]:
    """Return how many queries each page of a campaign with so many rows asks."""
    with transaction.atomic():
        campaign = make.make_campaign(slug=f"rows-{rows}")
        slugs = fill(campaign, rows)
        counted = {}
        for name, path in one_of_each(campaign.slug, slugs).items():
            if rows == 1:  # what is asked once for all is asked now
                Client().get(path)
            with CaptureQueriesContext(connection) as captured:
                response = Client().get(path)
            assert (path, response.status_code in (200, 301)) == (path, True)
            counted[name] = len(captured)
        transaction.set_rollback(True)
    return counted


#: The most that a page may ask; of others it is twenty.
MOST = {
    "embed_demand": 34, "embed_official": 30, "embed_organization": 28,
    "home": 39, "campaign": 38, "demand": 46, "official": 42, "organization": 44, "person": 42, "post": 32,
    "answers": 14, "demands": 14, "event": 7, "feed": 26, "officials": 17, "organizations": 2, "section": 2,
    "sources": 3,
}  # fmt: skip


def test_no_page_asks_more_queries_for_a_dozen_rows_than_for_one(db):
    """Fewer is possible: a window of entries that are all of one kind fetches no parts of the others."""
    few, many = queries(1), queries(12)
    assert {name: (few[name], number) for name, number in many.items() if number > few[name]} == {}
    assert {name: number for name, number in few.items() if number > MOST.get(name, 20)} == {}
