"""Text without accents and case, the same on both databases."""

import unicodedata

__all__ = ["fold"]


def fold(text: str) -> str:
    """Return text without accents and case, for sorting and matching alike on both databases: “Sánchez” → “sanchez”."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
