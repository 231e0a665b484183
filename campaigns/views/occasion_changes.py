"""The occasions on which a demand was raised, and what changed from one to the next: its words, and who signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaigns.models import Issuance, Participant
from campaigns.text.diff import Change, Piece, compared

__all__ = ["Occasion", "occasions"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An issuance beside the ones before it, as far as they can be compared."""

    issuance: Issuance
    #: The latest earlier occasion with a wording in the same language, and what changed since; nothing where the
    #: words are the same.
    since: Issuance | None = None
    changed: Sequence[Piece] = ()
    #: The latest earlier occasion that some of the same signed (a letter of others is not compared with this one), who
    #: is new on this one, and who is not on it any more.
    signed_since: Issuance | None = None
    joined: Sequence[Participant] = ()
    missing: Sequence[Participant] = ()

    @property
    def same_words(self) -> bool:
        """Whether it repeats the earlier wording."""
        return self.since is not None and not self.changed

    @property
    def reworded(self) -> bool:
        """Whether nothing of the earlier wording was kept."""
        return bool(self.changed) and all(piece.change != Change.KEPT for piece in self.changed)

    @property
    def incomplete(self) -> bool:
        """Whether one of the two lists of signatories is known to be incomplete, so that absence proves nothing."""
        both = (self.issuance, self.signed_since)
        return any(one.statement.signatories_incomplete for one in both if one and one.statement)


def occasions(issuances: Iterable[Issuance], before: Issuance | None = None) -> list[Occasion]:
    """Return the occasions in the order given; ``before`` is the one that came before them, if it is known.

    The statements carry their participants (`IssuanceQuerySet.with_statement`).
    """
    worded: dict[str, Issuance] = {}
    lists: list[tuple[Issuance, dict[int | str, Participant]]] = []
    found = []
    for issuance in [*([before] if before else []), *issuances]:
        earlier = worded.get(issuance.language) if issuance.text else None
        same = earlier is None or earlier.text.split() == issuance.text.split()
        ours = _signatories(issuance)
        since, theirs = next((one for one in reversed(lists) if one[1].keys() & ours.keys()), (None, {}))
        found.append(
            Occasion(
                issuance,
                earlier,
                [] if same or earlier is None else compared(earlier.text, issuance.text),
                since,
                [part for key, part in ours.items() if since and key not in theirs],
                [part for key, part in theirs.items() if key not in ours],
            )
        )
        if issuance.text:
            worded[issuance.language] = issuance
        if ours:
            lists.append((issuance, ours))
    return found[1:] if before else found


def _signatories(issuance: Issuance) -> dict[int | str, Participant]:
    """Return who signed, by what tells them apart: their record, or else how they are described."""
    if issuance.statement is None:
        return {}
    signed = (part for part in issuance.statement.took_part if part.role == Participant.Role.SIGNATORY)
    return {part.actor_id or part.label: part for part in signed}
