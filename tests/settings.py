"""The site's own settings in development mode, with what tests need to be fast and quiet."""

import os

# Said before the import below, which reads them; a developer's own shell must not change what is tested.
os.environ |= {
    "DEVELOPMENT": "1",
    "DEBUG": "",
    "SECRET_KEY": "tests-only-" + "x" * 50,
    "SITE_ORIGIN": "http://testserver",
    "EXTRA_HOSTS": "",
}

from accountability.settings import *  # noqa: F403
from accountability.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Nothing here outlives the run, so nothing needs to reach the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    # A browser test may hold a transaction longer than a reader's request ever should.
    DATABASES["default"]["OPTIONS"].pop("options")
