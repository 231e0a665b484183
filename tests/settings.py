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

# Never the developer's own, which a test without its mark has emptied: until `tests/tables.py` has made a database for
# the run there is none, but for a program that a test starts on one that it made. No file stands under a device, and
# Django refuses PostgreSQL a name of more than 63 letters.
DATABASES["default"]["NAME"] = os.environ.get(
    "TESTS_OWN_DATABASE", "/dev/null/A test that needs the database says so with pytest.mark.django_db."
)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Nothing here outlives the run, so nothing needs to reach the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    # A browser test may hold a transaction longer than a reader's request ever should.
    DATABASES["default"]["OPTIONS"].pop("options")
