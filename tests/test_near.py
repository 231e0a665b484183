"""What `make try` runs: the nearest tests first, as far as a minute goes, and what failed last."""

import json

import pytest

from tests import near

FILES = {
    "campaigns/search.py": "",
    "campaigns/views/search.py": "from campaigns import search",
    "campaigns/views/home.py": "from campaigns.models import demand",
    "campaigns/models/__init__.py": "",
    "campaigns/models/demand.py": "",
    "accountability/settings.py": "",
    "tests/pages.py": "",
    "tests/test_docs.py": "",
    "tests/test_search.py": "from campaigns import search",
    "tests/test_site_code.py": "",
    "tests/test_urls.py": "import campaigns.views.search",
    "tests/test_words.py": "from campaigns.search import words",
    "tests/test_pages.py": "from tests import pages",
    "tests/models/test_demand.py": "",
    "tests/views/test_home.py": "",
}


@pytest.fixture(autouse=True)
def tree(tmp_path, monkeypatch):
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.setattr(near, "ROOT", tmp_path)
    near._imports.cache_clear()
    yield tmp_path
    near._imports.cache_clear()


def ranks(*files):
    return [[test.removeprefix("tests/") for test in rank] for rank in near.nearest(files)]


def test_a_changed_test_comes_first():
    assert ranks("tests/test_urls.py")[0] == ["test_urls.py"]


def test_what_is_called_like_a_changed_file_comes_next():
    assert ranks("campaigns/models/demand.py")[1] == ["models/test_demand.py", "test_site_code.py"]
    assert ranks("templates/campaigns/_home.html")[1] == ["test_site_code.py", "views/test_home.py"]
    assert ranks("docs/editing.md")[1] == ["test_docs.py"]


def test_then_what_imports_a_changed_module_by_either_form():
    assert ranks("campaigns/search.py")[2] == ["test_search.py", "test_words.py"]
    assert ranks("tests/pages.py")[2] == ["test_pages.py"]


def test_then_what_is_near_to_a_module_that_imports_it():
    assert ranks("campaigns/models/demand.py")[3:] == [["views/test_home.py"], []]
    assert ranks("campaigns/search.py")[4] == ["test_urls.py"]


def test_a_minute_is_filled_from_the_nearest_and_the_rest_is_named():
    seconds = {"b": near.BUDGET, "c": near.BUDGET - 2, "d": 1.0}
    assert near.chosen([["a"], ["b", "d"], ["c", "d"]], {"a": 1.0, **seconds}) == (["a", "d", "c"], ["b"])
    assert near.chosen([["a", "b"], ["d"]], {"a": near.BUDGET, **seconds}) == (["a", "b"], ["d"])


def test_what_failed_last_is_run_again_unless_its_file_is_or_it_is_gone(tree):
    assert near.failed_last([]) == []
    file = tree / ".pytest_cache" / "v" / "cache" / "lastfailed"
    file.parent.mkdir(parents=True)
    names = ["test_urls.py::a", "test_docs.py::b[x::y]", "test_docs.py::b[z]", "test_docs.py::c", "gone.py::d"]
    file.write_text(json.dumps({f"tests/{name}": True for name in names}))
    (tree / "tests" / "test_docs.py").write_text("def b(one):")
    assert near.failed_last(["tests/test_urls.py"]) == ["tests/test_docs.py::b"]


def test_what_differs_from_main_and_what_is_new_has_changed(tree):
    def git(*arguments):
        near._git("-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)

    git("init", "--initial-branch=main")
    git("add", ".")
    git("commit", "--message=Begin")
    git("checkout", "-b", "mine")
    (tree / "tests" / "pages.py").write_text("# committed")
    (tree / "tests" / "test_docs.py").unlink()
    git("commit", "--all", "--message=Change")
    (tree / "campaigns" / "search.py").write_text("# not committed")
    (tree / "new.py").touch()
    assert near.changed() == ["campaigns/search.py", "tests/pages.py", "new.py"]
