"""The occasions on which a demand was raised, and what changed from one to the next: its words, and who signed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from campaigns.models import Issuance, Participant

__all__ = ["Change", "Occasion", "Piece", "changes", "occasions"]

#: Longer wordings are not compared word by word: the time to do so grows with the square of their length.
LONGEST = 2000
#: Of two wordings that have less than this in common, marks would only make confetti.
ALIKE = 0.4
# Scripts that put no space between words: each letter is compared by itself.
_LETTERS_APART = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)


class Change(StrEnum):
    """What became of some words of an earlier wording."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive words that were all kept, inserted or deleted."""

    change: Change
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """Return the later wording and what it dropped, in pieces; what was kept stands as the later one has it.

    The kept and the inserted pieces together are the later wording. Where the two have little in common, the whole of
    one is deleted and the whole of the other inserted. A difference in spaces alone is none.
    """
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    if max(len(old), len(new)) > LONGEST or matcher.ratio() < ALIKE:
        return [Piece(change, text) for change, text in ((Change.DELETED, before), (Change.INSERTED, after)) if text]
    pieces = []
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.KEPT, "".join(new[first:last])))
            continue
        pairs = ((Change.DELETED, "".join(old[start:end])), (Change.INSERTED, "".join(new[first:last])))
        pieces += [Piece(change, text) for change, text in pairs if text]
    return pieces


def _words(text: str) -> list[str]:
    """Split into words and signs, each with the space that follows it; together they are the text."""
    words: list[str] = []
    for char in text:
        attached = char.isspace() or unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")
        if words and (attached or (_in_word(char) and _in_word(words[-1][-1]))):
            words[-1] += char
        else:
            words.append(char)
    return words


def _in_word(char: str) -> bool:
    """Say whether a letter, a mark on one, a digit or an apostrophe joins the one before it into a word."""
    joins = char.isalnum() or char in "'’" or unicodedata.category(char).startswith("M")
    return joins and not _LETTERS_APART.match(char)


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
                [] if same or earlier is None else changes(earlier.text, issuance.text),
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
