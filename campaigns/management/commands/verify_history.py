"""manage.py verify_history: find what is not as it was sealed or last written, and print heads to be kept elsewhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns import triggers
from campaigns.history.verification import Head, examine

#: Broken versions that are named.
_NAMED = 20


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Check the seals of the history; keep what it prints elsewhere and check the history against it later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", type=Path, metavar="FILE", help="what this command printed earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        kept: list[Head] = []
        if options["against"]:
            try:
                kept = [Head.of(line) for line in options["against"].read_text(encoding="utf-8").splitlines() if line]
            except OSError as error:
                raise CommandError(f"{options['against']}: {error.strerror}") from None
            except ValueError:
                raise CommandError(f"{options['against']}: this is not what verify_history printed.") from None
        wrong = []
        for found in examine(triggers.histories(), kept):
            self.stdout.write(str(found.head))
            noun = found.head.table.removeprefix("historical")
            wrong += [
                f"{noun} {version.id}: the version of {version.history_date.isoformat()} (history_id "
                f"{version.history_id}) is not what was sealed, or the one before it is gone"
                for version in found.broken
            ]
            wrong += [
                f"{noun}: up to history_id {head.last} the versions are not those of the head that was kept"
                for head in found.lost
            ]
            wrong += [
                f"{noun} {pk}: it is not what its newest version says: written past the history" for pk in found.astray
            ]
        if wrong:
            more = [f"… and {len(wrong) - _NAMED} more"] if len(wrong) > _NAMED else []
            raise CommandError("\n".join([*wrong[:_NAMED], *more]))
