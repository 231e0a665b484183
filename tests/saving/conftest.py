"""A published campaign, its team, and browsers in which they are in."""

import pytest

from campaigns.models import Role
from tests import factories as make
from tests.admin.clients import enter


class Team:
    """People of one campaign by name: carl contributes, ed edits, pia and pat publish."""

    ROLES = {"carl": Role.CONTRIBUTOR, "ed": Role.EDITOR, "pia": Role.PUBLISHER, "pat": Role.PUBLISHER}

    def __init__(self, campaign):
        self.campaign = campaign
        self.users = {name: make.make_member(campaign, role, username=name) for name, role in self.ROLES.items()}
        self.browsers = {name: enter(user) for name, user in self.users.items()}

    def __getattr__(self, name):
        if name in Team.ROLES:
            return self.browsers[name]
        raise AttributeError(name)


@pytest.fixture
def team(db):
    return Team(make.make_campaign(slug="kc"))


@pytest.fixture
def readers_first(team):
    """The campaign wants a second reader."""
    team.campaign.second_reader = True
    team.campaign.save()
    return team
