"""The draft test: what is private changes no byte of any public answer, for anybody, at any address."""

import time

import pytest
from django.apps import apps
from django.db import transaction

from tests.crawler import GIVEN, Ask, Site, differences, public_patterns, tally
from tests.worlds import DERIVED, PRIVATE, PUBLIC, STAFF, UNSEEN, VERSIONED, World, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Both worlds, built once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Site(World())
        transaction.set_rollback(True)


def test_every_field_of_every_model_is_said_to_be_public_or_private():
    models = [
        model
        for model in apps.get_app_config("campaigns").get_models()
        if not model._meta.proxy and model._meta.model_name not in DERIVED | UNSEEN | {*STAFF}
    ]
    said = {name: {*PUBLIC.get(name, "").split(), *PRIVATE.get(name, "").split()} for name in (*PUBLIC, *PRIVATE)}
    assert DERIVED.union(STAFF).isdisjoint(said)
    assert said == {
        m._meta.model_name: {f.name for f in (*m._meta.concrete_fields, *m._meta.local_many_to_many)} for m in models
    }


def test_every_noun_has_public_and_private_rows_to_tell_apart(site):
    for name in PUBLIC:
        lost = site.world.hidden[name] | site.world.tombs[name]
        assert (name, 0 < len(lost) < rows(name).count()) == (name, True)
    assert [name for name in STAFF if not rows(name).exists()] == []


def test_the_history_holds_every_row_and_what_no_row_says_any_more(site):
    assert {name.removeprefix("historical") for name in UNSEEN} == set(VERSIONED)
    before = {name: rows(name).count() for name in UNSEEN}
    assert {name for name in UNSEEN if before[name] < 2 * rows(name.removeprefix("historical")).count()} == set()
    with site.world.without_private():
        assert {name for name in UNSEEN if rows(name).count() <= before[name]} == set()


def test_every_public_address_is_walked_with_public_and_private_records(site):
    for name, route in public_patterns():
        kinds = [kind for kind, paths in site.paths[name].items() if paths]
        wanted = list(GIVEN.get(name, ["public", "withdrawn", "private", "absent"] if "<" in route else ["public"]))
        assert (name, kinds) == (name, wanted)


def test_nothing_private_changes_a_byte_of_any_public_answer(site, capsys):
    asks = [ask for asks in site.everything().values() for ask in asks]
    begun = time.monotonic()
    found, replies = differences(site, asks)
    figures = f"{len(replies)} requests in each world, {time.monotonic() - begun:.0f} s, found {dict(tally(found))}"
    with capsys.disabled():
        print(f"\n{figures}")  # noqa: T201
    assert found == []
    statuses = {ask.path: reply.status for ask, reply in replies.items() if ask == Ask(ask.path)}
    expected = {"public": {200, 301}, "withdrawn": {410}, "private": {404}, "absent": {404}}
    for name, kinds in site.paths.items():
        for kind, paths in kinds.items():
            assert (name, kind, {statuses[path] for path in paths} - expected[kind]) == (name, kind, set())
