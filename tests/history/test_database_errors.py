"""What the database did not take: who saved hears why; what is not only somebody else's save stands in the log."""

import sqlite3
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from campaigns.admin import import_export
from campaigns.history.database_errors import trouble
from campaigns.models import Demand, State
from tests import factories as make
from tests.admin.browser_form import form_values
from tests.admin.clients import address, login
from tests.admin.test_import_export import NEW, URL, kept, upload
from tests.pages import words

BUSY, FULL, DOWN = "Somebody else was saving", "the disk of the server is full", "the database does not answer"


class _PostgresError(Exception):
    """An error as the driver of PostgreSQL raises it, which is not installed everywhere."""

    pgcode = None


def refused_with(code):
    """Return Django's error for one of SQLite, by its number, or of PostgreSQL, by its five letters."""
    cause = sqlite3.OperationalError("no") if isinstance(code, int) else _PostgresError("no")
    setattr(cause, "sqlite_errorcode" if isinstance(code, int) else "pgcode", code)
    error = OperationalError("no")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("code", "said", "status"),
    [
        (sqlite3.SQLITE_BUSY, BUSY, 200),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, BUSY, 200),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, BUSY, 200),
        (sqlite3.SQLITE_FULL, FULL, 507),
        (sqlite3.SQLITE_IOERR_WRITE, DOWN, 503),
        (sqlite3.SQLITE_READONLY, DOWN, 503),
        ("40001", BUSY, 200),
        ("40P01", BUSY, 200),
        ("55P03", BUSY, 200),
        ("53100", FULL, 507),
        ("57P01", DOWN, 503),
        ("57014", DOWN, 503),
        (None, DOWN, 503),
    ],
)
def test_only_a_lock_or_a_conflict_is_somebody_elses_save_and_the_log_has_the_others(code, said, status, caplog):
    found = trouble(refused_with(code))
    assert (said in found.sentence, found.status, found.busy) == (True, status, said == BUSY)
    assert [bool(one.exc_info) for one in caplog.records] == ([] if said == BUSY else [True])


@contextmanager
def full_disk(monkeypatch):
    """Let the database find no room: SQLite of itself, PostgreSQL because a statement says so."""
    with monkeypatch.context() as patch, connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            patch.setattr(Demand, "claim", lambda *_args: cursor.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
            ))  # fmt: skip
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1073741823")


def test_the_form_comes_back_with_what_was_typed_when_the_disk_is_full(transactional_db, caplog, monkeypatch):
    ann, demand = login("ann"), make.make_demand(state=State.DRAFT, text="Resign.")
    typed = form_values(ann.get(address(demand))) | {"text": "Now! " * 50_000}
    with full_disk(monkeypatch):
        refused = ann.post(address(demand), typed)
    assert (refused.status_code, FULL in words(refused), typed["text"] in refused.text) == (507, True, True)
    assert any(one.name == "campaigns.history.database_errors" and one.exc_info for one in caplog.records)
    assert Demand.objects.get().text == "Resign."
    assert ann.post(address(demand), form_values(refused)).status_code == 302
    assert Demand.objects.get().text == typed["text"]


def test_an_import_says_it_too_and_can_be_sent_again(db, monkeypatch):
    ann, apply, failing = login("ann"), import_export.apply, []

    def fail(*args, **kwargs):
        if failing:
            raise refused_with("53100")
        return apply(*args, **kwargs)

    monkeypatch.setattr(import_export, "apply", fail)
    page = upload(ann, NEW)
    sent = {"kept": kept(page)}
    failing.append(True)
    for refused in (upload(ann, NEW), ann.post(URL, sent)):
        assert (refused.status_code, FULL in words(refused), "has to be mended" in words(refused)) == (507, True, False)
    assert f'<textarea name="kept" hidden>\n{sent["kept"]}</textarea>' in refused.text
    failing.clear()
    assert ann.post(URL, sent).status_code == 200
    assert Demand.objects.get().title == "Dig a well"
