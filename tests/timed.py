"""python tests/timed.py PART COMMAND...: run COMMAND under a heading, note how long it takes; without arguments, tell.

The notes stand in `.make/times`, which each `make` begins anew. A command may note there what of its time is worth a
line (`within`); it counts once.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

NOTES = Path(__file__).resolve().parent.parent / ".make" / "times"
LINE = "{:<12}{:>8}{:>12}"


def run(part: str, command: list[str]) -> int:
    """Run the command and note its time; return its exit code."""
    sys.stdout.write(f"== {part}\n")
    sys.stdout.flush()
    began = time.monotonic()
    try:
        return subprocess.call(command)
    finally:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        with NOTES.open("a") as notes:
            notes.write(json.dumps([part, time.monotonic() - began, used.ru_utime + used.ru_stime]) + "\n")


def within(what: str, seconds: float) -> None:
    """Note how many seconds of work of the part that is run are what."""
    with NOTES.open("a") as notes:
        notes.write(json.dumps([what, seconds, None]) + "\n")


def table() -> str:
    """Return the notes as a table of seconds, with their sum."""
    rows = [json.loads(line) for line in NOTES.read_text().splitlines()]
    lines, inner = [LINE.format("", "seconds", "processor")], []
    for part, wall, used in rows:
        if used is None:
            inner.append(LINE.format(f"  {part}", f"({wall:.1f})", ""))
        else:
            lines += [LINE.format(part, f"{wall:.1f}", f"{used:.1f}"), *inner]
            inner = []
    whole = (sum(row[column] for row in rows if row[2] is not None) for column in (1, 2))
    return "\n".join([*lines, LINE.format("together", *(f"{seconds:.1f}" for seconds in whole))])


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.stdout.write(table() + "\n")
    else:
        try:
            sys.exit(run(sys.argv[1], sys.argv[2:]))
        except KeyboardInterrupt:
            sys.exit(130)
