"""The kept empty tables: made once, anew when they are broken or out of date; and what is left after an emptying."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection

from campaigns.models import Demand, Revision, history_of
from tests import factories as make
from tests import tables


@pytest.fixture
def migrated(monkeypatch, tmp_path):
    """The files that were migrated into a folder of the test's own, where something quicker stands for a migration."""
    names = []

    def migrate(name):
        with closing(sqlite3.connect(name)) as made:
            made.execute("CREATE TABLE campaigns_revision AS SELECT 1 AS number")
            made.commit()
        names.append(name)

    monkeypatch.setattr(tables, "FOLDER", tmp_path / "tables")
    monkeypatch.setattr(tables, "_migrate", migrate)
    return names


def test_tables_are_migrated_once(migrated):
    assert tables.kept_for_sqlite() == tables.kept_for_sqlite()
    assert len(migrated) == 1


@pytest.mark.parametrize("content", [b"", b"broken", b"SQLite format 3\0" + b"\0" * 100])
def test_tables_that_are_broken_are_migrated_anew(migrated, content):
    tables.kept_for_sqlite().write_bytes(content)
    assert tables._is_sound(tables.kept_for_sqlite())
    assert len(migrated) == 2


def test_tables_that_are_half_made_by_a_run_that_broke_off_are_migrated_anew(migrated):
    tables.FOLDER.mkdir()
    (tables.FOLDER / "unfinished.sqlite3").write_bytes(b"broken")
    assert tables._is_sound(tables.kept_for_sqlite())


def test_tables_of_other_models_are_migrated_anew_and_take_the_place_of_the_old(migrated, monkeypatch):
    old = tables.kept_for_sqlite()
    monkeypatch.setattr(tables, "digest", lambda: "another")
    assert tables.kept_for_sqlite() != old
    assert (len(migrated), old.exists()) == (2, False)


@pytest.mark.parametrize("changed", ["models/demand.py", "migrations/0099_more.py", "triggers.py"])
def test_a_change_of_what_decides_the_tables_gives_them_another_name(settings, tmp_path, changed):
    for path in ("campaigns/models", "campaigns/migrations", "requirements"):
        shutil.copytree(settings.BASE_DIR / path, tmp_path / path)
    (tmp_path / "accountability").mkdir()
    for path in ("campaigns/triggers.py", "campaigns/apps.py", "accountability/settings.py"):
        shutil.copy(settings.BASE_DIR / path, tmp_path / path)
    before = tables.digest()
    settings.BASE_DIR = tmp_path
    assert tables.digest.__wrapped__() == before
    (tmp_path / "campaigns" / changed).write_text("# changed")
    assert tables.digest.__wrapped__() != before


def test_what_still_writes_is_waited_for_only_so_long(migrated, monkeypatch, tmp_path):
    monkeypatch.setattr(tables, "PATIENCE", 0.1)
    with closing(sqlite3.connect(tmp_path / "used")) as used, closing(sqlite3.connect(tmp_path / "used")) as writer:
        tables.copy_over(tables.kept_for_sqlite(), used)
        writer.execute("UPDATE campaigns_revision SET number = 2")
        with pytest.raises(TimeoutError, match="still writes"):
            tables.copy_over(tables.kept_for_sqlite(), used)
        writer.rollback()
        tables.copy_over(tables.kept_for_sqlite(), used)


def filled():
    with connection.cursor() as cursor:
        return tables._filled(cursor)


@pytest.mark.django_db(transaction=True)
def test_what_a_test_has_committed_is_gone_and_what_migrations_wrote_is_there():
    written = filled()
    kept = ContentType.objects.count(), Permission.objects.count()
    User.objects.create_superuser("staff")
    make.cite(make.make_statement())
    number = Revision.objects.current()
    assert filled() > written | {"auth_user", "campaigns_historicalstatement", "campaigns_searchentry"}
    tables.empty()
    assert filled() == written
    assert (ContentType.objects.count(), Permission.objects.count()) == kept
    assert Revision.objects.current() != number
    demand = make.make_demand(title="Resign")
    with pytest.raises(DatabaseError, match=r"The history is never changed\."):
        history_of(Demand).filter(id=demand.pk).delete()
