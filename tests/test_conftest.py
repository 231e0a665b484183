"""The guards that every test stands under."""

import socket
import subprocess
import sys
import urllib.request
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests import chromium, conftest, nginx


def test_no_test_reaches_another_machine():
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"), socket.socket() as outward:
        outward.connect(("192.0.2.1", 80))


def test_no_test_looks_up_another_machine():
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        urllib.request.urlopen("https://example.org/")


def test_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_run_without_a_browser_is_refused_in_one_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only"],
        env={"PATH": ""},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (pytest.ExitCode.USAGE_ERROR, "")
    assert done.stderr.strip() == f"ERROR: {chromium.MISSING}"


def test_ci_does_without_a_browser_in_no_part_of_the_suite(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    one_test = SimpleNamespace(args_source=pytest.Config.ArgsSource.ARGS, option=SimpleNamespace(keyword=""))
    with pytest.raises(pytest.UsageError, match="Chromium"):
        conftest.pytest_configure(one_test)


def test_ci_does_without_the_proxy_in_no_part_of_the_suite(monkeypatch):
    monkeypatch.setattr(nginx, "PLACES", "")
    monkeypatch.setenv("CI", "true")
    one_test = SimpleNamespace(args_source=pytest.Config.ArgsSource.ARGS, option=SimpleNamespace(keyword=""))
    with pytest.raises(pytest.UsageError, match="apt-get install nginx-light openssl"):
        conftest.pytest_configure(one_test)
