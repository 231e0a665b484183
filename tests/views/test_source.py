"""A source's page."""

import datetime as dt

import pytest

from campaigns.models import State
from tests.factories import (
    cite,
    make_campaign,
    make_demand,
    make_event,
    make_membership,
    make_organization,
    make_outcome,
    make_person,
    make_source,
    make_statement,
    raise_demand,
)
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, source):
    return client.get(f"/{source.campaign.slug}/sources/{source.slug}/")


def test_all_that_is_known_of_it_is_shown(client):
    source = make_source(
        campaign=make_campaign(),
        title="Jefe se va",
        title_from="url",
        publisher="El Diario",
        author="A. Writer",
        language="es",
        published="2021-04",
        accessed=dt.date(2021, 5, 3),
        url="https://diario.example.org/jefe-se-va",
        archive_url="https://archive.example.org/1",
        note="Behind a wall.",
    )
    page = page_of(client, source)
    assert (
        "Jefe se va Publisher El Diario Author A. Writer Published April 2021"
        " Address https://diario.example.org/jefe-se-va Archived copy archive.example.org Read on May 3, 2021"
        " Language es The page had no headline: its title is read from its address. Behind a wall."
    ) in text(page)
    assert '<h1 lang="es">Jefe se va</h1>' in page.content.decode()


def test_every_kind_of_record_that_rests_on_it_is_shown(client):
    source = make_source()
    cite(make_person(name="A person"), source)
    cite(make_membership(make_person(name="A member"), make_organization(name="A group")), source)
    demand = make_demand(title="A demand")
    cite(demand, source, place="p. 3")
    cite(raise_demand(demand, make_statement(speaker=make_person(name="A letter writer"))), source)
    cite(raise_demand(make_demand(title="A bare occasion"), when="2020-06"), source)
    make_statement(sources=[source], summary="A statement.")
    make_event(sources=[source], title="An event")
    make_outcome(demand, sources=[source], reason="A reason.")
    words = text(page_of(client, source))
    expected = (
        *("8 records rest on it.", "A person", "A member: A group", "Demand: A demand p. 3"),
        *("Wording of A demand: A letter writer", "A bare occasion", "A statement.", "An event", "A reason."),
    )
    assert [part for part in expected if part not in words] == []


def test_drafts_that_rest_on_it_leave_no_trace(client):
    source = make_source()
    cite(make_person(name="Secret person", state=State.DRAFT), source)
    cite(make_membership(make_person(), make_organization(name="Secret group", state=State.DRAFT)), source)
    secret = make_demand(title="Secret demand", state=State.DRAFT)
    cite(secret, source)
    cite(raise_demand(secret, make_statement()), source)
    make_statement(sources=[source], summary="Secret words", state=State.DRAFT)
    make_event(sources=[source], title="Secret event", state=State.DRAFT)
    page = page_of(client, source)
    assert "ecret" not in page.content.decode()
    assert "0 records rest on it." in text(page)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, rows):
    source = make_source()
    for number in range(rows):
        day = f"2021-04-{number + 1:02}"  # one of each kind in the window, at both sizes
        demand = make_demand()
        cite(demand, source)
        cite(make_membership(make_person(), make_organization()), source)
        cite(raise_demand(demand, make_statement(sources=[source], when=day)), source)
        make_event(sources=[source], when=day)
        make_outcome(demand, sources=[source], when=day)
    with django_assert_num_queries(17):
        page_of(client, source)
