"""`make run`'s command: each step is done when it is needed, and only then."""

import io
import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from campaigns.management.commands import develop
from campaigns.models import Campaign


@pytest.fixture
def steps(monkeypatch, settings, unused_port):
    """Run the command; return the other commands it called, by name, and what it printed."""
    settings.PORT = unused_port
    monkeypatch.delenv("RUN_MAIN", raising=False)

    def steps():
        called = []
        monkeypatch.setattr(develop, "call_command", lambda name, *args, **options: called.append((name, *args)))
        output = io.StringIO()
        call_command("develop", stdout=output)
        return called, output.getvalue()

    return steps


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.mark.django_db
def test_an_empty_database_is_migrated_filled_and_served(steps, unused_port):
    called, output = steps()
    assert called == [
        ("migrate",),
        ("import_campaign", str(develop.DEMO)),
        ("staff_account",),
        ("runserver", f"127.0.0.1:{unused_port}"),
    ]
    assert "http://testserver/" in output
    assert "make password" in output


@pytest.mark.django_db
def test_a_database_with_a_campaign_is_left_as_it_is(steps, unused_port):
    Campaign.objects.create(slug="elsewhere", name="Elsewhere")
    called, _ = steps()
    assert called == [("migrate",), ("staff_account",), ("runserver", f"127.0.0.1:{unused_port}")]


def test_a_taken_port_is_one_sentence_before_anything_is_done(steps, unused_port):
    with socket.create_server(("127.0.0.1", unused_port)), pytest.raises(CommandError) as refused:
        steps()
    assert str(refused.value) == f"Port {unused_port} is taken; choose another, as in: make run PORT=8001"


def test_the_server_that_starts_again_after_an_edit_repeats_no_step(steps, unused_port, monkeypatch):
    monkeypatch.setenv("RUN_MAIN", "true")
    assert steps() == ([("runserver", f"127.0.0.1:{unused_port}")], "")


def test_production_is_not_served_by_it(steps, settings):
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="your own machine"):
        steps()
