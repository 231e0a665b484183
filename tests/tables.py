"""The database of a run: empty tables, migrated once, kept under `.make/` and copied for each process that tests.

What decides the tables is hashed into their name, so that a change there has them migrated anew. For PostgreSQL they
are a template database in the server; `tests/withpg.py` keeps its server's files with it.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from campaigns.models import Revision

FOLDER: Path = settings.BASE_DIR / ".make" / "tables"
WRITTEN_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission", Revision._meta.db_table}
#: Processes wait for each other here: to migrate once is cheaper than twice at a time.
LOCK = 7_240_112
#: How many seconds a thread of a test that has ended may still write.
PATIENCE = 20.0


@cache
def digest() -> str:
    """Return the hash of all that decides what the migrated tables are."""
    app = settings.BASE_DIR / "campaigns"
    parts = [*(app / "models").glob("*.py"), *(app / "migrations").glob("*.py"), app / "triggers.py", app / "apps.py"]
    parts += [settings.BASE_DIR / "accountability" / "settings.py", settings.BASE_DIR / "requirements" / "base.txt"]
    read = [django.__version__.encode(), *(path.name.encode() + path.read_bytes() for path in sorted(parts))]
    return hashlib.sha256(b"\0".join(read)).hexdigest()[:16]


@contextlib.contextmanager
def database(folder: Path) -> Iterator[None]:
    """Let Django's connection lead to a database with empty tables, of this process alone, until the end."""
    outside = connection.settings_dict["NAME"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    if connection.vendor == "postgresql":
        name = f"test_{worker}_{os.getpid()}"
        _copy_on_postgresql(name)
        yield
        _use(outside)
        with connection._nodb_cursor() as cursor:
            # A thread of the live server that still answers a closed page would hold it.
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        name = str(folder / "test.sqlite3")
        shutil.copyfile(kept_for_sqlite(), name)
        _use(name)
        yield
        _use(outside)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _migrate(name: str) -> None:
    _use(name)
    call_command("migrate", verbosity=0)
    connection.close()


def kept_for_sqlite() -> Path:
    """Return the file with the empty tables; make it where there is none that is sound."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / f"{digest()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_sound(kept):
            for old in FOLDER.glob("*.sqlite3*"):
                old.unlink()
            making = FOLDER / "unfinished.sqlite3"
            _migrate(str(making))
            making.replace(kept)
    return kept


def _is_sound(kept: Path) -> bool:
    if not kept.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(kept)) as opened:
            whole = opened.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            return whole and bool(opened.execute("SELECT number FROM campaigns_revision").fetchall())
    except sqlite3.DatabaseError:
        return False


def _copy_on_postgresql(name: str) -> None:
    template = f"tables_{digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'tables\_%'")
        found = [datname for (datname,) in cursor.fetchall()]
        if template not in found:
            for old in found:
                cursor.execute(f"DROP DATABASE {old}")
            cursor.execute("CREATE DATABASE tables_unfinished")
            _migrate("tables_unfinished")
            cursor.execute(f"ALTER DATABASE tables_unfinished RENAME TO {template}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    _use(name)


def empty() -> None:
    """Take away what a test has committed and leave what the migrations have written; the revision is another one.

    In SQLite the kept tables are copied over these. In PostgreSQL, where a copy takes longer, the rows go from the few
    tables that have any, while no trigger looks: the history refuses to be emptied.
    """
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        copy_over(kept_for_sqlite(), connection.connection)
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(cursor) - WRITTEN_BY_MIGRATIONS:
                cursor.execute(f"DELETE FROM {table}")
    Revision.objects.begin()  # a test of migrations may have made its table anew
    Revision.objects.update(number=secrets.randbelow(2**52))


def copy_over(source: Path, target: sqlite3.Connection) -> None:
    """Copy a file over what a connection leads to; SQLite would wait for ever for somebody else who writes there."""
    until = time.monotonic() + PATIENCE

    def in_time(status: int, remaining: int, total: int) -> None:
        if time.monotonic() > until:
            raise TimeoutError("The tables cannot be emptied: something that a test has started still writes to them.")

    with contextlib.closing(sqlite3.connect(source)) as kept:
        kept.backup(target, progress=in_time)


def _filled(cursor: Any) -> set[str]:
    tables = connection.introspection.table_names(cursor)
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables))
    return {table for (table,) in cursor.fetchall()}
