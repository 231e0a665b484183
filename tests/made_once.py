"""Worlds that are made once for a file: each test gets one as it was, without making it again (docs/testing.md)."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

#: What makes a world, by the module that says so and the fixture's name.
_BUILDS: dict[tuple[str, str], Callable[[], Any]] = {}


def made_once(build: Callable[[], Any]) -> Any:
    """Make a fixture of a function without arguments that fills the database and returns what it made.

    It runs once for the tests of a file. Each of them gets a deep copy of what was returned, and its writes are rolled
    back to where the world was made. A test that commits gets a world of its own; a test that does not ask for this
    one finds an empty database.
    """

    def made(db: None) -> Any:
        if not connection.in_atomic_block:
            return build()  # for a test that commits
        if STANDING.build is not build:
            pytest.fail(f"{build.__name__} is made once for {build.__module__}, which is no conftest of this test.")
        return copy.deepcopy(STANDING.made)

    made.__doc__ = build.__doc__
    _BUILDS[build.__module__, build.__name__] = build
    return pytest.fixture(made, name=build.__name__)


def wanted(test: Any) -> Callable[[], Any] | None:
    """Return what makes the world that a test asks for: its own file's, else that of the nearest conftest."""
    if commits(test):
        return None
    place = test.module.__name__
    packages = place.split(".")[:-1]
    places = [place, *(".".join([*packages[:depth], "conftest"]) for depth in range(len(packages), 0, -1))]
    found = (_BUILDS.get((place, name)) for place in places for name in test.fixturenames)
    return next(filter(None, found), None)


def commits(test: Any) -> bool:
    mark = test.get_closest_marker("django_db")
    by_mark = mark and (mark.kwargs.get("transaction") or (mark.args and mark.args[0]))
    return bool(by_mark) or not {"transactional_db", "live_server"}.isdisjoint(test.fixturenames)


class _Standing:
    """The world that is in the database now, in a transaction around those of the tests; or none."""

    def __init__(self) -> None:
        self.build: Callable[[], Any] | None = None
        self.made: Any = None
        self.around: Any = None

    def change_to(self, build: Callable[[], Any] | None) -> None:
        """Let the world of this build stand, or none; what a test broke is made anew."""
        unbroken = connection.in_atomic_block and not (connection.needs_rollback or connection.closed_in_transaction)
        if build is self.build and (unbroken or build is None):
            return
        if self.build:
            self._roll_back()
        if build:
            self.around = transaction.atomic()
            self.around._from_testcase = (
                True  # what must be the outermost transaction may begin within, as in a TestCase
            )
            self.around.__enter__()
            try:
                self.made = build()
                connection.check_constraints()
            except BaseException:
                self._roll_back()
                raise
            self.build = build

    def _roll_back(self) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)
        self.build = self.made = self.around = None


STANDING = _Standing()
