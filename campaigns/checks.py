"""System checks: each wrong setting has an id, says what is wrong and hints at what to write instead.

docs/deployment.md lists the ids. The checks see settings only, never rows, so they run before the first migration.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connection


def check_origin(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: SITE_ORIGIN or DESK_ORIGIN is not a bare origin. E002: it is not https in production."""
    names = {settings.SITE_ORIGIN: "SITE_ORIGIN"}
    names.setdefault(settings.DESK_ORIGIN, "DESK_ORIGIN")
    problems: list[CheckMessage] = []
    for origin, name in names.items():
        problems += _origin_problems(name, origin)
    return problems


def _origin_problems(name: str, origin: str) -> Iterator[CheckMessage]:
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
        yield Error(
            f"{name} is {origin!r}, which is not a scheme and a host.",
            hint="Write only the scheme, the host and, if needed, the port: https://record.example.org",
            id="accountability.E001",
        )
    elif "@" in parts.netloc:
        yield Error(
            f"{name} holds a user name, which every absolute URL of the site would repeat.",
            hint="Write only the scheme, the host and, if needed, the port: https://record.example.org",
            id="accountability.E001",
        )
    elif parts.scheme != "https" and not settings.DEVELOPMENT:
        yield Error(
            f"{name} is {origin!r}: in production staff can log in over https only.",
            hint=f"Put a proxy with a certificate in front and write https:// in {name}.",
            id="accountability.E002",
        )


def check_hosts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E003: a host name that would let strangers' names in, so that a cache could be filled with their links."""
    return [
        Error(
            f"The host {host!r} would accept names that are not this site's.",
            hint="List each further host name in EXTRA_HOSTS, whole, without * and without a leading dot.",
            id="accountability.E003",
        )
        for host in settings.ALLOWED_HOSTS
        if "*" in host or host.startswith(".") or not host
    ]


def check_database(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E004: psycopg 3 shadows psycopg2. E005: SQLite would lock on each reading."""
    # Typed as anything, because only PostgreSQL's and SQLite's own wrappers say which driver they have taken.
    default: Any = connection
    if default.vendor == "postgresql" and default.Database.__name__ != "psycopg2":
        return [
            Error(
                f"Django has taken {default.Database.__name__} instead of psycopg2, which the site is tested with.",
                hint="Uninstall psycopg: Django prefers it silently as soon as it is installed.",
                id="accountability.E004",
            )
        ]
    if default.vendor == "sqlite" and connection.settings_dict["ATOMIC_REQUESTS"]:
        return [
            Error(
                "ATOMIC_REQUESTS with SQLite makes every reader take the write lock.",
                hint="Leave ATOMIC_REQUESTS off, or use PostgreSQL.",
                id="accountability.E005",
            )
        ]
    return []


def check_static_files(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E006: the static files were not collected, so every production page would fail."""
    if settings.DEVELOPMENT or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return []
    return [
        Error(
            f"The static files are not collected in {settings.STATIC_ROOT}.",
            hint="Run: python manage.py collectstatic --no-input",
            id="accountability.E006",
        )
    ]
