"""Slips: how far two texts are apart, and whether that is a few letters or something else that is said."""

import difflib
import re

__all__ = ["MOST", "slip_letters"]

#: So many letters may be put right in one go, or one after another, and it is still a slip; of one word so many.
MOST, MOST_OF_A_WORD = 4, 2


def slip_letters(old: str, new: str) -> int | None:
    """Return how many letters of a text were put right; None where that is more than a slip.

    A slip leaves every number, adds and takes no word and changes none beyond two letters. Blanks count as letters.
    """
    if re.findall(r"\d", old) != re.findall(r"\d", new):
        return None
    words = old.split(), new.split()
    if "".join(words[0]) != "".join(words[1]) and len(words[0]) != len(words[1]):
        return None
    pairs = [(old, new)] if len(words[0]) != len(words[1]) else [*zip(*words, strict=True), *_blanks(old, new)]
    letters = 0
    for one, other in pairs:
        apart = _apart(one, other) if one != other else 0
        letters += apart
        if apart > MOST_OF_A_WORD or letters > MOST:
            return None
    return letters


def _blanks(old: str, new: str) -> list[tuple[str, str]]:
    """Return the stretches between the words of both; there are as many."""
    found = [re.split(r"\S+", text) for text in (old, new)]
    return list(zip(*found, strict=True))


def _apart(one: str, other: str) -> int:
    """Return how many letters are to be written or taken away; more than `MOST` without looking where it must be."""
    if abs(len(one) - len(other)) > MOST:
        return MOST + 1
    steps = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for what, a, b, c, d in steps if what != "equal")
