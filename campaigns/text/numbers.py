"""Whole numbers as a request names them: a primary key, a page."""

#: The largest number that a request names: a column holds it, and what a page's rows make of it.
_LARGEST = 999_999_999_999_999


def as_number(text: str | None) -> int | None:
    """Read a whole number that a request names, such as a primary key; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and not is_beyond(text) else None


def is_beyond(text: str) -> bool:
    """Say whether a text is a number, however Python reads numbers, that is larger than any that we read."""
    try:
        return abs(int(text)) > _LARGEST
    except ValueError:  # no number, or one of so many digits that Python reads it no more than Django would
        return len(text) > 4000
