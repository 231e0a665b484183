"""The two commands as they are typed: what they print, where, and how they end."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from campaigns.models import Campaign, Source, State

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
WELL = ROOT / "tests" / "data" / "well.yaml"


def typed(*arguments: Any) -> tuple[str, str]:
    """Run a command and return what it printed, and what it printed as errors."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


IMPORTED = """\
campaign: 1 created
organizations: 1 created
people: 1 created
posts: 1 created
sources: 1 created
demands: 1 created
statements: 2 created
events: 1 created
outcomes: none
memberships: 1 created
participants: none
relations: none
parties: 1 created
issuances: 1 created
responses: 1 created
effects: 1 created
checks: none
citations: 2 created
corrections: none
"""


def test_an_import_reports_every_kind_of_record_and_link():
    assert typed("import_campaign", WELL) == (IMPORTED, "")


def test_an_import_names_what_it_updated_and_what_the_file_has_not(tmp_path):
    typed("import_campaign", WELL)
    shorter = tmp_path / "shorter.yaml"
    text = WELL.read_text().replace("  summary: No.", "  summary: Yes.").split("events:")[0]
    shorter.write_text(text + "sources:\n- slug: paper\n  url: https://example.org/1\n")
    out, _ = typed("import_campaign", shorter)
    assert "statements: 1 updated, 1 unchanged\n  updated: answer (summary)\n" in out
    assert "events: 1 kept, not in the file\n  kept, not in the file: flood\n" in out
    assert "  unchanged: letter\n" in typed("import_campaign", shorter, "--verbosity", "2")[0]


def test_a_dry_run_says_so():
    out, _ = typed("import_campaign", WELL, "--dry-run")
    assert out == f"{IMPORTED}This was a dry run: nothing was written.\n"
    assert not Campaign.objects.exists()


def test_the_switches_reach_the_import(tmp_path):
    path = tmp_path / "sourced.yaml"
    path.write_text(WELL.read_text().replace("  title: A flood", "  title: A flood\n  sources: [paper]"))
    typed("import_campaign", path, "--publish")
    assert Source.objects.get().state == State.PUBLISHED
    with pytest.raises(CommandError):
        typed("import_campaign", WELL, "--publish", "--prune")
    out, _ = typed("import_campaign", WELL)
    assert "citations: 2 unchanged, 1 kept, not in the file\n  kept, not in the file: flood › sources: paper\n" in out


def test_a_bad_file_is_refused_with_each_problem_on_a_line_that_editors_understand(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(WELL.read_text().replace("stance: rejects", "stance: agrees").replace("  - ada", "  - adda"))
    err = io.StringIO()
    with pytest.raises(CommandError, match=r"^Nothing was written. To correct: 2.$"):
        call_command("import_campaign", str(path), stderr=err)
    assert err.getvalue().splitlines() == [
        (
            f"{path}:19: demands[1] dig › addressed_to[1]: there is no actor “adda” in the file "
            "(expected the slug of an actor, such as “ada”)"
        ),
        (
            f"{path}:36: statements[2] answer › responds_to[1] › stance: there is no stance “agrees” (expected one of "
            "accepts, promises, acts, partial, acknowledges, deflects, rejects, supports, opposes, "
            "no_position)"
        ),
    ]


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file or directory$"):
        typed("import_campaign", tmp_path / "nowhere.yaml")
    with pytest.raises(CommandError, match=r": Is a directory$"):
        typed("import_campaign", tmp_path)


def test_a_dash_reads_what_is_piped_in(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WELL.read_bytes())))
    assert typed("import_campaign", "-") == (IMPORTED, "")


def test_progress_is_shown_on_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    typed("import_campaign", WELL)
    assert terminal.getvalue().startswith("\r\x1b[Kreading\r\x1b[Kchecking")
    assert terminal.getvalue().endswith("\r\x1b[Ksearch\r\x1b[Khistory\r\x1b[K")


def test_the_exit_code_is_1_and_nothing_is_on_standard_output(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("- not a campaign\n")
    command = [sys.executable, "manage.py", "import_campaign", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=None)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{path}:1: the file is not a mapping (expected a mapping with the keys campaign,")


def test_an_export_is_printed_or_written_and_imports_again(tmp_path):
    typed("import_campaign", WELL)
    printed, _ = typed("export_campaign", "well")
    assert yaml.safe_load(printed)["campaign"]["slug"] == "well"
    path = tmp_path / "well.yaml"
    assert typed("export_campaign", "well", "--output", path) == ("", "")
    assert path.read_bytes() == printed.encode()
    out, _ = typed("import_campaign", path)
    assert "created" not in out
    assert "updated" not in out


def test_an_export_as_json(tmp_path):
    typed("import_campaign", WELL)
    printed, _ = typed("export_campaign", "well", "--format", "json")
    assert printed.startswith('{\n  "campaign": {\n    "slug": "well",\n')
    assert printed.endswith("}\n")


def test_an_unknown_campaign_is_answered_with_those_that_there_are():
    with pytest.raises(CommandError, match=r"^There is no campaign “wel”. There is: none.$"):
        typed("export_campaign", "wel")
    Campaign.objects.create(slug="b", name="B")
    Campaign.objects.create(slug="a", name="A", state=State.PUBLISHED)
    with pytest.raises(CommandError, match=r"^There is no campaign “wel”. There is: a, b.$"):
        typed("export_campaign", "wel")
    with pytest.raises(CommandError, match=r"^There is no published campaign “b”. There is: a.$"):
        typed("export_campaign", "b", "--public")


def test_a_place_that_cannot_be_written_to_is_one_sentence(tmp_path):
    Campaign.objects.create(slug="a", name="A")
    with pytest.raises(CommandError, match=r": Is a directory$"):
        typed("export_campaign", "a", "--output", tmp_path)


def test_a_public_export_has_no_drafts(tmp_path):
    typed("import_campaign", WELL)
    Campaign.objects.update(state=State.PUBLISHED)
    printed, _ = typed("export_campaign", "well", "--public")
    assert list(yaml.safe_load(printed)) == ["campaign"]
