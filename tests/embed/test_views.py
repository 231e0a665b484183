"""What partners load and what machines ask."""

import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db

SCRIPTS = settings.BASE_DIR / "static" / "js"


def test_the_script_is_one_small_file_at_an_address_that_never_changes(client):
    answered = client.get("/embed.js")
    assert answered.status_code == 200
    source = (SCRIPTS / "embed.js").read_text()
    assert re.sub(r"\s+", "", answered.content.decode()) == re.sub(r"\s+", "", re.sub(r"(?m)^\s*//.*", "", source))
    assert b'"use strict";\nvar MINE' in answered.content
    assert len(answered.content) < 3000
    assert (answered["Content-Type"], answered["X-Content-Type-Options"]) == (
        "text/javascript; charset=utf-8",
        "nosniff",
    )
    assert answered["Cache-Control"] == "public, max-age=3600, s-maxage=3600, stale-while-revalidate=86400"
    # Pages that isolate themselves load it too, and a partner may pin it by its hash.
    assert (answered["Cross-Origin-Resource-Policy"], answered["Access-Control-Allow-Origin"]) == ("cross-origin", "*")


def test_the_scripts_keep_nothing_and_ask_nobody():
    for name in ("embed.js", "frame.js"):
        code = (SCRIPTS / name).read_text()
        banned = ("cookie", "localStorage", "sessionStorage", "fetch(", "XMLHttp", "sendBeacon", "innerHTML", "eval(")
        assert [word for word in banned if word in code] == []
