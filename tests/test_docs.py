"""The documentation mentions everything that somebody could look for."""

import re

import pytest
from django.apps import apps
from django.conf import settings

from campaigns.triggers import histories
from tests.addresses import public_patterns

ROOT = settings.BASE_DIR
DOCS = "\n".join(path.read_text() for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))))
COMMANDS = sorted(path.stem for path in (ROOT / "campaigns" / "management" / "commands").glob("[!_]*.py"))
VARIABLES = sorted(
    set(re.findall(r"""(?:environ\.get|env_\w+)\(["'](\w+)""", (ROOT / "accountability" / "settings.py").read_text()))
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command):
    assert re.search(rf"\b{command}\b", DOCS)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_environment_variable_is_described(variable):
    assert re.search(rf"`{variable}\b", DOCS)


@pytest.mark.parametrize("name", [name for name, _ in public_patterns()])
def test_every_address_has_a_heading_in_the_architecture(name):
    headings = re.findall(r"^#+ `(\S+)`", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    assert headings.count(name) == 1


def test_every_table_of_the_model_is_described():
    headings = re.findall(r"^#+ (\w+)", (ROOT / "docs" / "data-model.md").read_text(), re.MULTILINE)
    models = apps.get_app_config("campaigns").get_models()
    tables = [model for model in models if not model._meta.proxy and model not in histories()]
    assert {model.__name__ for model in tables} - set(headings) == set()


def test_every_test_that_the_security_page_names_exists():
    text = (ROOT / "docs" / "security.md").read_text()
    names = re.findall(r"`(tests/\S+\.py)`", text)
    assert len(names) > 10
    assert [name for name in names if not (ROOT / name).is_file()] == []


def test_no_link_between_the_pages_is_broken():
    broken = [
        (path.name, target)
        for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text())
        if not (path.parent / target).exists()
    ]
    assert broken == []
