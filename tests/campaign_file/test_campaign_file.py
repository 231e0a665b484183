"""A campaign through its file and back: nothing is lost, nothing is half done, and it stays fast."""

import contextlib
import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from campaigns.campaign_file import campaign_data, import_campaign, write_json, write_yaml
from campaigns.campaign_file.existing import LINKS
from campaigns.models import Actor, Campaign, Citation, Demand, Event, Issuance, Outcome, Source, Statement
from tests import tables

ROOT = Path(__file__).parent.parent.parent
KANSAS_CITY = ROOT / "campaigns" / "demo" / "kansas-city.yaml"
AGUA_LIMPIA = ROOT / "tests" / "data" / "agua-limpia.yaml"
WELL = ROOT / "tests" / "data" / "well.yaml"
WRITERS = {"yaml": write_yaml, "json": write_json}

#: From the field: a year mistyped into the future and a hearing that lies ahead; an answer that its speaker took back.
AHEAD, RETRACTED = (ROOT / "tests" / "data" / name for name in ("answer-ahead.yaml", "retracted.yaml"))
files = pytest.mark.parametrize("path", [KANSAS_CITY, AGUA_LIMPIA, WELL, AHEAD, RETRACTED], ids=lambda path: path.stem)
STATEMENTS = len(yaml.safe_load(KANSAS_CITY.read_text(encoding="utf-8"))["statements"])
formats = pytest.mark.parametrize("form", WRITERS)


def load(text: str | Path, **switches: Any) -> None:
    import_campaign(io.BytesIO(text.read_bytes() if isinstance(text, Path) else text.encode()), **switches)


def export(form: str = "yaml") -> str:
    stream = io.StringIO(newline="")
    WRITERS[form](campaign_data(Campaign.objects.get()), stream)
    return stream.getvalue()


def wipe() -> None:
    """Empty the database."""
    Demand.objects.update(parent=None, predecessor=None)
    nouns: list[type[Model]] = [Citation, *LINKS, Outcome, Demand, Statement, Event, Source]
    for model in nouns:
        model._default_manager.all().delete()
    Actor.objects.filter(kind="post").delete()
    Actor.objects.update(parent=None)
    Actor.objects.all().delete()
    Campaign.objects.all().delete()


# Without a loss


@files
@formats
@pytest.mark.django_db
def test_an_export_imported_into_an_empty_database_exports_the_same_bytes(path, form):
    load(path, publish=path is KANSAS_CITY)
    first = export(form)
    wipe()
    load(first)
    assert export(form) == first


@pytest.mark.django_db
def test_yaml_and_json_say_the_same():
    load(AGUA_LIMPIA)
    assert yaml.safe_load(export("yaml")) == json.loads(export("json"))


def texts_of(text: str) -> Any:
    """Return what YAML says, every value the text that it is."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 (it makes nothing but texts)


def missing(original: Any, exported: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of everything in the original file that is not in the exported one.

    Records are found by their slug, as their order may be another; items of other lists by their place.
    """
    if isinstance(original, dict) and isinstance(exported, dict):
        for key, value in original.items():
            if key in exported:
                yield from missing(value, exported[key], f"{path}.{key}")
            elif value not in ("", "null", [], {}):
                yield f"{path}.{key}"
    elif isinstance(original, list) and isinstance(exported, list):
        found = dict(enumerate(exported))
        if original and all(isinstance(item, dict) and "slug" in item for item in original):
            found = {item["slug"]: item for item in exported}
        for number, item in enumerate(original):
            key = item["slug"] if isinstance(item, dict) and "slug" in item else number
            if key in found:
                yield from missing(item, found[key], f"{path}[{key}]")
            else:
                yield f"{path}[{key}]"
    elif isinstance(original, str) and original != exported and path.endswith("recorded"):
        if dt.datetime.fromisoformat(original) != dt.datetime.fromisoformat(exported):
            yield path
    elif original != exported:
        yield f"{path}: {original!r} is {exported!r}"


@files
@pytest.mark.django_db
def test_every_key_and_value_of_the_original_is_in_the_export(path):
    load(path)
    original = texts_of(path.read_text(encoding="utf-8"))
    exported = texts_of(export())
    assert list(missing(original, exported)) == []
    for section in ("demands", "organizations", "people", "sources"):
        slugs = [item["slug"] for item in original[section]]
        assert [item["slug"] for item in exported[section]] == slugs


def test_the_search_for_what_is_missing_finds_it():
    original = {"a": [{"slug": "x", "b": ["1", "2"]}], "c": {"d": "e"}}
    assert list(missing(original, {"a": [{"slug": "y"}, {"slug": "x", "b": ["1"]}], "c": {"d": "f"}})) == [
        ".a[x].b[1]",
        ".c.d: 'e' is 'f'",
    ]
    assert list(missing(original, {"a": [], "c": []})) == [".a[x]", ".c: {'d': 'e'} is []"]


@pytest.mark.django_db
def test_both_databases_write_the_bytes_that_are_kept_here(monkeypatch):
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=dt.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    load(AGUA_LIMPIA)
    assert export() == AGUA_LIMPIA.with_name("agua-limpia-exported.yaml").read_text(encoding="utf-8")


# All or nothing, whatever happens. These need a database of their own that other processes can write to.


@contextlib.contextmanager
def own_database(folder: Path) -> Iterator[dict[str, str]]:
    """Make a database beside the tests' own, with empty tables, and give the environment of programs that use it."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    if connection.vendor == "sqlite":
        url, name = f"sqlite:///{folder / name}", str(folder / name)
        shutil.copy(tables.kept_for_sqlite(), name)
    else:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        administer(f'CREATE DATABASE "{name}" TEMPLATE tables_{tables.digest()}')
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "TESTS_OWN_DATABASE": name,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    try:
        yield environment
    finally:
        if connection.vendor == "postgresql":
            administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def administer(sql: str) -> None:
    """Run what PostgreSQL does outside of a transaction only."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


#: What the programs below begin with. Each forks what is to happen beside it, as to start is dearer than to import.
BEGIN = f"""
import django, io, os, signal, sys
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from campaigns.campaign_file import import_campaign

def say(*words):
    connections.close_all()  # what is forked opens its own
    print(*words, flush=True)

def say_how_many():
    models = [model for model in apps.get_app_config("campaigns").get_models() if not model._meta.proxy]
    say({{model.__name__: model._base_manager.count() for model in models}})

def typed(*command):
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()

PATH = {str(KANSAS_CITY)!r}
"""


def program(environment: dict[str, str], text: str) -> list[str]:
    """Run a program of its own; return the lines that it prints."""
    command = [sys.executable, "-c", BEGIN + text]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


STEPS = ["checking", "sources", "actors", "statements", "demands", "links", "publication", "search", "history"]
KILLED = f"""
def die(step):
    if step == told:
        os.kill(os.getpid(), signal.SIGKILL)

say_how_many()
for told in {STEPS}:
    child = os.fork()
    if not child:
        with open(PATH, "rb") as file:
            import_campaign(file, publish=True, progress=die)
        os._exit(0)
    say(told, os.waitpid(child, 0)[1])
    say_how_many()
typed("import_campaign", PATH)
say_how_many()
"""
AT_ONCE = """
def result():
    say_how_many()
    say(typed("export_campaign", "kansas-city"))

wait, go = os.pipe()
children = []
for _ in range(%(many)s):
    children.append(os.fork())
    if not children[-1]:
        os.close(go)
        os.read(wait, 1)  # until all are there
        made = "statements: %(statements)s created" in typed("import_campaign", PATH, "--publish")
        os._exit(7 if made else 0)
os.close(go)
say(sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
result()
"""


@pytest.mark.django_db
def test_an_import_that_is_killed_leaves_nothing_and_the_next_one_succeeds(tmp_path):
    with own_database(tmp_path) as environment:
        empty, *found, last = program(environment, KILLED)
    assert eval(empty) == dict.fromkeys(eval(empty), 0) | {"Revision": 1}  # noqa: S307 (our own output)
    assert found == [line for step in STEPS for line in (f"{step} 9", empty)]
    assert eval(last)["Statement"] == STATEMENTS  # noqa: S307 (our own output)


@pytest.mark.django_db
def test_four_imports_at_once_end_as_one(tmp_path):
    ends = []
    for many in (4, 1):
        with own_database(tmp_path) as environment:
            ends.append(program(environment, AT_ONCE % {"many": many, "statements": STATEMENTS}))
    assert [end.pop(0) for end in ends] == ["[0, 0, 0, 7]", "[7]"]
    together, alone = ([line for line in end if "recorded:" not in line] for end in ends)
    assert len(alone) > 1000
    assert together == alone


# Fast


def many(count: int) -> str:
    """Return a campaign of that many statements, each with a source, an answer, an addressee and a reply."""
    statements = [
        {
            "slug": f"s{n}",
            "date": f"{2000 + n % 20}-{1 + n % 12:02}",
            "speaker": "ada",
            "summary": f"Statement {n}",
            "addressed_to": ["town"],
            "replies_to": [f"s{n - 1}"] if n else [],
            "responds_to": [{"demand": "dig", "stance": "rejects"}],
            "sources": [f"source{n % 100}"],
        }
        for n in range(count)
    ]
    return json.dumps(
        {
            "campaign": {"slug": "many", "name": "Many"},
            "organizations": [{"slug": "town", "name": "Town", "kind": "government"}],
            "people": [{"slug": "ada", "name": "Ada"}],
            "demands": [{"slug": "dig", "title": "Dig", "raised": [{"statement": "s0"}]}],
            "statements": statements,
            "sources": [{"slug": f"source{n}", "url": f"https://example.org/{n}"} for n in range(100)],
        }
    )


def queries(text: str, **switches: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        load(text, **switches)
    return len(captured)


@pytest.mark.django_db
def test_two_hundred_more_statements_take_two_more_queries_at_most():
    """Row by row they would take thousands; in pieces of the size that Django takes for SQLite's, a hundred."""
    few, many_more = many(100), many(300)
    first = queries(few, publish=True)
    assert queries(few) < first
    wipe()
    more = queries(many_more, publish=True)
    changed = many_more.replace("Statement ", "Sentence ").replace('"rejects"', '"accepts"')
    again = queries(changed)
    assert more - first <= 2
    assert again < 60
    assert Statement.objects.filter(summary__startswith="Sentence").count() == 300


@pytest.mark.django_db
def test_an_export_takes_the_same_number_of_queries_at_any_size():
    numbers = []
    for count in (1, 200):
        load(many(count))
        with CaptureQueriesContext(connection) as captured:
            export()
        numbers.append(len(captured) - 1)  # but for the campaign itself
        wipe()
    assert numbers == [16, 16]
    assert not Issuance.objects.exists()
