"""manage.py export_campaign SLUG: write a campaign as the file that import_campaign reads."""

import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.campaign_file import campaign_data, write_json, write_yaml
from campaigns.models import Campaign


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Write a campaign as a file that import_campaign reads, without a loss."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the campaign's slug")
        parser.add_argument("--format", choices=["yaml", "json"], default="yaml", help="yaml unless said otherwise")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there, not to the terminal")
        parser.add_argument("--public", action="store_true", help="only what every reader may see")

    def handle(self, *args: Any, **options: Any) -> None:
        public, output = options["public"], options["output"]
        campaigns = Campaign.objects.published() if public else Campaign.objects.all()
        campaign = campaigns.filter(slug=options["slug"]).first()
        if campaign is None:
            slugs = ", ".join(campaigns.order_by("slug").values_list("slug", flat=True)) or "none"
            what = "published campaign" if public else "campaign"
            raise CommandError(f"There is no {what} “{options['slug']}”. There is: {slugs}.")
        text = io.StringIO(newline="")
        write = write_json if options["format"] == "json" else write_yaml
        write(campaign_data(campaign, public=public), text)
        if output is None:
            self.stdout.write(text.getvalue(), ending="")
            return
        try:
            # As bytes: the same file on every system.
            output.write_bytes(text.getvalue().encode())
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from None
