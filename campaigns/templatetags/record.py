"""How dates, hosts and citations look. Formatting only: nothing here asks the database."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


class PartialDate(Protocol):
    """What this module asks of a date with its precision; it knows no model."""

    def isoformat(self) -> str:
        """Return the ISO 8601 form."""

    def words(self) -> str:
        """Return the words."""


class Participant(Protocol):
    """What this module asks of whoever took part in a statement."""

    role: str


class Citation(Protocol):
    """What this module asks of a citation."""

    about: str
    says: str


@register.simple_tag
def when(start: PartialDate | None, end: PartialDate | None = None) -> SafeString:
    """Return a date or a range as <time>, at its own precision; “date unknown” for None."""
    if start is None:
        return format_html('<span class="undated">{}</span>', _("date unknown"))
    first = format_html('<time datetime="{}">{}</time>', start.isoformat(), start.words())
    if end is None:
        return first
    last = format_html('<time datetime="{}">{}</time>', end.isoformat(), end.words())
    return format_html(_("{} to {}"), first, last)


@register.simple_tag
def day(date: dt.date) -> SafeString:
    """Return a plain day as <time>."""
    return format_html('<time datetime="{}">{}</time>', date.isoformat(), formats.date_format(date, "DATE_FORMAT"))


@register.filter
def host(url: str) -> str:
    """Return the host of an address as a reader recognizes it: without www., in ASCII where it mixes scripts."""
    try:
        name = (urlsplit(url).hostname or "").removeprefix("www.")
        return name if name.isascii() else name.encode("idna").decode()
    except ValueError:  # an address that no standard knows: the whole of it, with what is foreign spelled out
        return ascii(url)[1:-1]


#: A quotation of more words than this is found by its first and its last ones; so is one with a gap.
_WHOLE, _END = 12, 5
_GAP = re.compile(r"\s*(?:\[[^\]]*\]|\(\s*(?:…|\.{3})\s*\)|…|\.(?:\s?\.){2,}|[\r\n]+)\s*")


@register.filter
def at_words(url: str, words: str) -> str:
    """Return the address with the text fragment that lets a browser open the document at a quotation.

    What the quotation leaves out or adds, “…” and “[sic]”, does not stand in the document, and a fragment reaches over
    a paragraph's end only between two texts: then the first and the last words stand for the whole.
    """
    pieces = [piece.split() for piece in _GAP.split(words) if piece.strip()]
    if not pieces:
        return url
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1 and len(first) <= _WHOLE:
        texts = [" ".join(first)]
    else:
        texts = [" ".join(first[:_END]), " ".join(last[-_END:])]
    # A comma or a hyphen that is not encoded would end the text.
    fragment = ",".join(quote(text, safe="").replace("-", "%2D") for text in texts)
    return f"{url}{'' if '#' in url else '#'}:~:text={fragment}"


@register.filter
def plain(citations: list[Citation]) -> list[Citation]:
    """Return the citations that the record rests on, without those on disputed points."""
    return [citation for citation in citations if not citation.about]


@register.filter
def disputes(citations: list[Citation]) -> list[dict[str, Any]]:
    """Return the disputed points as [{"about": …, "values": [{"says": …, "citations": […]}]}], in their order."""
    points: dict[str, dict[str, list[Citation]]] = {}
    for citation in citations:
        if citation.about:
            points.setdefault(citation.about, {}).setdefault(citation.says, []).append(citation)
    return [
        {"about": about, "values": [{"says": says, "citations": found} for says, found in values.items()]}
        for about, values in points.items()
    ]


@register.filter
def get(found: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds for a key; None where it holds nothing, or where there is no mapping."""
    return found.get(key) if found else None


@register.filter
def having(parts: list[Participant], role: str) -> list[Participant]:
    """Return those who took part in a statement in that role, in their order."""
    return [part for part in parts if part.role == role]
