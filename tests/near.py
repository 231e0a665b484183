"""python tests/near.py [PYTEST'S ARGUMENTS]: run the tests nearest to what changed since `main`, and what failed last.

Nearest are the changed files of tests; then those named like a changed file; then those that import a changed module;
then those named like, or importing, a module that does. They are taken in this order as long as they fit into a minute,
by the times of the last `make test`; what is left out is told. With arguments, these and nothing else are run.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parent.parent
SECONDS = ROOT / ".make" / "seconds.json"
#: How many seconds of work fit into a minute on two cores, beside the rest; and what a file takes that was never timed.
BUDGET, UNKNOWN = 70.0, 3.0
#: What looks over all files of a kind.
OVERSEERS = {".md": "test_docs", ".po": "test_locale", ".py": "test_site_code", ".html": "test_site_code"}


def changed() -> list[str]:
    """Return the files that differ from `main`, also those that git does not know yet."""
    base = _git("merge-base", "HEAD", "main") or _git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    return _git("diff", "--name-only", "--diff-filter=d", base[0]) + _git("ls-files", "--others", "--exclude-standard")


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def nearest(files: Iterable[str]) -> list[list[str]]:
    """Return the files of tests by how near they are to the given ones."""
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py"))
    code = [path for folder in ("campaigns", "accountability") for path in (ROOT / folder).rglob("*.py")]
    modules = {_module(str(path.relative_to(ROOT))) for path in code}
    files = set(files)
    names = {_module(file) for file in files if file.endswith(".py")}
    further = {module for module in modules if _imports(module) & names} - names
    return [
        [test for test in tests if test in files],
        [test for test in tests if any(_alike(test, file) for file in files)],
        [test for test in tests if _imports(_module(test)) & names],
        [test for test in tests if any(_alike(test, module.replace(".", "/")) for module in further)],
        [test for test in tests if _imports(_module(test)) & further],
    ]


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _alike(test: str, file: str) -> bool:
    """Whether a file of tests is called like the file: test_search.py or test_views_search.py for views/search.py."""
    path = PurePath(file)
    stem = path.stem.lower().strip("_").replace("-", "_")
    if stem == "init":
        stem = path.parent.name
    name = PurePath(test).stem
    return name in {f"test_{stem}", f"test_{path.parent.name}_{stem}", OVERSEERS.get(path.suffix)}


@cache
def _imports(module: str) -> frozenset[str]:
    """Return what a module imports by name, as modules or as names in them."""
    path = ROOT / module.replace(".", "/")
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def chosen(ranks: Iterable[Iterable[str]], seconds: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """Return what fits into the budget, nearest first, and what is left out; changed tests always fit."""
    taken: list[str] = []
    left: list[str] = []
    used = 0.0
    for rank, files in enumerate(ranks):
        for file in files:
            if file in taken or file in left:
                continue
            cost = seconds.get(file, UNKNOWN)
            if rank == 0 or used + cost <= BUDGET:
                taken.append(file)
                used += cost
            else:
                left.append(file)
    return taken, left


def failed_last(taken: Iterable[str]) -> list[str]:
    """Return the tests that failed when they were last run, are still there, and are not among the files already.

    With all their parameters: those that failed may be called otherwise by now.
    """
    file = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    found = set()
    for test in json.loads(file.read_text()) if file.exists() else {}:
        path, _, name = test.partition("[")[0].partition("::")
        if (
            path not in taken
            and (ROOT / path).is_file()
            and f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
        ):
            found.add(f"{path}::{name}")
    return sorted(found)


def main(arguments: list[str]) -> int:
    """Run pytest and return its exit code."""
    if not arguments:
        seconds = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
        taken, left = chosen(nearest(changed()), seconds)
        again = failed_last(taken)
        sys.stdout.write(
            f"{len(taken)} files of tests near to what changed since main, and {len(again)} that failed last\n"
        )
        if left:
            sys.stdout.write(f"too far for a minute, left to make test: {' '.join(left)}\n")
        arguments = [*taken, *again]
        if not arguments:
            return 0
        if sum(seconds.get(file, UNKNOWN) for file in taken) > 10:
            arguments += ["-n", "2", "--dist", "worksteal"]
    sys.stdout.flush()
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
