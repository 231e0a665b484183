"""What every test shares: no network but this machine, and a browser that keeps to it."""

import contextlib
import gc
import itertools
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import hypothesis
import pytest
import pytest_django
from django.core.management.commands import flush
from django.template.base import Template
from django.template.context import Context
from django.test.signals import template_rendered
from django.utils.safestring import SafeString
from playwright.sync_api import BrowserContext
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests import chromium, lane, nginx, tables
from tests.made_once import STANDING, wanted

OFFSITE = re.compile(r"^(?!(data|blob|about|chrome):|(http|ws)s?://(127\.0\.0\.1|localhost|\[::1\])[:/])")
#: What a test that asks for a browser calls a part of it.
BROWSERS = frozenset({"page", "context", "new_context", "browser", "browser_type", "browser_name", "playwright"})
#: Where the templates of a form's fields are.
WIDGETS = ("django/forms/", "admin/widgets/")

# Playwright's synchronous interface runs an event loop in this thread, which Django would take for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is no failure; and what CI runs twice gives the same answer twice.
hypothesis.settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run on SQLite choose what PostgreSQL repeats, and a run on PostgreSQL keep to it."""
    parser.addoption("--choose", metavar="FILE", help="write the names of the tests that are to run on PostgreSQL")
    parser.addoption("--chosen", metavar="FILE", help="run the tests that FILE names")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run of the whole suite without a browser or the proxy at once, in one sentence."""
    whole_suite = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword
    for program in (chromium, nginx) if whole_suite or os.environ.get("CI") else ():
        if not program.find():
            raise pytest.UsageError(program.MISSING)
    sys.addaudithook(keep_to_this_machine)
    if config.getoption("choose"):
        config.pluginmanager.register(lane.Choosing(config))


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse a parameter that hides a fixture of Playwright's: pytest would take the test for one of a browser."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        names = mark.args[0].replace(" ", "").split(",") if isinstance(mark.args[0], str) else mark.args[0]
        if taken := BROWSERS.intersection(names):
            test = metafunc.definition.nodeid
            pytest.fail(
                f"{test}: a parameter must not be called {min(taken)}, as Playwright's fixture is.", pytrace=False
            )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the tests of a file that share a world follow each other, and leave out what was not chosen."""
    if file := config.getoption("chosen"):
        chosen = set(Path(file).read_text(encoding="utf-8").splitlines())
        config.hook.pytest_deselected(items=[test for test in items if test.nodeid not in chosen])
        items[:] = [test for test in items if test.nodeid in chosen]
    by_file = itertools.groupby([*items], key=lambda test: test.path)
    items[:] = [
        test for _, tests in by_file for test in sorted(tests, key=lambda test: getattr(wanted(test), "__name__", ""))
    ]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take a run for a success of which PostgreSQL has nothing to repeat."""
    if session.config.getoption("chosen") and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of the garbage collector's rounds.

    Tests throw so much away that it goes over everything again and again, and nineteen in twenty of what it then
    looked at were parts of modules, models and tests, which are never let go.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Make the database of this process, and have it emptied quickly after a test that commits."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(tables.database(tmp_path_factory.mktemp("database")))
        patch.setattr(flush.Command, "handle", lambda self, **options: tables.empty())
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session", autouse=True)
def _only_pages_are_told(django_test_environment: None) -> Iterator[None]:
    """Tell the test client of a page's own template: the desk has hundreds within it, and each context is copied."""

    def render(self: Template, context: Context) -> SafeString:
        if context.template is self and not str(self.name).startswith(WIDGETS):
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """See that the world a test asks for stands before its own transaction begins, and that no other does."""
    if fixturedef.argname == "_django_db_helper":
        with request.getfixturevalue("django_db_blocker").unblock():
            STANDING.change_to(wanted(request.node))


@pytest.fixture(scope="module", autouse=True)
def _no_world_outlives_its_file(django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    yield
    if STANDING.build:
        with django_db_blocker.unblock():
            STANDING.change_to(None)


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
