"""What every test shares: no network but this machine, and a browser that keeps to it."""

import gc
import os
import re
import sys
from collections.abc import Iterator
from typing import Any, cast

import hypothesis
import pytest
import pytest_django
from django.core.management.commands import flush
from django.db import connection, connections
from playwright.sync_api import BrowserContext
from pytest_playwright.pytest_playwright import CreateContextCallback

from campaigns.models import SearchEntry
from campaigns.triggers import drop_triggers
from tests import chromium, nginx

OFFSITE = re.compile(r"^(?!(data|blob|about|chrome):|(http|ws)s?://(127\.0\.0\.1|localhost|\[::1\])[:/])")

# Playwright's synchronous interface runs an event loop in this thread, which Django would take for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is no failure; and what CI runs twice gives the same answer twice.
hypothesis.settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run of the whole suite without a browser or the proxy at once, in one sentence."""
    whole_suite = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
    for program in (chromium, nginx) if whole_suite or os.environ.get("CI") else ():
        if not program.find():
            raise pytest.UsageError(program.MISSING)
    sys.addaudithook(keep_to_this_machine)


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of the garbage collector's rounds.

    Tests throw so much away that it goes over everything again and again, and nineteen in twenty of what it then
    looked at were parts of modules, models and tests, which are never let go.
    """
    gc.collect()
    gc.freeze()


def keep_to_this_machine(event: str, args: tuple[Any, ...]) -> None:
    """Fail whatever looks up or reaches another machine; an audit hook, so that no library can go around it."""
    if event in {"socket.connect", "socket.sendto"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a socket file, on this machine
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host and host not in {"localhost", "::1"} and not str(host).startswith("127."):
        pytest.fail(f"A test tried to reach {host!r}: tests use this machine only.")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file: then each thread has a connection of its own, as in production."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Let go of the test database: a thread of the live server that still answers a closed page would hold it."""
    yield
    if connection.vendor == "postgresql":
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@pytest.fixture(scope="session", autouse=True)
def _flush_can_empty_the_history() -> Iterator[None]:
    """Let a test that commits clean up behind itself: the history refuses to be emptied, which flush does not expect.

    Taking the triggers away is the way round, as in a migration; at its end flush has them made anew.
    """
    handle = flush.Command.handle

    def unguarded(self: flush.Command, **options: Any) -> None:
        drop_triggers(connections[options["database"]])
        handle(self, **options)
        # Without its triggers the index has kept its rows; it is a virtual table in SQLite, which flush does not know.
        SearchEntry.objects.using(options["database"]).all().delete()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", unguarded)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's Chromium: the one that Playwright would download is not to be had everywhere."""
    path = chromium.find()
    if not path:
        pytest.fail(chromium.MISSING, pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.FLAGS}


@pytest.fixture
def offsite_requests() -> list[str]:
    """The URLs on other hosts that the browser asked for, in order; a test ends with this empty or fails."""
    return []


def guard(context: BrowserContext, offsite: list[str]) -> BrowserContext:
    """Let a browser context refuse every request to another host, and note its address."""
    context.on("request", lambda request: offsite.append(request.url) if OFFSITE.match(request.url) else None)
    context.route(OFFSITE, lambda route: route.abort())
    return context


@pytest.fixture
def new_context(new_context: CreateContextCallback, offsite_requests: list[str]) -> Iterator[CreateContextCallback]:
    """Make browser contexts, and so pages, that record and refuse every request to another host."""
    yield cast(CreateContextCallback, lambda **options: guard(new_context(**options), offsite_requests))
    assert offsite_requests == []
