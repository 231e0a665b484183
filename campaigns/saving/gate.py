"""One way in: a save claims, reads, writes, asks and tells, and what it asks depends on what it wrote.

Whoever changes the record in the desk does so inside `save`; a write outside raises `PastTheGate`. At the end of the
block the gate finds the public difference and asks of each record: may this person change it in this state, or
publish it? does it lack what publication asks for? did somebody who wrote none of it look? is a slip a slip, and what
are readers told? Is the answer no, all is taken back, and `Refused` says why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.history.changes import campaign_of
from campaigns.history.correction_note import Answer
from campaigns.history.restore import lacks, stale
from campaigns.models import (
    Campaign,
    Change,
    Clearance,
    Correction,
    ProposedChange,
    Publishable,
    Role,
    State,
    Versioned,
    change,
)
from campaigns.saving.difference import Difference, Step, differences, steps
from campaigns.saving.kept_rows import MOST, keep
from campaigns.staff.permissions import can_edit, can_publish, is_at_least, role_in

__all__ = ["Proposed", "Refused", "save", "tried"]


class Refused(ValidationError):
    """The gate took a save back; ``record`` is the one that it is about, ``private`` details nobody has cleared."""

    def __init__(self, record: Any, problems: list[str]) -> None:
        """Keep the record and the sentences."""
        super().__init__(problems)
        self.record = record
        self.private = [one.detail for one in Clearance.objects.open_in([record]) if one.sentence() in problems]


class Proposed(Exception):
    """A save waits for a second reader: the record stays as it was, and the change is kept as ``proposal``."""

    def __init__(self, proposal: ProposedChange) -> None:
        """Keep it."""
        super().__init__(str(proposal))
        self.proposal = proposal


class _Waits(Exception):
    """Somebody else has to read a save first; ``record`` is the published record that it would change."""

    def __init__(self, record: Any, steps: list[Step], answer: Answer) -> None:
        """Keep what is proposed."""
        super().__init__()
        self.record, self.steps, self.answer = record, steps, answer


@contextmanager
def save(
    by: Any,
    answer: Answer | None = None,
    *,
    reason: str = "",
    on: Any = None,
    claimed: Any = None,
    fit: bool = True,
    news: bool = False,
    author: Any = None,
) -> Iterator[Change]:
    """Write to the record as that account, in one transaction; raise Refused where the gate says no.

    Where the campaign wants a second reader and readers would see a difference, the change is kept for them and
    Proposed is raised: catch it inside any transaction around this one. ``author`` is somebody else who wrote it: then
    ``by`` is the second reader.

    ``answer`` is what readers are told. ``on`` is the record on whose page it is written, if there is one: what it
    lacks already may stay lacking. ``claimed`` is the row whose next version was taken for this save. ``fit=False``:
    whoever writes has asked what publication asks for (the campaign file does, for all records at once). ``news``:
    looks for an answer that are added to other records than ``on`` correct nothing, and need no word. A block that
    sets the transaction to be taken back is asked nothing.
    """
    # Who gives no answer has told readers already, as a merge does; what a file tells is held to the rule of slips.
    held = answer is not None
    answer, writer = answer or Answer("", ""), author or by
    try:
        with transaction.atomic(), change(writer, reason, noted=True) as now:
            lacked = lacks(on) if fit and on is not None else []
            yield now
            if transaction.get_rollback() or not now.rows:
                return
            made = steps(now)
            found = differences(made, _key(on) if on is not None else None)
            for one in found:
                one.news = news and one.record != on and one.only_adds_looks
                _ask(one, by, lacked if one.record == on else [], fit=fit, second=writer != by)
            words = [
                _word(one, answer, by) for one in found if one.shown and one.steps and not one.told and not one.news
            ]
            for one in found if held else ():
                _hold_slips(one, one.told)
            _want_second_reader(found, made, answer, second=writer != by)
            for word in words:
                word.by = writer
                word.save()
            for one in found:
                if one.steps and one.record.edited_by_id != writer.pk:
                    _sign(one.record, writer)
            _make_stale(made, claimed)
    except _Waits as waits:
        if isinstance(claimed, Versioned):  # the version that was taken for this save is free again
            claimed.release(claimed.pk)
        raise Proposed(keep(waits.record, waits.steps, waits.answer, by)) from None


@contextmanager
def tried(by: Any) -> Iterator[Change]:
    """Write as that account, to be looked at inside the block; at its end all is taken back."""
    with transaction.atomic(), change(by, noted=True) as now:
        yield now
        transaction.set_rollback(True)


def _key(record: Any) -> tuple[Any, int]:
    return record._meta.concrete_model, record.pk


def _ask(one: Difference, by: Any, lacked: list[str], *, fit: bool, second: bool) -> None:
    """Ask what concerns one record; raise Refused with what stands in the way."""
    record, campaign = one.record, campaign_of(one.record)
    public = State.PUBLISHED in (one.was, record.state)
    if public and (second or one.was != record.state) and not can_publish(by, campaign):
        raise Refused(record, [_("In this campaign you may not publish or withdraw.")])
    if isinstance(record, Campaign):
        may = is_at_least(role_in(by, campaign), Role.MANAGER)
    else:
        may = can_edit(by, campaign, one.was)  # a contributor sends a draft to review, and changes it no more then
    if not may:
        raise Refused(record, [_named(record, _("In this state your role may not change it."))])
    if record.state != State.PUBLISHED or not fit or not (one.steps or one.was != State.PUBLISHED):
        return
    problems = record.missing(by=by) if one.was != State.PUBLISHED else lacks(record)
    if one.was == State.PUBLISHED and one.only_adds:  # what comes takes nothing: that gap was there before
        gaps = record.gaps()
        problems = [problem for problem in problems if problem not in gaps]
    if problems := [problem for problem in problems if problem not in lacked]:
        raise Refused(record, [_("Readers see this record, and so it is not fit to be seen:"), *problems])


def _want_second_reader(found: list[Difference], made: list[Step], answer: Answer, *, second: bool) -> None:
    """Raise _Waits where readers would see a difference that nobody but its author has read."""
    # Whoever switches the second reader off changes nothing else in the same save.
    was_on = {step.pk for step in made if step.model is Campaign and step.before and step.before.second_reader}
    shown = [
        one
        for one in found
        if one.shown and one.steps and (one.record.needs_second_reader() or campaign_of(one.record).pk in was_on)
    ]
    if second or not shown:
        return
    if len(made) > MOST:
        said = _("A second person reads what readers will see, and nobody reads %(n)d rows: take it apart.")
        raise Refused(shown[0].record, [said % {"n": len(made)}])
    raise _Waits(shown[0].record, made, answer)


def _named(record: Any, sentence: str) -> str:
    return f"{record.noun()} “{record}”: {sentence}"


def _word(one: Difference, answer: Answer, by: Any) -> Correction:
    """Return what readers are told of a change; raise Refused where nothing is said, or too little."""
    try:
        made = answer.correction(one.record, by)
    except ValidationError as error:
        raise Refused(one.record, error.messages) from error
    _hold_slips(one, [made])
    return made


def _hold_slips(one: Difference, told: list[Correction]) -> None:
    """Raise Refused where readers are told of nothing but a slip, and more than that was changed."""
    slips = bool(told) and all(correction.kind == Correction.Kind.TYPO for correction in told)
    if slips and one.shown and (beyond := one.beyond_slip()):
        said = _("That is more than a slip (%(what)s): choose the correction, and write for readers what changed.")
        raise Refused(one.record, [said % {"what": ", ".join(beyond)}])


def _make_stale(made: list[Step], claimed: Any) -> None:
    """Give each row that was written, and whatever else shows it, its next version: their open forms are stale now."""
    for step in made:
        own = (step.model, step.pk) == (claimed and _key(claimed))
        if issubclass(step.model, Versioned) and not issubclass(step.model, Publishable) and not own:
            step.model.advance([step.pk])
    stale([version for step in made for version in step.versions], claimed)


def _sign(record: Any, by: Any) -> None:
    """Note who changed a record last, where only its rows were written."""
    record.edited_by = by
    record.save(update_fields=["edited_by", "updated_at"])
