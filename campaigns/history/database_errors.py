"""What is said of a save that the database did not take: somebody was in the way, the disk is full, or it is down."""

import logging
import sqlite3
from dataclasses import dataclass

from django.db import OperationalError
from django.utils.translation import gettext as _

__all__ = ["Trouble", "trouble"]

logger = logging.getLogger(__name__)

#: PostgreSQL's codes: a transaction that cannot be put in a row with others, a deadlock, a lock that was waited for.
_BUSY_STATES = {"40001", "40P01", "55P03"}
_FULL_STATE = "53100"
_BUSY_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence for whoever saved, and the status of the answer; another try at once helps where somebody is busy."""

    sentence: str
    status: int
    busy: bool = False


def trouble(error: OperationalError) -> Trouble:
    """Return what is to be said of an error; whatever is not only somebody else's save is logged for the operator."""
    cause = error.__cause__
    state, code = getattr(cause, "pgcode", None), getattr(cause, "sqlite_errorcode", None)
    code = None if code is None else code & 0xFF  # above it stands why
    if state in _BUSY_STATES or code in _BUSY_CODES:
        said = _("Somebody else was saving at the same moment. Nothing is lost: save again.")
        return Trouble(said, 200, busy=True)
    logger.error("The database did not take a save.", exc_info=error)
    if state == _FULL_STATE or code == sqlite3.SQLITE_FULL:
        said = _(
            "Not saved: the disk of the server is full. What you typed is still on this page. Tell whoever runs the"
            " site, and save again once there is room."
        )
        return Trouble(said, 507)
    said = _(
        "Not saved: the database does not answer as it should. What you typed is still on this page. Save again in a"
        " minute; if it stays so, tell whoever runs the site."
    )
    return Trouble(said, 503)
