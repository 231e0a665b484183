"""The make targets: listed by `make`, documented, and sure of what they install."""

import importlib.util
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests import timed

ROOT = settings.BASE_DIR
INSTALL = ROOT / "requirements" / "install.py"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Run the installer on an empty folder; return its sentence and the programs that it called, without running them.

    `failing` is the program, `venv` or `pip`, that is to fail.
    """
    spec = importlib.util.spec_from_file_location("install", INSTALL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    for name in ("base", "dev"):
        (tmp_path / f"{name}.txt").touch()

    def install(name="base", failing=None):
        called = []

        def call(command):
            called.append(command[2])
            if command[2] == "venv":
                assert command[3] == "--clear"
                shutil.rmtree(module.VENV, ignore_errors=True)
                module.PYTHON.parent.mkdir(parents=True)
                module.PYTHON.touch()
            else:
                assert command[-1] == str(tmp_path / f"{name}.txt")
            return command[2] == failing

        monkeypatch.setattr(module.subprocess, "call", call)
        return module.main(name), called

    install.module = module
    return install


def test_every_target_is_listed_and_documented():
    listed = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert re.findall(r"^make ([\w-]+) +\S", listed, re.MULTILINE) == targets
    documented = (ROOT / "docs" / "deployment.md").read_text()
    assert [target for target in targets if target != "help" and f"`make {target}`" not in documented] == []


def test_the_time_of_each_part_is_noted_and_told_with_their_sum(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(timed, "NOTES", tmp_path / "times")
    assert timed.run("style", [sys.executable, "-c", "raise SystemExit(3)"]) == 3
    timed.within("mypy", 0.1)
    assert timed.run("types", [sys.executable, "-c", "import time; time.sleep(0.2); print('said')"]) == 0
    assert capfd.readouterr().out == "== style\n== types\nsaid\n"
    rows = [line.split() for line in timed.table().splitlines()]
    assert [row[0] for row in rows] == ["seconds", "style", "types", "mypy", "together"]
    assert rows[3][1] == "(0.1)"
    assert float(rows[4][1]) == pytest.approx(float(rows[1][1]) + float(rows[2][1]), abs=0.11)
    assert float(rows[4][1]) > 0


def test_no_requirement_names_where_it_comes_from_and_each_has_its_hash():
    for name in ("base", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert re.findall(r"^-", text, re.MULTILINE) == []
        assert re.findall(r"^\S+==\S+.*(?<! \\)$", text, re.MULTILINE) == []


def test_the_development_requirements_repeat_the_sites_own():
    pins = [
        set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("base", "dev")
    ]
    assert pins[0] - pins[1] == set()


def test_an_environment_is_made_once(install):
    assert install() == ("", ["venv", "pip"])
    assert install() == ("", [])


@pytest.mark.parametrize("failing", ["venv", "pip"])
def test_an_environment_that_was_left_half_made_is_made_anew(install, failing):
    message, called = install(failing=failing)
    assert called == ["venv", "pip"][: ["venv", "pip"].index(failing) + 1]
    assert message.startswith("Could not")
    assert install() == ("", ["venv", "pip"])


def test_an_environment_whose_python_was_removed_is_made_anew(install):
    install()
    install.module.PYTHON.unlink()
    assert install() == ("", ["venv", "pip"])


def test_changed_requirements_are_installed_into_the_environment_that_is_there(install, tmp_path):
    install("dev")
    assert install("base") == ("", [])
    (tmp_path / "dev.txt").write_text("# changed")
    assert install("base") == ("", [])
    assert install("dev") == ("", ["pip"])


def test_an_update_that_breaks_off_leaves_a_half_made_environment(install, tmp_path):
    install("dev")
    (tmp_path / "dev.txt").write_text("# changed")
    install("dev", failing="pip")
    assert install("base") == ("", ["venv", "pip"])


def test_somebody_elses_environment_is_used_as_it_is(install, tmp_path):
    (tmp_path / ".venv").symlink_to(tmp_path)
    assert install() == ("", [])


def test_an_old_python_is_refused_in_one_sentence(install, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    message, called = install()
    assert (message.count("\n"), called) == (0, [])
    assert message.startswith("Python 3.11 or newer is needed")
    assert "is 3.9: " in message


def test_a_python_without_venv_is_refused_in_one_sentence(install, monkeypatch):
    monkeypatch.setattr(install.module.importlib.util, "find_spec", lambda name: None)
    assert install() == (install.module.NO_VENV, [])
    assert "apt-get install python3-venv" in install.module.NO_VENV
