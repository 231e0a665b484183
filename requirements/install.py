"""python3 requirements/install.py NAME: make .venv and install requirements/NAME.txt into it, unless that is done.

Runs on the system's Python before anything is installed, so it must parse on an old one to say that it is too old.
What was installed is noted in .venv by the hash of its file; an environment without such a note was left half-made and
is made anew. A .venv that is a symbolic link is somebody else's and used as it is.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
PYTHON = VENV / "bin" / "python"
# dev.txt repeats all of base.txt.
COVERS = {"base": ["base"], "dev": ["base", "dev"]}
TOO_OLD = (
    "Python 3.11 or newer is needed, and {} is {}.{}: "
    "if there is a newer one, name it, as in `make run PYTHON=python3.12`."
)
NO_VENV = "Python's venv module is incomplete: install it (`apt-get install python3-venv`), then run make again."
NOT_MADE = "Could not make .venv: the lines above say why."
NOT_INSTALLED = "Could not install the requirements: the lines above say why; run make again to try again."


def wanted(name: str) -> str:
    """The hash of the requirements called `name`."""
    return hashlib.sha256((HERE / (name + ".txt")).read_bytes()).hexdigest()


def note(name: str) -> Path:
    """The file that says which requirements called `name` are installed."""
    return VENV / ("installed-" + name)


def main(name: str) -> str:
    """Install; return an empty string, or one sentence that says why not."""
    if sys.version_info < (3, 11):
        return TOO_OLD.format(sys.executable, *sys.version_info)
    if VENV.is_symlink() or (PYTHON.exists() and note(name).is_file() and note(name).read_text() == wanted(name)):
        return ""
    notes = [path for path in map(note, COVERS) if path.is_file()]
    if not (PYTHON.exists() and notes):
        if getattr(importlib.util.find_spec("ensurepip"), "loader", None) is None:
            return NO_VENV
        print("Making .venv ...", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
            return NOT_MADE
    for path in notes:
        path.unlink(missing_ok=True)
    print("Installing the locked requirements (a minute or two the first time) ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes"]
    if subprocess.call([*pip, "--requirement", str(HERE / (name + ".txt"))]):
        return NOT_INSTALLED
    for covered in COVERS[name]:
        note(covered).write_text(wanted(covered))
    return ""


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]) or 0)
    except KeyboardInterrupt:
        sys.exit("Interrupted; run make again to start over.")
