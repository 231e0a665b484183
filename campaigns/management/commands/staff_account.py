"""manage.py staff_account [--reset] [--lost-device] [WHO]: the first account, a new password, no second factor."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from campaigns.staff import second_factor
from campaigns.staff.idle_accounts import let_in
from campaigns.staff.sessions import end_sessions


class Command(BaseCommand):
    """Make the first staff account, or give one a new password; the password is printed once and stored hashed."""

    help = "Creates a superuser `staff` where no user exists; with --reset, a new password for one who is let in again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="a new password instead of a new account")
        parser.add_argument(
            "--lost-device", action="store_true", help="take the second factor away, and end all sessions"
        )
        parser.add_argument("who", nargs="?", help="whose password; by default the oldest superuser's")

    def handle(self, *, reset: bool, lost_device: bool, who: str | None, **options: Any) -> None:
        password = secrets.token_urlsafe(16)
        if reset or lost_device:
            users = User.objects.filter(username=who) if who else User.objects.filter(is_superuser=True)
            user = users.order_by("pk").first()
            if user is None:
                raise CommandError(f"There is no user {who!r}." if who else "There is no superuser yet.")
            if lost_device:
                second_factor.forget(user)
                end_sessions(user)
                self.stdout.write(f"{user.get_username()} has no second factor now.")
            if not reset:
                return
            user.set_password(password)
            user.save(update_fields=["password"])
            let_in(user)
        elif User.objects.exists():
            return
        else:
            user = User.objects.create_superuser("staff", password=password)
        self.stdout.write(
            f"\n  Staff log in at {settings.DESK_ORIGIN}{reverse('admin:index')}\n"
            f"  user name  {user.get_username()}\n  password   {password}\n  It is shown only this once.\n\n"
        )
