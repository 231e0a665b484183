"""Migrations are one line without branches, and the way back is open."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from campaigns.models import Actor, Check, Citation, Correction, Demand, Membership, Response, Statement
from tests import tables
from tests.campaign_file.test_round_trip import everything
from tests.factories import make_demand, make_post, make_statement, when


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


def ours(loader):
    return {name: loader.get_migration(app, name) for app, name in loader.graph.nodes if app == "campaigns"}


def test_there_is_one_last_migration(loader):
    assert len(loader.graph.leaf_nodes("campaigns")) == 1


def test_each_migration_follows_exactly_one_other(loader):
    parents = {
        name: [parent for app, parent in migration.dependencies if app == "campaigns"]
        for name, migration in ours(loader).items()
    }
    names = sorted(parents)
    assert parents == {name: names[max(place - 1, 0) : place] for place, name in enumerate(names)}


def test_each_migration_can_be_undone(loader):
    stuck = [
        (name, operation.describe())
        for name, migration in ours(loader).items()
        for operation in migration.operations
        if isinstance(operation, RunPython | RunSQL) and not operation.reversible
    ]
    assert stuck == []


@pytest.mark.django_db
def test_no_change_of_the_models_lacks_its_migration():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def schema():
    """Return tables, columns, constraints, indexes and triggers as the database itself tells them.

    Django's introspection cannot read our longer checks.
    """
    sql = {
        "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE tbl_name LIKE 'campaigns%'",
        "postgresql": "SELECT 'column', table_name || '.' || column_name, data_type || is_nullable"
        " FROM information_schema.columns WHERE table_name LIKE 'campaigns%'"
        " UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid::regclass::text LIKE 'campaigns%'"
        " UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'campaigns%'"
        " UNION ALL SELECT 'trigger', tgname, '' FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'campaigns%'",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return {row[:2]: row[2] for row in cursor.fetchall()}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_way_back_before_reported_silence_keeps_what_it_has_words_for(capsys):
    campaign = everything()
    response = Response.objects.filter(demand__isnull=False).get()
    supported, opposed = (make_demand(campaign=campaign) for _ in range(2))
    for demand, stance in ((supported, "supports"), (opposed, "opposes")):
        Response.objects.create(statement=response.statement, demand=demand, stance=stance)
    make_post(campaign=campaign, speaks_for=True, start=when("1874"), end=when("2021-05"))
    own = Check.objects.get(found="nothing_found", reported_by=None)
    campaign.state = "published"
    campaign.save()
    make_statement(campaign=campaign).withdraw("It was a hoax.")
    (told,) = Correction.objects.filter(kind="withdrawal").values("statement", "sentence")
    others = {model: model.objects.count() for model in (Actor, Statement, Demand, Response, Membership)}
    assert Check.objects.count() == 3
    assert Citation.objects.filter(look__isnull=False).count() > 2
    try:
        call_command("migrate", "campaigns", "0015", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, demand_id, addressee_id, note FROM campaigns_check")
            assert cursor.fetchall() == [(own.pk, own.demand_id, own.addressee_id, own.note)]
            cursor.execute("SELECT stance FROM campaigns_response ORDER BY id DESC LIMIT 2")
            assert cursor.fetchall() == [("rejects",), ("accepts",)]
            cursor.execute("SELECT COUNT(*) FROM campaigns_correction WHERE kind = 'withdrawal'")
            assert cursor.fetchone() == (0,)
    finally:
        call_command("migrate", verbosity=0)
    assert {model: model.objects.count() for model in others} == others
    assert [(one.pk, one.when, one.found, one.note) for one in Check.objects.all()] == [
        (own.pk, own.when, "nothing_found", own.note)
    ]
    assert not Actor.objects.filter(start_date__isnull=False).exists()
    assert [*Correction.objects.filter(kind="withdrawal").values("statement", "sentence")] == [told]
    capsys.readouterr()
    call_command("verify_history")  # every version is as it was sealed, and every row as its newest version says


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_way_back_to_nothing_and_forward_again_ends_with_the_same_tables():
    before = schema()
    assert len(before) > 100
    try:
        call_command("migrate", "campaigns", "zero", verbosity=0)
        assert schema() == {}
    finally:
        if connection.vendor == "postgresql":
            call_command("migrate", verbosity=0)
        else:  # that nothing is the same from which the kept tables were made
            tables.empty()
    assert schema() == before
