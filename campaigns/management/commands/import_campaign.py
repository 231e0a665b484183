"""manage.py import_campaign FILE: read a campaign file into the database, all of it or nothing."""

import sys
from argparse import ArgumentParser, FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.campaign_file import BadFile, import_campaign


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Read a campaign file (YAML or JSON): creates and updates by slug, never deletes unasked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=FileType("rb"), help="the file, or - for what is piped in")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, report, and undo it")
        parser.add_argument("--publish", action="store_true", help="publish what is not withdrawn")
        parser.add_argument("--prune", action="store_true", help="delete links that the file's records have no more")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        switches = {name: options[name] for name in ("dry_run", "publish", "prune")}
        try:
            with file:
                report = import_campaign(file, progress=self.progress, **switches)
        except BadFile as error:
            for problem in error.problems:
                self.stderr.write(f"{file.name}:{problem.line}: {problem}")
            raise CommandError(f"{len(error.problems)} to correct. Nothing was written.") from None
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
