"""What an installation gets: the requirements, what the image holds, what compose.yaml hands on."""

import ast
import re
import runpy
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
#: Requirements that no line of the code names, each with whoever does.
UNNAMED = {
    "gunicorn": "the server: the command that starts the site",
    "psycopg2-binary": "Django's PostgreSQL driver: DATABASE_URL asks for it",
    "tzdata": "Python's zoneinfo, where the system has no time zones of its own",
}
#: What stands in the repository and not in the image.
NOT_IN_THE_IMAGE = {
    **dict.fromkeys(
        (".ci", ".editorconfig", ".gitignore", "Makefile", "benchmarks", "pyproject.toml", "tests"), "work"
    ),
    **dict.fromkeys(("CHANGELOG.md", "README.md", "docs"), "reading"),
    **dict.fromkeys(("Dockerfile", "compose.yaml"), "what makes and starts it"),
}
SERVICE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["site"]


@pytest.fixture
def production(monkeypatch):
    """Load the settings of production, with what they cannot do without and the given variables."""

    def load(**given: str) -> dict[str, Any]:
        for name in (*SERVICE["environment"], "DEBUG", "DEVELOPMENT", "PORT"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"SECRET_KEY": "k" * 50, "SITE_ORIGIN": "https://record.example.org", **given}.items():
            monkeypatch.setenv(name, value)
        loaded = runpy.run_path(str(ROOT / "accountability" / "settings.py"))
        return {name: value for name, value in loaded.items() if name.isupper()}

    return load


def normal(name: str) -> str:
    """A distribution's name as requirements are compared (PEP 503), without its extras."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[~=<>!; ]", name)[0]).lower()


def named() -> set[str]:
    """The top-level modules that production imports, or names in its settings."""
    found = set()
    for path in (*(ROOT / "accountability").rglob("*.py"), *(ROOT / "campaigns").rglob("*.py"), ROOT / "manage.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module))
            elif path.name == "settings.py" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return {name.split(".")[0] for name in found}


def distributions(modules: set[str]) -> set[str]:
    """The distributions that these modules come from; Python's own and the project's come from none."""
    known = packages_distributions()
    return {normal(name) for module in modules for name in known.get(module, ())}


def test_every_requirement_is_imported_or_named_in_the_settings():
    required = {normal(name) for name in PROJECT["project"]["dependencies"]}
    assert required - distributions(named()) == set(UNNAMED)


def test_nothing_is_imported_that_production_does_not_install():
    pins = set(map(normal, re.findall(r"^(\S+)==", (ROOT / "requirements" / "base.txt").read_text(), re.MULTILINE)))
    used = distributions(named())
    assert len(used) > 10
    assert used - pins == set()


def test_the_order_of_the_layers_names_only_modules_that_exist():
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    layers = [
        ROOT.joinpath(*container.split("."), name)
        for contract in contracts
        for container in contract.get("containers", ())
        for layer in contract["layers"]
        for name in re.findall(r"\w+", layer)
    ]
    assert len(layers) > 30
    assert [path for path in layers if not (path.is_dir() or path.with_suffix(".py").is_file())] == []


def tracked() -> set[str]:
    """The files and folders at the top of the repository."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return {path.split("/")[0] for path in listed.split("\0") if path}


def copied() -> set[str]:
    """The files and folders at the top of the repository that the image holds under the same name."""
    pairs = re.findall(r"^COPY (\S+) (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for source, target in pairs:
        assert target in (source, f"{Path(source).parent}/", "./")
    return {source.split("/")[0] for source, _ in pairs}


def values(setting: Any) -> Iterator[Any]:
    """What a setting holds, however deep."""
    match setting:
        case dict():
            for key in setting:
                yield from values(setting[key])
        case list() | tuple():
            for item in setting:
                yield from values(item)
        case _:
            yield setting


def test_the_image_holds_everything_that_the_settings_name(production):
    names = set()
    for value in values(production()):
        if isinstance(value, Path) and value.is_relative_to(ROOT):
            names |= set(value.relative_to(ROOT).parts[:1])
        elif isinstance(value, str):
            names.add(value.split(".")[0])
    needed = names & tracked()
    assert needed >= {"accountability", "campaigns", "locale", "static", "templates"}
    assert needed - copied() == set()


def test_of_everything_in_the_repository_somebody_said_whether_the_image_needs_it():
    assert copied() & set(NOT_IN_THE_IMAGE) == set()
    assert copied() | set(NOT_IN_THE_IMAGE) == tracked()


def test_the_service_gets_every_variable_that_is_documented_and_none_of_development():
    chapter = (ROOT / "docs" / "deployment.md").read_text().split("## Environment variables")[1].split("\n## ")[0]
    handed, kept = (
        set(re.findall(r"^\| `([A-Z_]+)` \|", part, re.MULTILINE)) for part in chapter.split("On your own machine only")
    )
    assert kept == {"DEBUG", "DEVELOPMENT", "PORT"}
    assert set(SERVICE["environment"]) == handed
    # The database's own is made here, as the database is.
    others = {name: value for name, value in SERVICE["environment"].items() if name != "DATABASE_URL"}
    assert [name for name, value in others.items() if not re.fullmatch(rf"\$\{{{name}:[-?].*\}}", value)] == []


def test_a_variable_that_is_handed_on_empty_has_its_default(production):
    assert production(**dict.fromkeys(set(SERVICE["environment"]) - {"SECRET_KEY", "SITE_ORIGIN"}, "")) == production()
