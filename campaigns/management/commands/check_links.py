"""manage.py check_links: look whether the documents of published sources can still be reached."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.link_check.checking import Offline, check_links
from campaigns.models import LinkCheck


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Looks whether the documents of published sources can still be reached; the desk shows which cannot."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=500, help="at most so many addresses (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] < 1:
            raise CommandError(f"--limit {options['limit']}: write how many addresses to look at, 1 or more.")
        counted: Counter[str] = Counter()
        try:
            for number, link in enumerate(check_links(options["limit"]), 1):
                seen = "reached" if link.reason == LinkCheck.Reason.FOUND else "not looked at"
                kind = "failed" if link.failed else seen
                counted[kind] += 1
                if options["verbosity"] > 1 or (options["verbosity"] and kind != "reached"):
                    self.stdout.write(f"{number}: {link}")
        except Offline:
            raise CommandError("No server answers, so this machine is not on the net. Nothing was noted.") from None
        if options["verbosity"]:
            kinds = ("reached", "failed", "not looked at")
            self.stdout.write(", ".join(f"{kind}: {counted[kind]:,}" for kind in kinds))
