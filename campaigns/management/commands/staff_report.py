"""manage.py staff_report: who gets in, since when they were not, with what, and where to."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns.models import Role
from campaigns.staff.idle_accounts import has_lapsed, with_access


class Command(BaseCommand):
    """List the accounts, those that were not in for the longest first."""

    help = "Lists every account: whether it gets in, when it last was, its second factor, its roles."

    def handle(self, **options: Any) -> None:
        users = sorted(with_access(User.objects.order_by("pk")), key=lambda user: user.last_login or user.date_joined)
        lines = [("account", "gets in", "last in", "second factor", "may"), *map(self.line, users)]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        for line in lines:
            cells = [f"{cell:<{width}}" for cell, width in zip(line, widths, strict=False)]
            self.stdout.write("  ".join([*cells, line[4]]).rstrip())

    @staticmethod
    def line(user: Any) -> tuple[str, str, str, str, str]:
        """Return what there is to say of one account, column by column."""
        if not (user.is_active and user.is_staff):
            gets_in = "no: inactive" if not user.is_active else "no: not of the staff"
        else:
            gets_in = "no: idle" if has_lapsed(user) else "yes"
        roles = [f"{role.campaign.slug}: {Role(role.role).name.lower()}" for role in user.roles.all()]
        return (
            user.get_username(),
            gets_in,
            f"{timezone.localtime(user.last_login):%Y-%m-%d}" if user.last_login else "never",
            "yes" if user.has_app else "no",
            ", ".join(["superuser"] * user.is_superuser + roles) or "nothing",
        )
