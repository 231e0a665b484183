"""manage.py import_campaign FILE: read a campaign file into the database, all of it or nothing."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.campaign_file import BadFile, import_campaign


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Read a campaign file (YAML or JSON): create and update by slug, delete nothing unasked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the file, or - for what is piped in")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, report, and undo it")
        parser.add_argument("--publish", action="store_true", help="publish every record that is not withdrawn")
        parser.add_argument("--prune", action="store_true", help="delete links that the file's records have no more")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        switches = {switch: options[switch] for switch in ("dry_run", "publish", "prune")}
        try:
            with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as stream:
                report = import_campaign(stream, progress=self.progress, **switches)
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from None
        except BadFile as error:
            for problem in error.problems:
                self.stderr.write(f"{name}:{problem.line}: {problem}")
            raise CommandError(f"Nothing was written. To correct: {len(error.problems)}.") from None
        finally:
            self.progress("")
        self.stdout.write("\n".join(report.lines(every=options["verbosity"] > 1)))
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was written.")

    def progress(self, step: str) -> None:
        """Show the step in place of the one before, on a terminal only."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{step}")
            sys.stderr.flush()
