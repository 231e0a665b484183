"""manage.py export_campaign SLUG: write a campaign as the file that import_campaign reads."""

import sys
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
        parser.add_argument("--format", choices=["yaml", "json"], default="yaml")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead of to the terminal")
        parser.add_argument("--public", action="store_true", help="only what every reader may see")

    def handle(self, *args: Any, **options: Any) -> None:
        campaigns = Campaign.objects.published() if options["public"] else Campaign.objects.all()
        campaign = campaigns.filter(slug=options["slug"]).first()
        if campaign is None:
            slugs = ", ".join(campaigns.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no campaign “{options['slug']}”. There are: {slugs}.")
        data = campaign_data(campaign, public=options["public"])
        write = write_json if options["format"] == "json" else write_yaml
        if options["output"] is None:
            write(data, sys.stdout)
            return
        with options["output"].open("w", encoding="utf-8", newline="") as stream:
            write(data, stream)
