"""What is wrong with a file: where, what, and what was expected instead."""

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["MOST_PROBLEMS", "BadFile", "Problem", "nearest", "shown"]

#: Nobody reads more; a file of nothing but mistakes would fill the memory with sentences.
MOST_PROBLEMS = 10_000

#: Comparing with each takes time: among more words than this only those that begin alike are compared.
_MANY = 1000


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing to correct. ``line`` counts from 1 and is 0 where the problem belongs to no line."""

    line: int
    path: str
    message: str
    expected: str = ""

    def __str__(self) -> str:
        """Return “path: message (expected …)”."""
        path = f"{self.path}: " if self.path else ""
        expected = f" (expected {self.expected})" if self.expected else ""
        return f"{path}{self.message}{expected}"


class BadFile(Exception):
    """Nothing was written. ``problems`` are all that was found, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Sort the problems and drop repeated ones."""
        self.problems = sorted(set(problems))
        super().__init__("; ".join(map(str, self.problems[:3])))


def shown(value: object) -> str:
    """Return a value as it can be put into a message: short, on one line, nothing invisible."""
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:59]}…"
    return "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else f"\\u{ord(c):04x}" for c in text)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was probably meant, or None."""
    candidates = list(words)
    if len(candidates) > _MANY:
        candidates = [candidate for candidate in candidates if candidate[:3] == word[:3]][:_MANY]
    return next(iter(difflib.get_close_matches(word[:200], candidates, n=1)), None)
