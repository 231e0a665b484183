"""What runs on PostgreSQL too: chosen by the run on SQLite, so that PostgreSQL is sent every kind of statement.

`pytest --choose=FILE` notes which statements each test sends, and writes into FILE the tests of the lane:

- every test that is marked `postgresql`;
- every test in which the database refuses a statement, that sends some from another thread of its own, or that sends
  some and starts a process;
- of all others as few and as cheap ones as send each statement that any test has sent.

`pytest --chosen=FILE` runs these. What costs a test is counted in statements, not in seconds: the same tests choose the
same lane on any machine.
"""

import hashlib
import heapq
import itertools
import json
import re
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper
from django.db.models.sql.compiler import SQLCompiler

from tests import near, timed

#: What a test costs that sends nothing, in statements; a browser costs more than any page.
BASE, BROWSER = 20, 5000
_FOLDS = [
    (re.compile(r"'(?:[^']|'')*'"), "''"),
    (re.compile(r"\b\d+\b"), "0"),
    (re.compile(r"%s(?:, ?%s)+"), "%s"),
    (re.compile(r"\(%s\)(?:, ?\(%s\))+"), "(%s)"),
    (re.compile(r"( WHEN \(\S+ = %s\) THEN %s)+"), r"\1"),
    (re.compile(r"(\S+ = %s)(?: OR \1)+"), r"\1"),
]


@cache
def shape(sql: str) -> str:
    """Return a short hash of a statement without its values, whatever their number; empty for a savepoint."""
    if re.match(r"(RELEASE |ROLLBACK TO )?SAVEPOINT|PRAGMA", sql):
        return ""
    for pattern, fold in _FOLDS:
        sql = pattern.sub(fold, sql)
    return hashlib.sha256(sql.encode()).hexdigest()[:12]


def cover(sent: Mapping[str, Mapping[str, int]], already: Collection[str]) -> list[str]:
    """Choose tests that together send every statement that any test sends and none of `already` does.

    Greedily: next comes the test with the most statements that are missing for what it costs. The order of equals is
    that of their names.
    """
    missing = set(itertools.chain.from_iterable(sent.values()))
    for test in already:
        missing -= sent.get(test, {}).keys()
    cost = {
        test: BASE + sum(shapes.values()) + BROWSER * test.startswith("tests/browser/") for test, shapes in sent.items()
    }
    waiting = [(-len(shapes.keys() & missing) / cost[test], test) for test, shapes in sent.items()]
    heapq.heapify(waiting)
    chosen = []
    while missing:
        _, test = heapq.heappop(waiting)
        gain = -len(sent[test].keys() & missing) / cost[test]
        if waiting and (gain, test) > waiting[0]:  # what was chosen since has some of its statements
            heapq.heappush(waiting, (gain, test))
        else:
            chosen.append(test)
            missing -= sent[test].keys()
    return chosen


class Choosing:
    """Notes what each test sends, and writes the lane at the end; a worker hands its notes to the controller."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.sent: dict[str, Counter[str]] = defaultdict(Counter)
        self.always: set[str] = set()
        self.starting: set[str] = set()
        self.seconds: dict[str, float] = defaultdict(float)
        self.chosen: list[str] = []
        self.current, self.serves = "", False
        cursors, compilers = cast(Any, CursorWrapper), cast(Any, SQLCompiler)
        execute = cursors._execute_with_wrappers

        def noting(cursor: Any, sql: Any, *args: Any, **options: Any) -> Any:
            in_thread = threading.current_thread() is not threading.main_thread()
            # What a test of the live server sends itself is none of the site's.
            if not (test := self.current) or (self.serves and not in_thread):
                return execute(cursor, sql, *args, **options)
            if found := shape(str(sql)):
                self.sent[test][found] += 1
            if in_thread and not self.serves:
                self.always.add(test)
            try:
                return execute(cursor, sql, *args, **options)
            except DatabaseError:
                self.always.add(test)
                raise

        as_sql = compilers.as_sql

        def locking(compiler: Any, *args: Any, **options: Any) -> Any:
            """Say in a comment what SQLite leaves out: which rows are locked."""
            sql, params = as_sql(compiler, *args, **options)
            query = compiler.query
            return (f"{sql} /* FOR UPDATE {query.select_for_update_of} */" if query.select_for_update else sql), params

        cursors._execute_with_wrappers = noting
        compilers.as_sql = locking
        sys.addaudithook(self._note_process)

    def _note_process(self, event: str, args: object) -> None:
        if event in {"subprocess.Popen", "os.fork", "os.posix_spawn"} and self.current and not self.serves:
            self.starting.add(self.current)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note whose statements these are; a test of the live server has its thread, and perhaps a browser, from it."""
        self.current, self.serves = item.nodeid, "live_server" in getattr(item, "fixturenames", ())
        if item.get_closest_marker("postgresql"):
            self.always.add(item.nodeid)
        try:
            return (yield)
        finally:
            if self.current in self.starting & self.sent.keys():
                self.always.add(self.current)
            self.current = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
        """Leave out the migrations of a run that has no tables yet: the first test did not ask for them."""
        if fixturedef.argname != "django_db_setup":
            return (yield)
        test, self.current = self.current, ""
        try:
            return (yield)
        finally:
            self.current = test

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up how long each test takes."""
        self.seconds[report.nodeid] += report.duration

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over a worker's notes."""
        noted = getattr(node, "workeroutput", {}).get("lane", {"sent": {}, "always": []})
        for test, shapes in noted["sent"].items():
            self.sent[test].update(shapes)
        self.always.update(noted["always"])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the lane, or hand the notes over."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["lane"] = {
                "sent": {t: dict(s) for t, s in self.sent.items()},
                "always": [*self.always],
            }
            return
        chosen = [*self.always, *cover(self.sent, self.always)]
        file = Path(self.config.getoption("choose"))
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{test}\n" for test in sorted(chosen)), encoding="utf-8")
        self.chosen = chosen
        files: dict[str, float] = defaultdict(float)
        for test, duration in self.seconds.items():
            files[test.partition("::")[0]] += duration
        near.SECONDS.write_text(json.dumps(files))
        if in_browser := sum(spent for file, spent in files.items() if file.startswith("tests/browser/")):
            timed.within("browser", in_browser)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how much of the run PostgreSQL repeats, and what of it was the browser's."""
        if not hasattr(self.config, "workeroutput"):
            seconds, tests = self.seconds, [*self.seconds]
            browser = [test for test in tests if test.startswith("tests/browser/")]
            total, lane, in_browser = (sum(seconds[test] for test in some) for some in (tests, self.chosen, browser))
            terminalreporter.write_line(
                f"{len(tests)} tests, {total:.0f} s of work, {in_browser:.0f} s of it in the browser;"
                f" PostgreSQL repeats {len(self.chosen)}, {lane:.0f} s."
            )
