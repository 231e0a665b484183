"""A source's page."""

import datetime as dt

import pytest

from tests import factories as make
from tests.pages import text

pytestmark = pytest.mark.django_db


def page_of(client, source):
    return client.get(f"/{source.campaign.slug}/sources/{source.slug}/")


def test_all_that_is_known_of_it_is_shown(client):
    source = make.make_source(
        campaign=make.make_campaign(),
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
    source = make.make_source()
    make.cite(make.make_person(name="A person"), source)
    make.cite(make.make_membership(make.make_person(name="A member"), make.make_organization(name="A group")), source)
    demand = make.make_demand(title="A demand")
    make.cite(demand, source, place="p. 3")
    make.cite(make.raise_demand(demand, make.make_statement(speaker=make.make_person(name="A letter writer"))), source)
    make.cite(make.raise_demand(make.make_demand(title="A bare occasion"), when="2020-06"), source)
    make.make_statement(sources=[source], summary="A statement.")
    make.make_event(sources=[source], title="An event")
    make.make_outcome(demand, sources=[source], reason="A reason.")
    words = text(page_of(client, source))
    expected = (
        *("8 records rest on it.", "A person", "A member: A group", "Demand: A demand p. 3"),
        *("Wording of A demand: A letter writer", "A bare occasion", "A statement.", "An event", "A reason."),
    )
    assert [part for part in expected if part not in words] == []
