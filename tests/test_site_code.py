"""Guards over the code itself: names agree, and nothing goes round what keeps the record safe."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern

from campaigns import urls

ROOT = settings.BASE_DIR
CODE = sorted((ROOT / "campaigns").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: The ways out: whatever these ask the database, a reader may see.
OUT = ("views", "embed", "feeds.py", "sitemaps.py")

#: Expressions without published(), each with the reason why it may be.
ALLOWED = {
    **dict.fromkeys(
        (
            "Campaign.objects.all()",
            "Demand.objects.all()",
            "Official.objects.all()",
            "Organization.objects.all()",
            "Demand.objects.for_page()",
            "Event.objects.filter(campaign=campaign).select_related('campaign').prefetch_related(*EVENT_PARTS)",
            "Official.objects.for_page().with_office()",
            "Organization.objects.for_page()",
            "Person.objects.for_page().with_office()",
            "Post.objects.for_page()",
            "Source.objects.filter(campaign=campaign).select_related('campaign')",
            "Statement.objects.filter(campaign=campaign)",
        ),
        "given to find(), which keeps what is published, and answers 410 for what is withdrawn",
    ),
    "Actor.objects.kept_for(pk=key)": "returns who is published, or nobody",
    "Citation.objects.uses(page.rows)": "counts what of_published() keeps",
    "Citation.objects.uses([source]).get(source.pk, 0)": "counts what of_published() keeps",
    "Citation.objects.of_published().beside_timeline(source)": "of_published() is published() and its subject too",
}


def named_patterns() -> list[tuple[str, Callable[..., Any]]]:
    """Return the name and the view of each address of the app's own."""
    return [(str(pattern.name), pattern.callback) for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


def test_an_address_and_its_view_have_one_name():
    assert [(name, view.__name__) for name, view in named_patterns() if name != view.__name__] == []


def test_a_page_and_its_template_have_one_name():
    rendered = {
        (node.name, call.args[1].value)
        for path in (ROOT / "campaigns" / "views").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "render_page"
        if isinstance(call.args[1], ast.Constant)
    }
    assert len(rendered) > 10
    assert {(name, template) for name, template in rendered if template != f"campaigns/{name}.html"} == set()
    for _, template in rendered:
        assert (template, (ROOT / "templates" / template).is_file()) == (template, True)


def test_no_page_template_is_left_without_a_view():
    pages = {path.stem for path in (ROOT / "templates" / "campaigns").glob("[!_]*.html")}
    assert pages - {view.__name__ for _, view in named_patterns()} == set()


def test_every_fragment_is_included_somewhere():
    everything = "".join(path.read_text() for path in (*TEMPLATES, *CODE))
    fragments = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES if path.name.startswith("_")]
    assert [name for name in fragments if f'"{name}"' not in everything] == []


def calls(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Yield (the name that is called or read, the node) of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                yield name, node
            case ast.alias(name=name):
                yield name.rsplit(".", 1)[-1], node


#: Names that no file of the app may use, and the files that may.
FORBIDDEN: dict[str, set[str]] = {
    "mark_safe": set(),
    "SafeText": set(),
    "csrf_exempt": set(),
    "list_editable": set(),
    "raw": set(),
    "extra": set(),
    "RawSQL": set(),
    "xframe_options_exempt": set(),
    "login_required": set(),
    "HttpResponseForbidden": set(),
    "PermissionDenied": set(),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_file_uses_what_goes_round_a_control(name):
    found = {str(path.relative_to(ROOT)) for path in CODE for used, _ in calls(path) if used == name}
    assert {path for path in found if "/admin/" not in path} - FORBIDDEN[name] == set()


#: Who may write many rows at once, each with the reason why the history is whole all the same.
IN_BULK = {
    "models/login_try.py": "tries to log in are kept for minutes and have no history",
    "models/link_check.py": "whether a document can be reached is no part of the record",
    "campaign_file/applying/records.py": "writes the versions itself, once for each record",
    "campaign_file/applying/links.py": "writes the versions itself, with the links",
    "campaign_file/applying/corrections.py": "writes the versions itself",
    "models/history.py": "writes the versions",
    "models/seals.py": "seals the versions that are there, in a migration",
    "models/revision.py": "the number of the whole record, which triggers count too",
    "models/edit_lock.py": "the number of a version, which a save of the record follows",
    "models/search_entry.py": "the search index has no history",
    "migrations/0005_first_versions.py": "writes the versions that the history begins with",
}
#: Who may speak to the database in SQL, each with the reason.
IN_SQL = {
    "views/site.py": "asks whether it is there",
    "search.py": "reads",
    "timeline/facets.py": "reads",
    "models/seals.py": "reads",
    "history/verification.py": "reads, behind a lock",
    "campaign_file/applying/records.py": "locks, and lets PostgreSQL count anew",
    "triggers.py": "makes the triggers",
    "migrations/0002_search_entry.py": "makes the table of the search index",
}
#: Ways round save() and delete(), of which the history would hear nothing.
ROUND = {
    *("bulk_create", "bulk_update", "abulk_create", "abulk_update", "_raw_delete", "_update", "_insert"),
    *("save_base", "_do_update", "_do_insert", "save_without_historical_record", "skip_history_when_saving"),
    *("SIMPLE_HISTORY_ENABLED", "loaddata"),
}
SQL = {"cursor", "execute", "executemany", "executescript", "callproc", "RunSQL"}


def past_the_history(path: Path) -> Iterator[str]:
    """Yield every call that writes rows of which Django tells nobody."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            # A dictionary's update() is given a mapping, a QuerySet's columns by name.
            case ast.Call(func=ast.Attribute(attr="update" | "aupdate"), keywords=[_, *_]):
                yield ast.unparse(node)
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Constant(value=str(name)) if name in ROUND:
                yield ast.unparse(node)


def in_sql(path: Path) -> Iterator[str]:
    """Yield every attribute by which SQL reaches the database."""
    return (
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        if node.attr in SQL
    )


def users(find: Callable[[Path], Iterator[str]]) -> set[str]:
    """Return the files of the app, its commands and migrations among them, in which something is found."""
    return {str(path.relative_to(ROOT / "campaigns")) for path in CODE if [*find(path)]}


def test_nothing_writes_past_the_history():
    assert users(past_the_history) == set(IN_BULK)
    assert [path.name for path in (ROOT / "accountability").rglob("*.py") if [*past_the_history(path)]] == []


def test_sql_is_spoken_in_few_places_and_writes_nothing_of_the_record():
    assert users(in_sql) == set(IN_SQL)
    writing = re.compile(
        r"\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM|MERGE INTO|REPLACE INTO|TRUNCATE)\b", re.IGNORECASE
    )
    found = {name for name in IN_SQL if writing.search((ROOT / "campaigns" / name).read_text())}
    assert found == {"triggers.py"}


def test_what_writes_past_the_history_is_recognized(tmp_path):
    path = tmp_path / "bad.py"
    lines = [
        "Demand.objects.filter(pk=1).update(text='x')",
        "Demand.objects.filter(pk=1).update(**fields)",
        "await Demand.objects.aupdate(text='x')",
        "Demand.objects.bulk_create(rows)",
        "Demand.objects.bulk_update(rows, ['text'])",
        "Demand.objects.all()._raw_delete('default')",
        "getattr(Demand.objects, 'bulk_create')(rows)",
        "demand.save_base(raw=True)",
        "demand.save_without_historical_record()",
        "SIMPLE_HISTORY_ENABLED = False",
        "call_command('loaddata', name)",
    ]
    path.write_text("\n".join(["seen.update(other)", "demand.save()", "demand.delete()", *lines]))
    assert len([*past_the_history(path)]) == len(lines)
    path.write_text("connection.cursor().execute(sql)\nmigrations.RunSQL(sql)\nrows.delete()\n")
    assert sorted(in_sql(path)) == ["RunSQL", "cursor", "execute"]


def test_no_template_switches_escaping_off():
    off = re.compile(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off|\|\s*escapejs")
    assert [str(path) for path in TEMPLATES if off.search(path.read_text())] == []


def test_every_include_is_given_only_what_it_shows():
    loose = [
        (path.name, include)
        for path in TEMPLATES
        for include in re.findall(r"{%\s*include [^%]*%}", path.read_text())
        if not re.search(r"\bonly\s*%}$", include)
    ]
    assert loose == []


def chains(path: Path) -> Iterator[str]:
    """Yield every whole expression that starts at `X.objects`, up to its last call."""
    tree = ast.parse(path.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
            whole: ast.AST = node
            while (up := parents.get(whole)) is not None and (
                isinstance(up, ast.Attribute) or (isinstance(up, ast.Call) and up.func is whole)
            ):
                whole = up
            yield ast.unparse(whole)


def ways_out() -> list[Path]:
    places = [ROOT / "campaigns" / name for name in OUT]
    assert [place for place in places if not place.exists()] == []
    return [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob("*.py")))]


def test_every_way_out_starts_from_published():
    asked = {(str(path.relative_to(ROOT)), chain) for path in ways_out() for chain in chains(path)}
    assert len(asked) > 20
    unfiltered = {(path, chain) for path, chain in asked if ".published()" not in chain}
    assert {(path, chain) for path, chain in unfiltered if chain not in ALLOWED} == set()


def test_no_allowance_is_left_that_nothing_needs():
    asked = {chain for path in ways_out() for chain in chains(path)}
    assert set(ALLOWED) - asked == set()


def test_no_way_out_reads_who_is_logged_in():
    reading = {
        str(path.relative_to(ROOT))
        for path in (*ways_out(), *(ROOT / "campaigns" / "http").glob("*.py"), *TEMPLATES)
        if "/admin/" not in str(path) and re.search(r"\brequest\.(user|session|COOKIES)|csrf_token", path.read_text())
    }
    assert reading == set()


def test_no_way_out_uses_the_address_it_was_asked_at_for_its_links():
    asking = {
        str(path.relative_to(ROOT))
        for path in (*ways_out(), *(ROOT / "campaigns" / "http").glob("*.py"), *TEMPLATES)
        if re.search(r"build_absolute_uri|get_host|HTTP_HOST", path.read_text())
    }
    assert asking == set()
