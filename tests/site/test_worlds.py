"""The draft test: what is private changes no byte of any public answer, for anybody, at any address."""

import pytest
from django.apps import apps

from tests.addresses import GIVEN, public_patterns
from tests.crawler import Ask, walk
from tests.worlds import DERIVED, PRIVATE, PUBLIC, STAFF, UNSEEN, VERSIONED, rows

pytestmark = pytest.mark.django_db

#: The walk is done in so many parts, each over every so-manyth address, so that workers can share it.
PARTS = 16


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


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_private_changes_a_byte_of_any_public_answer(site, part):
    names = [name for name, _ in public_patterns()][part::PARTS]
    found, replies = walk(site, names)
    assert found == []
    expected = {"public": {200, 301}, "withdrawn": {410}, "private": {404}, "absent": {404}}
    kinds = {(name, kind): paths for name in names for kind, paths in site.paths[name].items()}
    assert len(replies) > 20 * len(names)
    assert [
        (*key, path, replies[Ask(path)].status)
        for key, paths in kinds.items()
        for path in paths
        if replies[Ask(path)].status not in expected[key[1]]
    ] == []
