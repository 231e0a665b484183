"""manage.py rebuild_search: make the search index anew, or add what it lacks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from campaigns.models import SearchEntry


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Make the search index anew: after a restore from text, a data migration, or an upgrade of snowballstemmer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only add what it lacks, after writes past save()")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = SearchEntry.objects
        if options["missing"]:
            self.stdout.write(f"Added to the search index: {entries.refresh_all():,}")
        else:
            self.stdout.write(f"In the search index now: {entries.rebuild():,}")
