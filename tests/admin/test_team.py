"""Teams: managers keep their own, invite up to manager, and nobody below a superuser raises anybody's rights."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail, signing
from django.urls import reverse

from campaigns.models import Invitation, Role, TeamMember
from tests import factories as make
from tests.admin.clients import enter

pytestmark = pytest.mark.django_db

MEMBERS, INVITE = "/admin/campaigns/teammember/", "/admin/campaigns/invitation/add/"
NEW = {"username": "new", "password1": "correct horse battery", "password2": "correct horse battery"}


def row(user):
    return TeamMember.objects.get(user=user)


@pytest.mark.parametrize("role", list(Role))
def test_only_managers_change_and_remove_members_of_their_own_team(ours, theirs, role):
    client = enter(make.make_member(ours, role))
    colleague, stranger = row(make.make_member(ours)), row(make.make_member(theirs))
    may = role == Role.MANAGER
    changed = client.post(f"{MEMBERS}{colleague.pk}/change/", {"role": Role.PUBLISHER})
    assert changed.status_code == (302 if may else 403)
    assert client.post(f"{MEMBERS}{stranger.pk}/change/", {"role": Role.PUBLISHER}).status_code in (403, 404)
    assert client.post(f"{MEMBERS}{stranger.pk}/delete/", {"post": "yes"}).status_code in (403, 404)
    colleague.refresh_from_db()
    stranger.refresh_from_db()
    assert (colleague.role, stranger.role) == (Role.PUBLISHER if may else Role.CONTRIBUTOR, Role.CONTRIBUTOR)
    removed = client.post(f"{MEMBERS}{colleague.pk}/delete/", {"post": "yes"})
    assert removed.status_code == (302 if may else 403)
    assert TeamMember.objects.filter(pk=colleague.pk).exists() != may


@pytest.mark.parametrize("role", list(Role))
def test_no_crafted_form_makes_anybody_more_than_a_manager(ours, theirs, role):
    user = make.make_member(ours, role)
    before = User.objects.values("is_superuser", "is_staff").get(pk=user.pk)
    client = enter(user)
    crafted = {
        "username": user.username,
        "is_superuser": "on",
        "is_staff": "on",
        "user_permissions": [1],
        "groups": [1],
    }
    crafted |= {"campaign": theirs.pk, "user": user.pk, "role": 9}
    for address in (
        *(f"/admin/auth/user/{user.pk}/change/", "/admin/auth/user/add/", f"/admin/auth/user/{user.pk}/password/"),
        *(f"{MEMBERS}{row(user).pk}/change/", f"{MEMBERS}add/", INVITE, "/admin/auth/group/add/"),
    ):
        client.post(address, crafted)
    assert User.objects.values("is_superuser", "is_staff").get(pk=user.pk) == before
    assert not user.user_permissions.exists()
    assert list(TeamMember.objects.values_list("campaign", "role")) == [(ours.pk, role)]
    assert not Invitation.objects.exists()


def test_who_is_no_manager_invites_nobody_and_sees_no_link_and_managers_invite_to_their_own_campaign(ours, theirs):
    invitation = Invitation.objects.create(campaign=ours, invited_by=make.make_user())
    for role in (None, Role.CONTRIBUTOR, Role.EDITOR, Role.PUBLISHER):
        client = enter(make.make_member(ours, role) if role else make.make_user())
        assert (role, client.post(INVITE, {"campaign": ours.pk, "role": 1}).status_code) == (role, 403)
        page = client.get(reverse("admin:campaigns_invitation_change", args=[invitation.pk]))
        assert (role, page.status_code in (403, 404), "/join/" in page.text) == (role, True, False)
    manager = enter(make.make_member(ours, Role.MANAGER))
    assert manager.post(INVITE, {"campaign": theirs.pk, "role": 1}).status_code == 200
    assert Invitation.objects.get() == invitation


def invited(ours, **fields):
    given = {"campaign": ours.pk, "role": Role.EDITOR, "email": ""} | fields
    assert enter(make.make_member(ours, Role.MANAGER)).post(INVITE, given).status_code == 302
    return Invitation.objects.get()


def path_of(link):
    return link.removeprefix("http://testserver")


def test_the_link_makes_an_account_of_the_staff_with_that_role_once(ours, client):
    path = path_of(invited(ours).link())
    assert "Ours" in client.get(path).text
    assert client.post(path, NEW | {"password1": "short", "password2": "short"}).status_code == 200
    assert client.post(path, NEW).status_code == 302  # the link still holds
    user = User.objects.get(username="new")
    assert (user.is_staff, user.is_superuser, user.check_password(NEW["password1"])) == (True, False, True)
    assert (row(user).campaign, row(user).role) == (ours, Role.EDITOR)
    again = client.post(path, NEW | {"username": "second"})
    assert (again.status_code, User.objects.filter(username="second").exists()) == (404, False)


@pytest.mark.parametrize(("host", "kept"), [("mail.example.org", "new@example.org"), ("", "")])
def test_who_joins_gives_an_address_for_a_forgotten_password_where_the_site_sends_any_mail(
    ours, client, settings, host, kept
):
    path = path_of(invited(ours).link())
    settings.EMAIL_HOST = host
    assert ("id_email" in client.get(path).text) == bool(host)
    assert client.post(path, NEW | {"email": "new@example.org"}).status_code == 302
    assert User.objects.get(username="new").email == kept


def test_the_link_dies_after_seven_days_when_taken_back_and_when_touched(ours, client, clock):
    invitation = invited(ours)
    path = path_of(invitation.link())
    assert client.get(path).status_code == 200
    assert client.get(path[:-3] + "x/").status_code == 404
    assert client.get(reverse("admin:join", args=[signing.dumps(invitation.pk, salt="other")])).status_code == 404
    clock.shift(7 * 24 * 3600 + 1)
    assert client.get(path).status_code == 404


def test_a_colleague_of_another_team_joins_as_who_they_are_and_loses_no_role(ours, theirs):
    user = make.make_member(theirs, Role.PUBLISHER)
    link = path_of(invited(ours).link())
    assert enter(user).post(link).status_code == 302
    assert dict(TeamMember.objects.filter(user=user).values_list("campaign", "role")) == {
        ours.pk: Role.EDITOR,
        theirs.pk: Role.PUBLISHER,
    }


def test_an_invitation_never_lowers_a_role(ours):
    user = make.make_member(ours, Role.MANAGER)
    invitation = Invitation.objects.create(campaign=ours, invited_by=user, role=Role.CONTRIBUTOR)
    assert invitation.accept(user) is True
    assert (row(user).role, invitation.accept(user)) == (Role.MANAGER, False)


def test_the_link_goes_out_by_e_mail_where_the_site_can_send_any(ours, settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.DESK_ORIGIN = "https://record.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    client = enter(make.make_member(ours, Role.MANAGER))
    client.post(INVITE, {"campaign": ours.pk, "role": 1, "email": "new@example.org"}, headers={"host": "evil.example"})
    assert mail.outbox[0].to == ["new@example.org"]
    assert re.findall(r"https?://[^/\s]+", mail.outbox[0].body) == ["https://record.example.org"]


def test_without_a_mail_server_the_link_is_there_to_copy(ours):
    invitation = invited(ours, email="new@example.org")
    manager = User.objects.get(pk=invitation.invited_by_id)
    page = enter(manager).get(reverse("admin:campaigns_invitation_change", args=[invitation.pk])).text
    assert mail.outbox == []
    assert "http://testserver/admin/join/" in page
