"""A process for readers: the same answers as ever, and nothing that could let anybody in (threat T33)."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.test import Client

from campaigns.models import Campaign, Invitation, Role
from tests import factories as make
from tests.admin.test_foreign import patterns
from tests.crawler import Ask, Site
from tests.test_settings import PRODUCTION, load
from tests.worlds import World

__all__ = ["load"]

pytestmark = pytest.mark.django_db

#: What no process for readers has, by the beginning of its name.
DESK = (
    "django.contrib.admin",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_otp",
    "campaigns.admin",
    "campaigns.staff",
)


@pytest.fixture
def public(load, settings):
    """Return a function that makes the process one for readers."""

    def become():
        given = load(**PRODUCTION, SITE_ROLE="public")
        for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES"):
            setattr(settings, name, given[name])

    return become


def written():
    """Return whether the database takes anything."""
    try:
        with transaction.atomic():
            Campaign.objects.update(place="elsewhere")
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_a_process_for_readers_has_nothing_of_the_desk(load):
    whole, given = load(**PRODUCTION), load(**PRODUCTION, SITE_ROLE="public")
    for name in ("INSTALLED_APPS", "MIDDLEWARE"):
        assert [one for one in whole[name] if one.startswith(DESK)]
        assert [one for one in given[name] if one.startswith(DESK) or "auth.middleware" in one] == []
    assert (whole["ROOT_URLCONF"], given["ROOT_URLCONF"]) == ("accountability.urls", "accountability.public_urls")


@pytest.mark.parametrize("role", ["staff", "PUBLIC", "public "])
def test_a_role_that_is_none_is_refused(load, role):
    with pytest.raises(ImproperlyConfigured, match=f"SITE_ROLE must be all or public, not '{role}'"):
        load(**PRODUCTION, SITE_ROLE=role)


def test_only_the_process_with_the_desk_answers_to_its_name(load):
    where = {"DESK_ORIGIN": "https://desk.example.org/"}
    assert load(**PRODUCTION, **where)["ALLOWED_HOSTS"] == ["record.example.org", "desk.example.org"]
    assert load(**PRODUCTION, **where, SITE_ROLE="public")["ALLOWED_HOSTS"] == ["record.example.org"]
    assert load(**PRODUCTION)["DESK_ORIGIN"] == PRODUCTION["SITE_ORIGIN"]


def test_links_for_staff_begin_with_the_desks_address(settings):
    settings.DESK_ORIGIN = "https://desk.example.org"
    campaign = make.make_campaign()
    invitation = Invitation.objects.create(campaign=campaign, role=Role.EDITOR, invited_by=make.make_user())
    assert invitation.link().startswith("https://desk.example.org/admin/join/")


def test_readers_get_the_same_from_a_database_that_only_reads(public):
    site = Site(World())
    asks = [Ask(path) for kinds in site.paths.values() for paths in kinds.values() for path in paths[:1]]
    before = [site.ask(ask) for ask in asks]
    assert {200, 301, 404, 410} <= {reply.status for reply in before}
    public()
    site.clients["anonymous"] = Client(raise_request_exception=False)
    with transaction.atomic(), connection.cursor() as cursor:
        assert written()
        cursor.execute("SET TRANSACTION READ ONLY" if connection.vendor == "postgresql" else "PRAGMA query_only = ON")
        assert not written()
        try:
            after = [site.ask(ask) for ask in asks]
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = OFF")
        transaction.set_rollback(True)  # PostgreSQL then writes again
    different = [
        str(ask)
        for ask, was, now in zip(asks, before, after, strict=True)
        if (was.status, was.headers, was.body) != (now.status, now.headers, now.body)
    ]
    assert different == []


def test_no_address_of_the_desk_is_there_for_readers(public):
    boss = make.make_user(is_superuser=True)
    addresses = [re.sub(r"<[^>]+>", str(boss.pk), route) for route, _name in patterns()]
    assert len(addresses) > 100
    public()
    reader = Client(raise_request_exception=False)
    for address in addresses:
        answer, sent = reader.get(address), reader.post(address, {"username": "boss", "password": "x"})
        assert (address, answer.status_code) == (address, 404)
        assert sent.status_code in (404, 405)  # a campaign’s address takes nothing, and says so
        assert answer.cookies.output() == sent.cookies.output() == ""


def test_it_starts_without_a_line_of_the_desks_code(tmp_path):
    """As a process of its own: in this one the desk is there."""
    asked = (
        "import sys, django; django.setup()\n"
        "from django.core.management import call_command; call_command('check')\n"
        "from accountability import wsgi\n"
        "from django.urls import get_resolver\n"
        "desk = [name for name in sys.modules if name.startswith(('campaigns.admin', 'campaigns.staff'))]\n"
        "print(len(get_resolver().url_patterns), desk)\n"
    )
    given = {name: value for name, value in os.environ.items() if name not in ("DEVELOPMENT", "DEBUG")}
    given |= {
        "DJANGO_SETTINGS_MODULE": "accountability.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/record.sqlite3",
    }
    given |= PRODUCTION | {"SITE_ROLE": "public", "STATIC_ROOT": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=given, cwd=configured.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["1 []"], done.stderr
