"""The throw-away PostgreSQL: it works, and leaves nothing behind however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from tests import withpg


def folder_of(url):
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def answers(url):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÉÑ'), current_setting('server_encoding')")
        return cursor.fetchone() == ("éñ", "UTF8")


@pytest.fixture
def started():
    """Start a command under withpg; return the process, the URL that the command was given and its process id."""
    script = "import os, time; print(os.environ['DATABASE_URL'], os.getpid(), flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, withpg.__file__, sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell starts its background jobs deaf to Ctrl-C, and they would hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    with process:
        yield process, *process.stdout.readline().split()


def test_the_packaged_programs_serve_where_none_are_installed(monkeypatch):
    monkeypatch.setattr(withpg, "installed_programs", lambda: None)
    with withpg.server() as url:
        assert answers(url)
    assert not folder_of(url).exists()


def test_the_missing_programs_are_named_in_one_sentence(monkeypatch):
    monkeypatch.setattr(withpg, "installed_programs", lambda: None)
    monkeypatch.setattr(withpg, "packaged_programs", lambda folder: None)
    with pytest.raises(SystemExit, match="apt-get install postgresql"), withpg.server():
        pass


def test_a_wrong_folder_of_programs_is_named_in_one_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, withpg.__file__, "true"],
        env={**os.environ, "PGBIN": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (1, withpg.NO_PROGRAMS.format(str(tmp_path)))


def test_new_empty_tables_are_kept_for_the_next_server_and_nothing_else_is(monkeypatch, tmp_path):
    monkeypatch.setattr(withpg, "KEPT", tmp_path / ".make" / "postgresql")
    with withpg.server() as url:
        withpg.asked(url, "CREATE DATABASE test_gw0")
    assert not withpg.KEPT.exists()
    with withpg.server() as url:
        withpg.asked(
            url, "CREATE DATABASE tables_0123", "CREATE DATABASE test_gw0", "CREATE DATABASE tables_unfinished"
        )
    with withpg.server() as url:
        assert withpg.asked(url, withpg.DATABASES) == {"postgres", "tables_0123"}
    (kept,) = withpg.KEPT.iterdir()
    (kept / "PG_VERSION").write_text("9.0")
    with withpg.server() as url:
        assert withpg.asked(url, withpg.DATABASES) == {"postgres"}


def test_the_commands_exit_code_is_passed_on():
    done = subprocess.run(
        [sys.executable, withpg.__file__, sys.executable, "-c", "import sys; sys.exit(7)"], check=False
    )
    assert done.returncode == 7


def test_nothing_is_left_when_it_is_terminated(started):
    process, url, command = started
    assert answers(url)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 128 + signal.SIGTERM
    assert not Path(f"/proc/{command}").exists()
    assert not folder_of(url).exists()


def test_nothing_is_left_when_ctrl_c_is_pressed(started):
    process, url, _ = started
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(10) != 0
    assert not folder_of(url).exists()


def test_nothing_is_left_when_the_command_is_killed(started):
    process, url, command = started
    os.kill(int(command), signal.SIGKILL)
    assert process.wait(10) != 0
    assert not folder_of(url).exists()
