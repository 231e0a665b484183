"""manage.py develop: what `make run` runs once everything is installed."""

import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from campaigns.models import Campaign

DEMO = Path(__file__).resolve().parents[2] / "demo" / "kansas-city.yaml"


class Command(BaseCommand):
    """Bring the database up to date, fill an empty one with the demo campaign and an account, and serve the site."""

    help = "Makes the site ready on this machine, as often as you like, and serves it; edits show at once."

    def handle(self, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("This server is for your own machine; docs/deployment.md says how to serve the public.")
        # The server starts itself again after each edit, with this mark; all is ready then.
        if os.environ.get("RUN_MAIN") != "true":
            self.prepare()
        call_command("runserver", f"127.0.0.1:{settings.PORT}", use_static_handler=False, skip_checks=True)

    def prepare(self) -> None:
        """Do what is not done yet, and say where the site is."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} is taken; choose another, as in: make run PORT=8001"
                ) from error
        call_command("migrate", verbosity=1)
        if not Campaign.objects.exists():
            self.stdout.write("The database has no campaign: loading the demo, Kansas City ...")
            call_command("import_campaign", str(DEMO), publish=True)
        call_command("staff_account")
        self.stdout.write(
            f"\n  The site:  {settings.SITE_ORIGIN}/\n  For staff: {settings.DESK_ORIGIN}{reverse('admin:index')}\n"
            "  Forgotten the password? `make password` gives a new one.\n\n"
        )
