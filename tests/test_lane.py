"""What PostgreSQL repeats: every statement that any test sends, in few and cheap tests, and what is marked."""

import pytest

from tests import lane
from tests.test_conftest import run_pytest, write

SELECT = 'SELECT "a"."id" FROM "a" WHERE '


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SELECT + "id = 1", SELECT + "id = 22"),
        (SELECT + "name = 'x'", SELECT + "name = 'it''s'"),
        (SELECT + "id IN (%s, %s)", SELECT + "id IN (%s, %s, %s)"),
        ("INSERT INTO a VALUES (%s, %s)", "INSERT INTO a VALUES (%s, %s), (%s, %s)"),
        (SELECT + "id = %s LIMIT 21", SELECT + "id = %s LIMIT 51"),
        (SELECT + "(id = %s OR id = %s)", SELECT + "(id = %s OR id = %s OR id = %s)"),
        ("SET b = CASE WHEN (id = %s) THEN %s END", "SET b = CASE WHEN (id = %s) THEN %s WHEN (id = %s) THEN %s END"),
    ],
)
def test_statements_that_differ_in_their_values_are_one(one, other):
    assert lane.shape(one) == lane.shape(other) != ""


@pytest.mark.parametrize("other", ['T2."id" = %s', "id <> %s", "id = %s ORDER BY id", "id = %s FOR UPDATE"])
def test_statements_that_differ_in_anything_else_are_two(other):
    assert lane.shape(SELECT + "id = %s") != lane.shape(SELECT + other)


@pytest.mark.parametrize("sql", ['SAVEPOINT "s1_x1"', 'RELEASE SAVEPOINT "s1_x1"', 'ROLLBACK TO SAVEPOINT "s1_x1"'])
def test_savepoints_are_no_statements(sql):
    assert lane.shape(sql) == ""


def test_few_and_cheap_tests_send_every_statement():
    sent = {
        "all": dict.fromkeys("abcde", 100),
        "first": dict.fromkeys("abc", 1),
        "second": dict.fromkeys("cd", 1),
        "third": dict.fromkeys("a", 1),
        "fourth": dict.fromkeys("e", 1),
        "tests/browser/test_x.py::test": dict.fromkeys("abcde", 1),
    }
    assert lane.cover(sent, []) == ["first", "fourth", "second"]
    assert lane.cover(sent, ["first"]) == ["fourth", "second"]
    assert lane.cover(sent, ["all"]) == []


def test_what_only_the_browser_makes_the_site_send_is_sent_by_the_browser():
    assert lane.cover({"tests/browser/test_x.py::test": {"a": 1}, "other": {"b": 1}}, []) == [
        "other",
        "tests/browser/test_x.py::test",
    ]


WRITTEN = """
import subprocess, threading
import pytest
from django.db import IntegrityError, connection
from campaigns.models import Campaign

def test_that_uses_no_database(): subprocess.run(["true"])

@pytest.mark.django_db
def test_that_sends_the_same(): list(Campaign.objects.all()), list(Campaign.objects.all())

@pytest.mark.django_db
def test_that_sends_one(): list(Campaign.objects.all())

@pytest.mark.django_db
def test_that_sends_another(): Campaign.objects.count()

@pytest.mark.django_db
def test_that_locks(): list(Campaign.objects.select_for_update())

@pytest.mark.postgresql
@pytest.mark.skipif(True, reason="SQLite has none")
@pytest.mark.django_db
def test_that_is_marked(): pass

@pytest.mark.django_db(transaction=True)
def test_that_commits(): list(Campaign.objects.all()), list(Campaign.objects.all())

@pytest.mark.django_db
def test_that_is_refused():
    with pytest.raises(IntegrityError):
        Campaign(slug="a").save_base(raw=True)

@pytest.mark.django_db(transaction=True)
def test_that_has_a_thread():
    def ask():
        Campaign.objects.count()
        connection.close()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

@pytest.mark.django_db
def test_that_starts_a_process(): Campaign.objects.count(), subprocess.run(["true"])
"""
LANE = (
    "test_that_has_a_thread test_that_is_marked test_that_is_refused test_that_locks test_that_sends_one"
    " test_that_starts_a_process"
)


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n", "1"]])
def test_a_run_chooses_and_the_next_keeps_to_it(tmp_path, workers):
    file, chosen = write(tmp_path, WRITTEN), tmp_path / "lane"
    done = run_pytest(file, f"--choose={chosen}", *workers)
    assert "PostgreSQL repeats 6," in done.stdout
    assert " ".join(name.rpartition("::")[2] for name in chosen.read_text().splitlines()) == LANE
    done = run_pytest(file, f"--chosen={chosen}", *workers)
    assert "5 passed, 1 skipped" in done.stdout


def test_a_run_of_which_nothing_is_repeated_is_green(tmp_path):
    file, chosen = write(tmp_path, "def test_nothing(): pass"), tmp_path / "lane"
    run_pytest(file, f"--choose={chosen}")
    assert run_pytest(file, f"--chosen={chosen}").returncode == 0
