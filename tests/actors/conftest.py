"""The two campaigns and the browser of the desk's tests."""

from tests.admin.conftest import clock, ours, staff, theirs

__all__ = ["clock", "ours", "staff", "theirs"]
