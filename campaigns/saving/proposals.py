"""Proposed changes: a save that waits for a second reader is kept as rows, and written later by the same gate."""

import json
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.history.changes import Change, History
from campaigns.history.correction_note import Answer
from campaigns.history.restore import database_refusal, order
from campaigns.models import ProposedChange, Publishable, Unpublishable, Versioned, owner_of
from campaigns.saving.gate import save
from campaigns.saving.kept_rows import Row, rows_of, values_of

__all__ = ["accept", "give_back", "record_of", "would_change"]


def record_of(proposal: ProposedChange) -> Any:
    """Return the record on whose page the change was proposed."""
    return apps.get_model("campaigns", proposal.noun)._base_manager.get(pk=proposal.record)


def would_change(proposal: ProposedChange) -> Change:
    """Return what a proposed change makes of the rows, field by field, as the history shows a change."""
    record = record_of(proposal)
    rows: dict[tuple[Any, int], list[Any]] = {}
    for row in rows_of(proposal):
        version = row.model.history.model
        rows[row.model, row.pk] = [
            version(**values, history_type=kind) if values else None
            for values, kind in ((row.before, "~"), (row.after, "~" if row.before else "+"))
        ]
    history = History(record, {key: [one for one in both if one is not None] for key, both in rows.items()})
    made = {key: str(both[1].instance) for key, both in rows.items() if both[0] is None}
    history.names |= {key: name for key, name in made.items() if key not in history.names}
    found = Change(proposal.at, proposal.by, "")
    for (model, _pk), (before, after) in rows.items():
        newest = after or model.history.model(**values_of(model, before) or {}, history_type="-")
        if touched := history.touched(model, before, newest):
            found.rows.append(touched)
    return found


@transaction.atomic
def accept(proposal: ProposedChange, by: Any) -> None:
    """Write a proposed change, as its author and with a second person's approval; raise Unpublishable with reasons.

    What somebody else changed meanwhile in the same fields stands in the way, and nothing else does.
    """
    proposal = _locked(proposal)
    record = record_of(proposal)
    answer = Answer(proposal.kind, proposal.sentence, proposal.hides_earlier)
    try:
        # Without a word it was proposed as news, which corrects nothing on any page.
        page = owner_of(record) if proposal.kind else None
        reason = f"accepted by {by.get_username()}"
        with save(by, answer, author=proposal.by, reason=reason, on=page, news=page is None):
            _write(proposal)
    except ValidationError as error:
        raise Unpublishable(error.messages) from error
    except IntegrityError as error:
        raise Unpublishable([database_refusal(error)]) from error
    _decide(proposal, ProposedChange.State.ACCEPTED, by, "")


@transaction.atomic
def give_back(proposal: ProposedChange, by: Any, reason: str) -> None:
    """Return a proposed change to its author with a reason; the author takes it back without one."""
    proposal = _locked(proposal)
    if by != proposal.by and not reason.strip():
        raise Unpublishable([_("Write for the author why the change comes back.")])
    _decide(proposal, ProposedChange.State.RETURNED, by, reason.strip())


def _locked(proposal: ProposedChange) -> ProposedChange:
    found = ProposedChange.objects.select_for_update().get(pk=proposal.pk)
    if found.state != ProposedChange.State.WAITING:
        raise Unpublishable([_("Somebody has decided already.")])
    return found


def _decide(proposal: ProposedChange, state: str, by: Any, reason: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.reason = state, by, timezone.now(), reason
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _write(proposal: ProposedChange) -> None:
    """Write the rows: those that go first, then those that are new, what others rest on before the others."""
    rows = list(rows_of(proposal))
    made: dict[tuple[Any, int], int] = {}
    for row in sorted((row for row in rows if row.after is None), key=lambda row: -order(row.model)):
        _found(row, row.before or {}).delete()
    wanted = [row for row in rows if row.after is not None]
    for row in sorted(
        wanted, key=lambda row: (row.before is not None, not issubclass(row.model, Publishable), order(row.model))
    ):
        after = {name: _mapped(row.model, name, value, made) for name, value in (row.after or {}).items()}
        if row.before is None:
            written = row.model(**{name: value for name, value in after.items() if name != "id"})
            written.full_clean()
            written.save(force_insert=True)
            made[row.model, row.pk] = written.pk
            continue
        changed = {name: value for name, value in after.items() if value != row.before[name]}
        written = _found(row, {name: row.before[name] for name in changed}, changed)
        for name, value in changed.items():
            setattr(written, name, value)
        if isinstance(written, Versioned):
            written.version += 1
        written.full_clean()
        written.save()


def _mapped(model: Any, name: str, value: Any, made: dict[tuple[Any, int], int]) -> Any:
    """Return a value; where a foreign key leads to a row that was made just now, to its new key."""
    column = next(column for column in model._meta.concrete_fields if column.attname == name)
    if isinstance(column, models.ForeignKey):
        return made.get((column.related_model._meta.concrete_model, value), value)
    return value


def _found(row: Row, before: dict[str, Any], after: dict[str, Any] | None = None) -> Any:
    """Return a row as saved now; raise ValidationError where somebody has changed the same fields meanwhile."""
    there = row.model._base_manager.select_for_update().filter(pk=row.pk).first()
    noun = row.model._meta.verbose_name
    if there is None:
        raise ValidationError(_("Somebody has removed a row since (%(noun)s).") % {"noun": noun})
    for name, value in before.items():
        now = getattr(there, name)
        if _plain(now) not in (_plain(value), _plain((after or before)[name])):
            column = next(column for column in row.model._meta.concrete_fields if column.attname == name)
            said = _("Somebody has changed the same field since (%(noun)s: %(field)s): return it, and propose it anew.")
            raise ValidationError(said % {"noun": noun, "field": column.verbose_name})
    return there


def _plain(value: Any) -> Any:
    return json.dumps(value, cls=DjangoJSONEncoder)
