"""manage.py staff_account [--reset [WHO]]: the first account for staff, or a new password for one."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse


class Command(BaseCommand):
    """Make the first staff account, or give one a new password; the password is printed once and stored hashed."""

    help = "Creates a superuser `staff` where no user exists; with --reset, gives a user a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="a new password instead of a new account")
        parser.add_argument("who", nargs="?", help="whose password; by default the oldest superuser's")

    def handle(self, *, reset: bool, who: str | None, **options: Any) -> None:
        password = secrets.token_urlsafe(16)
        if reset:
            users = User.objects.filter(username=who) if who else User.objects.filter(is_superuser=True)
            user = users.order_by("pk").first()
            if user is None:
                raise CommandError(f"There is no user {who!r}." if who else "There is no superuser yet.")
            user.set_password(password)
            user.save(update_fields=["password"])
        elif User.objects.exists():
            return
        else:
            user = User.objects.create_superuser("staff", password=password)
        self.stdout.write(
            f"\n  Staff log in at {settings.SITE_ORIGIN}{reverse('admin:index')}\n"
            f"  user name  {user.get_username()}\n  password   {password}\n  It is shown only this once.\n\n"
        )
