"""The team of a campaign: who may write, publish and invite; it says nothing that a reader ever sees."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign

__all__ = ["Invitation", "InvitationQuerySet", "Role", "TeamMember", "TeamMemberQuerySet"]


class Role(models.IntegerChoices):
    """What a member of the team may do; each may do all that stands before it too, so roles compare as numbers."""

    CONTRIBUTOR = 1, _lazy("contributor: writes drafts")
    EDITOR = 2, _lazy("editor: also changes what is in review or published")
    PUBLISHER = 3, _lazy("publisher: also publishes and withdraws")
    MANAGER = 4, _lazy("manager: also says who is in the team")


#: How long an invitation holds.
HOLDS = dt.timedelta(days=7)
_SALT = "campaigns.invitation"


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    """Members of teams."""

    def roles_of(self, user: Any) -> dict[int, Role]:
        """Return by the campaign's pk the role that the user has there."""
        return {campaign: Role(role) for campaign, role in self.filter(user=user).values_list("campaign", "role")}


class TeamMember(models.Model):
    """A user works on a campaign, in one role."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="team", verbose_name=_lazy("campaign"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="roles", verbose_name=_lazy("team member")
    )
    role = models.PositiveSmallIntegerField(_lazy("role"), choices=Role, default=Role.CONTRIBUTOR)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "-role", "pk"]
        verbose_name = _lazy("team member")
        verbose_name_plural = _lazy("team members")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "user"],
                name="team_member_once",
                violation_error_message=_lazy("They are in the team already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="team_member_role",
                violation_error_message=_lazy("There is no such role."),
            ),
        ]

    def __str__(self) -> str:
        """Return whose role it is."""
        return str(self.user)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def holding(self) -> "InvitationQuerySet":
        """Keep those that were made lately enough."""
        return self.filter(made__gt=timezone.now() - HOLDS)

    def of_token(self, token: str) -> "Invitation | None":
        """Return the invitation of a link, or None where the link was not made here, is too old or was used."""
        try:
            pk = signing.loads(token, salt=_SALT, max_age=HOLDS)
        except signing.BadSignature:
            return None
        return self.holding().filter(pk=pk).select_related("campaign").first()


class Invitation(models.Model):
    """Whoever has its link may join the team, once, in that role; with that the invitation is gone."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="invitations", verbose_name=_lazy("campaign"))
    role = models.PositiveSmallIntegerField(_lazy("role"), choices=Role, default=Role.CONTRIBUTOR)
    email = models.EmailField(
        _lazy("e-mail address"),
        blank=True,
        help_text=_lazy(
            "The link is sent there, if this site sends e-mail. Empty: copy the link and pass it on yourself."
        ),
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="invitations")
    made = models.DateTimeField(_lazy("made"), default=timezone.now, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made", "pk"]
        verbose_name = _lazy("invitation")
        verbose_name_plural = _lazy("invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="invitation_role",
                violation_error_message=_lazy("There is no such role."),
            ),
        ]

    def __str__(self) -> str:
        """Return to whom it went, or when it was made."""
        return self.email or f"{self.made:%Y-%m-%d %H:%M}"

    def link(self) -> str:
        """Return the address that lets somebody join: it starts with the desk's own, whatever was asked for."""
        token = signing.dumps(self.pk, salt=_SALT)
        return f"{settings.DESK_ORIGIN}{reverse('admin:join', args=[token])}"

    @transaction.atomic
    def accept(self, user: Any) -> bool:
        """Put the user into the team and use the invitation up; False where somebody was faster."""
        if not Invitation.objects.select_for_update().filter(pk=self.pk).delete()[0]:
            return False
        member, made = TeamMember.objects.get_or_create(campaign=self.campaign, user=user, defaults={"role": self.role})
        if not made and member.role < self.role:
            member.role = self.role
            member.save(update_fields=["role"])
        return True
