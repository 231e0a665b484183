"""The guards that every test stands under."""

import os
import socket
import subprocess
import sys
import urllib.request
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests import chromium, conftest, nginx
from tests.factories import make_campaign


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


def test_the_client_is_told_of_a_page_and_not_of_every_template_within_it(admin_client):
    page = admin_client.get(f"/admin/campaigns/demand/add/?campaign={make_campaign().pk}")
    assert [template.name for template in page.templates] == ["admin/campaigns/change_form.html"]
    assert page.context["inline_admin_formsets"]


def run_pytest(*arguments, cwd=settings.BASE_DIR, **environment):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", settings.BASE_DIR / "pyproject.toml", *arguments],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def write(folder, content):
    """Write a file of tests that stands under what stands here; return its path."""
    (folder / "conftest.py").write_text("pytest_plugins = ['tests.conftest']")
    file = folder / "test_written.py"
    file.write_text(content)
    return file


@pytest.mark.parametrize(
    ("url", "refusal"),
    [("", "unable to open database file"), ("postgresql:///postgres", "says so with pytest.mark.django_db")],
)
def test_a_test_that_forgets_its_mark_fails_and_the_developers_database_is_as_it_was(tmp_path, url, refusal):
    own = settings.BASE_DIR / "db.sqlite3"
    before = own.exists() and own.read_bytes()
    forgetful = write(
        tmp_path,
        "from campaigns.models import Campaign\n"
        "def test_writes(django_db_blocker):\n"
        "    with django_db_blocker.unblock():\n"
        "        Campaign.objects.create(slug='kc', name='Kansas City')\n",
    )
    done = run_pytest(forgetful, DATABASE_URL=url)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert refusal in done.stdout
    assert (own.exists() and own.read_bytes()) == before


def test_a_list_of_parameters_that_is_empty_is_an_error(tmp_path):
    done = run_pytest(write(tmp_path, "import pytest\n@pytest.mark.parametrize('one', [])\ndef test_each(one): pass\n"))
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert "Empty parameter set in 'test_each'" in done.stdout


@pytest.mark.parametrize("names", ["page", "one, page", ["one", "page"]])
def test_a_parameter_that_hides_a_fixture_of_the_browser_is_refused(names):
    marked = pytest.mark.parametrize(names, []).mark
    definition = SimpleNamespace(nodeid="test_it", iter_markers=lambda name: [marked])
    with pytest.raises(pytest.fail.Exception, match="test_it: a parameter must not be called page"):
        conftest.pytest_generate_tests(SimpleNamespace(definition=definition))


def test_no_test_vanishes_with_the_folder_that_pytest_is_started_in(tmp_path):
    files = [settings.BASE_DIR / "tests" / name for name in ("test_site_code.py", "test_docs.py", "test_locale.py")]
    here, elsewhere = (run_pytest("--collect-only", *files, cwd=cwd).stdout for cwd in (settings.BASE_DIR, tmp_path))
    assert here.splitlines()[-1].split(" in ")[0] == elsewhere.splitlines()[-1].split(" in ")[0]
