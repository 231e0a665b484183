"""Two wordings compared word by word, also in scripts without spaces."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

__all__ = ["Change", "Piece", "compared", "replaced"]

#: Longer wordings are not compared word by word: the time to do so grows with the square of their length.
LONGEST = 2000

#: Of two wordings that have less than this in common, marks would only make confetti.
ALIKE = 0.4

#: Of a kept stretch of more letters than that only so many at each end are shown where pieces are shortened.
_LONG, _END = 400, 150

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

    def shortened(self) -> "Piece":
        """Return the piece without the middle of what was kept for long."""
        if self.change != Change.KEPT or len(self.text) < _LONG:
            return self
        return Piece(self.change, f"{self.text[:_END]} … {self.text[-_END:]}")


def compared(before: str, after: str) -> list[Piece]:
    """Return the later wording and what it dropped, in pieces; what was kept stands as the later one has it.

    The kept and the inserted pieces together are the later wording. Where the two have little in common, the whole of
    one is deleted and the whole of the other inserted. A difference in spaces alone is none.
    """
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    if max(len(old), len(new)) > LONGEST or matcher.ratio() < ALIKE:
        return replaced(before, after)
    pieces = []
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.KEPT, "".join(new[first:last])))
        else:
            pieces += replaced("".join(old[start:end]), "".join(new[first:last]))
    return pieces


def replaced(before: str, after: str) -> list[Piece]:
    """Return the whole of one as deleted and the whole of the other as inserted, each where there is any."""
    return [Piece(change, text) for change, text in ((Change.DELETED, before), (Change.INSERTED, after)) if text]


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
