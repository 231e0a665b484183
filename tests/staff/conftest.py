"""The two campaigns and the browser of the desk's tests; a campaign, and Maria, who manages it."""

from typing import Any

import pytest

from campaigns.models import Role
from tests import factories as make
from tests.admin.conftest import clock, ours, staff, theirs
from tests.staff.test_login_forms import PASSWORD

__all__ = ["clock", "ours", "staff", "theirs"]


@pytest.fixture
def campaign() -> Any:
    return make.make_campaign(slug="ours")


@pytest.fixture
def maria(campaign: Any) -> Any:
    return make.make_member(campaign, Role.MANAGER, username="maria", password=PASSWORD)
