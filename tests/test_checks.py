"""Each wrong setting is reported by its id, with a hint, and documented."""

import re

import pytest
from django.conf import settings
from django.db import connection

from campaigns import checks


def ids(found):
    assert all(message.hint for message in found)
    return [message.id for message in found]


def test_the_settings_under_test_are_right():
    assert checks.check_origin(None) + checks.check_hosts(None) + checks.check_database(None) == []


@pytest.mark.parametrize(
    "origin",
    [
        "record.example.org",
        "https://",
        "ftp://record.example.org",
        "https://record.example.org/site",
        "https://record.example.org?a=b",
        "https://editor:pass@record.example.org",
    ],
)
def test_e001_an_origin_that_is_not_one(settings, origin):
    settings.SITE_ORIGIN = origin
    assert ids(checks.check_origin(None)) == ["accountability.E001"]
    settings.SITE_ORIGIN, settings.DESK_ORIGIN = settings.DESK_ORIGIN, origin
    (said,) = checks.check_origin(None)
    assert (said.id, said.msg.startswith("DESK_ORIGIN ")) == ("accountability.E001", True)


def test_e002_http_in_production(settings):
    settings.SITE_ORIGIN, settings.DESK_ORIGIN = "http://record.example.org", "https://desk.example.org"
    assert ids(checks.check_origin(None)) == []
    settings.DEVELOPMENT = False
    assert ids(checks.check_origin(None)) == ["accountability.E002"]
    settings.DESK_ORIGIN = "http://desk.example.org"
    assert ids(checks.check_origin(None)) == ["accountability.E002"] * 2


@pytest.mark.parametrize("host", ["*", ".example.org", "*.example.org", ""])
def test_e003_a_host_name_that_lets_others_in(settings, host):
    settings.ALLOWED_HOSTS = ["record.example.org", host]
    assert ids(checks.check_hosts(None)) == ["accountability.E003"]


def test_e004_psycopg_3_in_the_place_of_psycopg2(monkeypatch):
    class Driver:
        __name__ = "psycopg"

    monkeypatch.setattr(type(connection), "vendor", "postgresql", raising=False)
    monkeypatch.setattr(connection, "Database", Driver(), raising=False)
    assert ids(checks.check_database(None)) == ["accountability.E004"]


def test_e005_a_write_lock_for_every_reader(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    expected = ["accountability.E005"] if connection.vendor == "sqlite" else []
    assert ids(checks.check_database(None)) == expected


def test_e006_static_files_that_were_not_collected(settings, tmp_path):
    settings.DEVELOPMENT = False
    settings.STATIC_ROOT = tmp_path
    assert ids(checks.check_static_files(None)) == ["accountability.E006"]
    (tmp_path / "staticfiles.json").touch()
    assert ids(checks.check_static_files(None)) == []


def test_every_id_is_documented_and_nothing_else():
    source = (settings.BASE_DIR / "campaigns" / "checks.py").read_text()
    documented = (settings.BASE_DIR / "docs" / "deployment.md").read_text()
    pattern = r"accountability\.E\d{3}"
    assert set(re.findall(pattern, source)) == set(re.findall(pattern, documented))
