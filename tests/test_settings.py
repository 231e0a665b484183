"""The settings: what production refuses to start without, and what each environment gets."""

import runpy
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

PRODUCTION = {"SECRET_KEY": "k" * 50, "SITE_ORIGIN": "https://record.example.org"}


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    for name in ("DEBUG", "DEVELOPMENT", "DATABASE_URL", "SECRET_KEY", "SITE_ORIGIN", "EXTRA_HOSTS", "STATIC_ROOT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "accountability" / "settings.py"))


def test_production_names_every_missing_variable_at_once(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY.*SITE_ORIGIN"):
        load(monkeypatch)


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_names_the_one_missing_variable(monkeypatch, name):
    others = {other: value for other, value in PRODUCTION.items() if other != name}
    with pytest.raises(ImproperlyConfigured) as refused:
        load(monkeypatch, **others)
    assert [other for other in PRODUCTION if other in str(refused.value)] == [name]


def test_production_refuses_a_short_secret_key(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        load(monkeypatch, **{**PRODUCTION, "SECRET_KEY": "k" * 49})


def test_production_answers_to_its_own_names_only(monkeypatch):
    loaded = load(monkeypatch, **PRODUCTION, EXTRA_HOSTS="www.example.org, old.example.org")
    assert loaded["ALLOWED_HOSTS"] == ["record.example.org", "www.example.org", "old.example.org"]


def test_the_driver_for_postgresql_is_psycopg2():
    if connection.vendor == "postgresql":
        backend: Any = connection
        assert backend.Database.__name__ == "psycopg2"
