"""What an installation gets: the requirements that are installed."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions

from django.conf import settings

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
#: Requirements that no line of the code names, each with whoever does.
UNNAMED = {
    "gunicorn": "the server: the command that starts the site",
    "psycopg2-binary": "Django's PostgreSQL driver: DATABASE_URL asks for it",
    "tzdata": "Python's zoneinfo, where the system has no time zones of its own",
}


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
