"""What stands twice among the links of one form: the campaign file has each once, so such a record could not come back.

The database compares a row with those that are saved; this compares the rows that come in together.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import (
    Check,
    Citation,
    Effect,
    Issuance,
    Membership,
    PartialDate,
    Participant,
    Party,
    Relation,
    Response,
)

__all__ = ["refuse_twins"]

#: What tells a link from the others of its record.
_TELLING: dict[Any, tuple[str, ...]] = {
    Membership: ("member", "post", "organization", "start", "end"),
    Participant: ("role", "actor", "label"),
    Relation: ("kind", "to"),
    Party: ("role", "actor"),
    Response: ("demand", "letter"),
    Effect: ("demand",),
    Check: ("demand", "letter", "addressee", "when", "found", "reported_by", "reported_in"),
}


def _telling(row: Any, parent: str) -> tuple[str, ...]:
    """Return the fields that tell a row from the others on the page of its parent."""
    if isinstance(row, Issuance):
        names: tuple[str, ...] = ("demand", "when")
        if parent == "statement" or row.statement_id is not None:
            names = ("demand", "statement")
    elif isinstance(row, Citation):
        names = ("source", "about", "says", "quote", "place") if row.about else ("source",)
    else:
        names = _TELLING[type(row)]
    return tuple(name for name in names if name != parent)


def _word(row: Any, name: str) -> str:
    value = getattr(row, name)
    if not value:
        return ""
    shown = getattr(row, f"get_{name}_display", None)
    return str(shown() if shown else value.words() if isinstance(value, PartialDate) else value)


def refuse_twins(forms: Iterable[Any], parent: str) -> None:
    """Give each row that says what an earlier one says an error; ``parent`` is the key to the record of the page."""
    first: dict[tuple[Any, ...], int] = {}
    for number, form in enumerate(forms, 1):
        if not form.is_valid() or not (form.has_changed() or form.instance.pk):
            continue
        row = form.instance
        names = _telling(row, parent)
        key = (names, *(getattr(row, name) for name in names))
        if (before := first.setdefault(key, number)) != number:
            words = " · ".join(word[:80] for word in (_word(row, name) for name in names) if word)
            said = _("“%(what)s” stands twice, in row %(first)d and in row %(second)d: expected each once.")
            form.add_error(None, said % {"what": words, "first": before, "second": number})
