"""The team of a campaign: who may write, publish and invite; it says nothing that a reader ever sees."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from campaigns.models.campaign import Campaign

__all__ = ["Role", "TeamMember", "TeamMemberQuerySet"]


class Role(models.IntegerChoices):
    """What a member of the team may do; each may do all that stands before it too, so roles compare as numbers."""

    CONTRIBUTOR = 1, _lazy("contributor: writes drafts")
    EDITOR = 2, _lazy("editor: also changes what is in review or published")
    PUBLISHER = 3, _lazy("publisher: also publishes and withdraws")
    MANAGER = 4, _lazy("manager: also says who is in the team")


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
