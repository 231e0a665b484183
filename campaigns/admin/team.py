"""The teams: who is in them, and invitations. Managers keep their own campaign's; no role here goes beyond manager."""

from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.mail import send_mail
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from campaigns.admin.editing.scoping import ScopedAdmin
from campaigns.admin.site import site
from campaigns.models import Invitation, Role, TeamMember
from campaigns.staff.idle_accounts import has_lapsed, last_day
from campaigns.staff.permissions import campaign_pk, campaigns_of, can_manage, highest_role

__all__ = ["InvitationAdmin", "TeamMemberAdmin"]


@admin.register(TeamMember, site=site)
class TeamMemberAdmin(ScopedAdmin):
    """Who is in which team; somebody new joins by an invitation."""

    role_to_change = Role.MANAGER
    list_display = ["user", "role", "campaign"]
    list_select_related = ["user", "campaign"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    fields = ["user", "campaign", "role"]
    readonly_fields = ["user", "campaign"]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Tell managers, of their own team and nobody else, on which day each was last in."""

        @admin.display(description=_lazy("last in"))
        def last_in(member: TeamMember) -> str:
            if not can_manage(request.user, member.campaign_id):
                return ""
            day = last_day(member.user)
            return _("%(day)s; gets in no more") % {"day": day} if has_lapsed(member.user) else day

        manages = (highest_role(request.user) or Role.CONTRIBUTOR) >= Role.MANAGER
        return [*self.list_display, last_in] if manages else self.list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let managers take somebody out of their team; the account stays."""
        return obj is not None and self.has_change_permission(request, obj)


@admin.register(Invitation, site=site)
class InvitationAdmin(ScopedAdmin):
    """Invitations that are open; they hold for seven days and serve once."""

    role_to_change = Role.MANAGER
    list_display = ["__str__", "role", "campaign", "made"]
    list_select_related = ["campaign"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(campaign__in=campaigns_of(request.user, Role.MANAGER))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show invitations, and so their links, to managers only."""
        if obj is None:
            return super().has_change_permission(request)
        return can_manage(request.user, campaign_pk(obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let managers take an invitation back."""
        return obj is not None and self.has_view_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["campaign", "role", "email"] if obj is None else ["link", "campaign", "role", "email", "made"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_lazy("link to pass on"))
    def link(self, obj: Invitation) -> str:
        """Return the address that lets somebody join."""
        return obj.link()

    def save_model(self, request: Any, obj: Invitation, form: Any, change: bool) -> None:
        """Note who invites, and send the link where there is somebody to send it to and a way to."""
        obj.invited_by = request.user
        super().save_model(request, obj, form, change)
        if not (obj.email and settings.EMAIL_HOST):
            self.message_user(request, _("Open the invitation to copy its link."), messages.INFO)
            return
        text = _("You are invited to work on “%(campaign)s”. Choose a name and a password here, within seven days:") % {
            "campaign": obj.campaign
        }
        try:
            send_mail(
                _("Invitation to %(campaign)s") % {"campaign": obj.campaign},
                f"{text}\n\n{obj.link()}\n",
                None,
                [obj.email],
            )
        except (SMTPException, OSError):
            self.message_user(request, _("The e-mail could not be sent: pass the link on yourself."), messages.WARNING)
        else:
            self.message_user(
                request, _("The link is on its way to %(email)s.") % {"email": obj.email}, messages.SUCCESS
            )
