"""Where Chromium is, and how tests start it."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "The browser tests need Chromium: install it with `apt-get install chromium`, "
    "or with your system's package manager so that one of these is on the PATH: " + ", ".join(NAMES) + "."
)
# Without a sandbox because CI runs as root, where Chromium has none; the rest keeps it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find() -> str | None:
    """The path of the first Chromium on the PATH, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)
