"""Production's log lines: one JSON object each, and nothing in them that tells who read what."""

import json
import logging

import pytest
from django.test import RequestFactory

from accountability.logs import JsonLines


@pytest.fixture
def line():
    """Log an event and return its line, read as JSON."""

    def line(message, *args, **extra):
        exc_info = extra.pop("exc_info", None)
        record = logging.LogRecord("django.request", logging.ERROR, "views.py", 1, message, args, exc_info)
        record.__dict__ |= extra
        text = JsonLines().format(record)
        assert "\n" not in text
        return json.loads(text)

    return line


def caught():
    try:
        raise ValueError("typed by a visitor")
    except ValueError as error:
        return type(error), error, error.__traceback__


def test_a_line_has_time_level_logger_and_message(line):
    logged = line("Not Found: %s", "/kansas-city/")
    assert list(logged) == ["time", "level", "logger", "message"]
    assert (logged["level"], logged["logger"], logged["message"]) == (
        "ERROR",
        "django.request",
        "Not Found: /kansas-city/",
    )


def test_a_line_break_does_not_make_a_second_line(line):
    assert line("one\r\ntwo")["message"] == "one\r\ntwo"


def test_an_error_in_a_request_tells_where_but_not_what_was_typed(line):
    request = RequestFactory().get(
        "/search/", {"q": "a private question"}, REMOTE_ADDR="192.0.2.7", headers={"User-Agent": "a private browser"}
    )
    logged = line("Internal Server Error: %s", request.path, request=request, status_code=500, exc_info=caught())
    assert (logged["status"], logged["error"]) == (500, "ValueError")
    assert logged["trace"][-1].endswith("caught")
    for private in ("private", "192.0.2.7", "typed by a visitor"):
        assert private not in json.dumps(logged)


def test_an_error_outside_a_request_is_told_whole(line):
    assert line("Failed", exc_info=caught())["error"] == "ValueError: typed by a visitor"
