"""manage.py rollback_user USER --since MOMENT: take back what one account wrote, as after it was stolen."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator

from campaigns.admin.editing.publishing import record_url
from campaigns.history.changes import Difference, campaign_of
from campaigns.history.database_errors import trouble
from campaigns.history.rollback import NoSentence, Report, roll_back
from campaigns.models import Campaign, Invitation
from campaigns.staff.sessions import end_sessions
from campaigns.text.diff import Change

_SIGNS = {"+": "+ ", "-": "- ", "~": ""}


class Command(BaseCommand):
    """Parse, call, print."""

    help = "Takes back what an account wrote since a moment, as new versions; without --apply it only shows what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the name of the account")
        parser.add_argument("--since", required=True, metavar="MOMENT", help="such as 2026-11-23T18:00:00Z")
        parser.add_argument("--until", metavar="MOMENT", help="now, unless said otherwise")
        parser.add_argument("--campaign", metavar="SLUG", help="only in this campaign")
        parser.add_argument("--sentence", default="", help="what readers are told of it")
        parser.add_argument("--lock", action="store_true", help="close the account and end its sessions first, at once")
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        now = timezone.now()
        since = self.moment("--since", options["since"], now)
        until = self.moment("--until", options["until"], now) if options["until"] else None
        if until and until < since:
            raise CommandError("--until is before --since.")
        campaign, sentence = self.campaign(options["campaign"]), options["sentence"].strip()
        if options["lock"]:
            self.lock(user, since)
        elif options["apply"]:
            end_sessions(user)
        choice: dict[str, Any] = {"campaign": campaign, "sentence": sentence, "apply": options["apply"]}
        try:
            report = roll_back(user, since, until or timezone.now(), **choice)
        except NoSentence:
            raise CommandError(
                "Readers have seen some of this. Tell them with --sentence what was wrong; nothing was written."
            ) from None
        except ValidationError as error:
            raise CommandError(f"--sentence: {' '.join(error.messages)} Nothing was written.") from None
        except OperationalError as error:
            if not trouble(error).busy:
                raise
            raise CommandError(
                "Somebody else was saving at the same moment. Nothing was written: run it again."
            ) from None
        self.show(report, user, apply=options["apply"])

    @staticmethod
    def moment(option: str, text: str, now: datetime) -> datetime:
        """Read a moment; it has a time zone and is not to come."""
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise CommandError(
                f"{option} {text}: write day, time and time zone, such as 2026-11-23T18:00:00Z or"
                " 2026-11-23T12:00:00-06:00."
            )
        if moment > now:
            raise CommandError(f"{option} {text}: that is to come; it is {now:%Y-%m-%dT%H:%M:%SZ} now.")
        return moment

    @staticmethod
    def campaign(slug: str | None) -> Campaign | None:
        """Return the campaign that is meant; None for all."""
        campaign = Campaign.objects.filter(slug=slug).first() if slug else None
        if slug and campaign is None:
            slugs = ", ".join(Campaign.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no campaign “{slug}”. There is: {slugs}.")
        return campaign

    def lock(self, user: User, since: datetime) -> None:
        """Let nobody in with the account any more, nor with the invitations that it made."""
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
        Invitation.objects.filter(invited_by=user, made__gte=since).delete()
        self.stdout.write(f"{user} is locked: it cannot log in, and its sessions and invitations have ended.\n\n")

    def show(self, report: Report, user: User, *, apply: bool) -> None:
        """Print what was, or would be, done; then what is left for somebody to look at."""
        if not report.changes and not report.left:
            elsewhere = f" It wrote to {report.elsewhere:,} in other campaigns." if report.elsewhere else ""
            raise CommandError(f"{user} wrote nothing in that time that is still there.{elsewhere}")
        for record, made in report.changes:
            self.heading(record)
            for row in made.rows:
                if row.kind != "~" or row.model is not type(record):
                    self.stdout.write(f"  {_SIGNS[row.kind]}{row.label}")
                for difference in row.differences:
                    self.stdout.write(f"    {difference.label}: {self.words(difference)}")
        if report.left:
            self.stdout.write("\nLeft alone, to be looked at by hand:")
        for left in report.left:
            self.heading(left.record)
            self.stdout.write(f"    {left.what}: {left.why}" if left.what else f"    {left.why}")
        self.summary(report, apply=apply)

    def summary(self, report: Report, *, apply: bool) -> None:
        """Say it in numbers, and what is to be done next."""
        rows = sum(len(made.rows) for _record, made in report.changes)
        told = len(report.told) + len(report.withdrawn)
        said, left = "Taken back" if apply else "To be taken back", len(report.left)
        self.stdout.write(f"\n{said}: {len(report.changes):,} records, {rows:,} rows. Left alone: {left:,}.")
        if report.elsewhere:
            self.stdout.write(f"Of other campaigns, not looked at: {report.elsewhere:,} records.")
        if told:
            languages = {campaign_of(record).language for record in (*report.told, *report.withdrawn)}
            what = "were told" if apply else "have to be told with --sentence"
            self.stdout.write(f"Readers {what} of {told:,} of them, in: {', '.join(sorted(languages))}.")
        if not apply:
            self.stdout.write("Nothing was written. Add --apply to do it.")

    def heading(self, record: Any) -> None:
        """Name a record, and where its history is."""
        where = f"{settings.DESK_ORIGIN}{record_url(record, 'history')}"
        self.stdout.write(f"\n{record.noun()} “{record}” · {campaign_of(record).slug}\n  {where}")

    @staticmethod
    def words(difference: Difference) -> str:
        """Return a field as it was and as it will be, on one line."""
        others = (Change.INSERTED, Change.DELETED)
        sides = ("".join(piece.text for piece in difference.pieces if piece.change != other) for other in others)
        short = (Truncator(" ".join(side.split())).chars(300) for side in sides)
        return " → ".join(f"“{side}”" if side else "–" for side in short)
