"""The settings: what production refuses to start without, what each environment gets, what a public page may send."""

import os
import re
import runpy
import stat

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

FILE = settings.BASE_DIR / "accountability" / "settings.py"
VARIABLES = set(re.findall(r"""(?:environ\.get|env_\w+)\(["'](\w+)""", FILE.read_text()))
PRODUCTION = {"SECRET_KEY": "k" * 50, "SITE_ORIGIN": "https://record.example.org"}


@pytest.fixture
def load(monkeypatch):
    """Run the settings file under the given environment and return what it sets."""

    def load(file=FILE, **environment):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(file))

    return load


def test_production_names_every_missing_variable_at_once(load):
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY.*SITE_ORIGIN"):
        load()


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_names_the_one_missing_variable(load, name):
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**{other: value for other, value in PRODUCTION.items() if other != name})
    assert [other for other in PRODUCTION if other in str(refused.value)] == [name]


def test_production_refuses_a_short_secret_key(load):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        load(**PRODUCTION | {"SECRET_KEY": "k" * 49})


@pytest.mark.parametrize("name", ["HSTS_SECONDS", "STATEMENT_TIMEOUT"])
def test_a_number_that_is_none_is_refused_by_name(load, name):
    with pytest.raises(ImproperlyConfigured, match=rf"{name} must be a whole number, not '5s'"):
        load(**PRODUCTION, DATABASE_URL="postgresql:///record", **{name: "5s"})


@pytest.mark.parametrize("url", ["mysql://editor:s3cret@host/record", "s3cret"])
def test_another_database_is_refused_without_repeating_its_password(load, url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        load(**PRODUCTION, DATABASE_URL=url)
    assert "s3cret" not in str(refused.value)


def test_production_answers_to_its_own_names_only(load):
    loaded = load(**PRODUCTION, EXTRA_HOSTS="www.example.org, old.example.org")
    assert loaded["ALLOWED_HOSTS"] == ["record.example.org", "www.example.org", "old.example.org"]


def test_production_cookies_are_for_this_host_and_https_only(load):
    loaded = load(**PRODUCTION)
    names = ("COOKIE_NAME", "COOKIE_SECURE", "COOKIE_HTTPONLY", "COOKIE_SAMESITE")
    assert [loaded[f"SESSION_{name}"] for name in names] == ["__Host-sid", True, True, "Lax"]
    assert [loaded[f"CSRF_{name}"] for name in names] == ["__Host-csrf", True, True, "Strict"]


def test_development_logs_staff_in_over_http(load):
    loaded = load(DEVELOPMENT="1", SECRET_KEY="any")
    assert loaded["SITE_ORIGIN"] == "http://127.0.0.1:8000"
    assert not {"SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"} & set(loaded)


def test_development_shows_our_own_error_pages_unless_asked(load):
    assert load(DEVELOPMENT="1", SECRET_KEY="any")["DEBUG"] is False
    assert load(DEBUG="1", SECRET_KEY="any")["DEBUG"] is True


def test_development_makes_a_key_that_only_its_owner_reads_and_keeps_it(load, tmp_path):
    copy = tmp_path / "accountability" / "settings.py"
    copy.parent.mkdir()
    copy.write_text(FILE.read_text())
    first = load(copy, DEVELOPMENT="1")["SECRET_KEY"]
    assert len(first) >= 50
    assert load(copy, DEVELOPMENT="1")["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / ".secret-key").stat().st_mode) == 0o600


def test_sqlite_waits_its_turn_and_keeps_what_it_said_it_saved(load):
    database = load(**PRODUCTION)["DATABASES"]["default"]
    assert database["CONN_MAX_AGE"] == 60
    assert database["OPTIONS"] == {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }


def test_postgresql_gives_up_on_long_queries_and_dead_connections(load):
    database = load(**PRODUCTION, DATABASE_URL="postgresql://editor:p%40ss@db/record?sslmode=verify-full")["DATABASES"]
    assert database["default"]["PASSWORD"] == "p@ss"
    assert (database["default"]["CONN_MAX_AGE"], database["default"]["CONN_HEALTH_CHECKS"]) == (60, True)
    assert database["default"]["OPTIONS"] == {
        "connect_timeout": 5,
        "options": "-c statement_timeout=5000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
        " -c jit=off",
        "sslmode": "verify-full",
    }


@pytest.mark.django_db
def test_the_database_under_test_is_the_one_that_was_asked_for():
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        assert connection.Database.__name__ == "psycopg2"
    else:
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def plain_page(request: HttpRequest) -> HttpResponse:
    """A page as public as any: all context processors, no look at the visitor."""
    return HttpResponse(engines["django"].from_string("<h1>{{ request.path }}</h1>").render({}, request))


urlpatterns = [path("plain/", plain_page)]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize("visitor", ["client", "admin_client"])
def test_a_page_that_does_not_look_at_the_visitor_sends_no_cookie_and_varies_on_none(
    visitor, request, django_assert_num_queries
):
    client = request.getfixturevalue(visitor)
    with django_assert_num_queries(0):
        response = client.get("/plain/")
    assert response.content == b"<h1>/plain/</h1>"
    assert response.headers.get("Vary") is None
    assert not response.cookies


def test_every_variable_is_documented():
    documented = (settings.BASE_DIR / "docs" / "deployment.md").read_text()
    assert {name for name in VARIABLES if f"| `{name}` |" not in documented} == set()
