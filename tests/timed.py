"""python tests/timed.py PART COMMAND...: run COMMAND under a heading, note how long it takes; without arguments, tell.

The notes stand in `.make/times`, which each `make` begins anew.
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


def table() -> str:
    """Return the notes as a table of seconds, with their sum."""
    rows = [json.loads(line) for line in NOTES.read_text().splitlines()]
    rows.append(["together", *(sum(row[column] for row in rows) for column in (1, 2))])
    lines = [LINE.format(part, f"{wall:.1f}", f"{used:.1f}") for part, wall, used in rows]
    return "\n".join([LINE.format("", "seconds", "processor"), *lines])


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.stdout.write(table() + "\n")
    else:
        try:
            sys.exit(run(sys.argv[1], sys.argv[2:]))
        except KeyboardInterrupt:
            sys.exit(130)
