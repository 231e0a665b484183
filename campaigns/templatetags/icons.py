"""The icons: small shapes drawn here, so that no page asks for a font or a picture.

Three shape families that cannot be mixed up: a speech mark is what was said, a square is what was done, a circle is
what this record knows. An icon only decorates: the word stands beside it, always.
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# All on a grid of 16 by 16; a shape inside a shape is a hole (fill-rule evenodd).
_SAID = "M2 1h12l1 1v8l-1 1H7.5L4 15v-4H2l-1-1V2z"
_DONE = "M2 2h12v12H2z"
_OPEN = "M2 2h12v12H2zM3.5 3.5v9h9v-9z"
_RING = "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zm0 1.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6z"
_SHAPES = {
    # Stances.
    "accepts": _SAID + "M4 6.1l1.1-1.1 2 2 3.9-3.9 1.1 1.1-5 5z",
    "promises": _SAID + "M4 5.2h4.2v-2L12.2 6 8.2 8.8v-2H4z",
    "acts": _SAID + "M5.5 2.8L11.5 6 5.5 9.2z",
    "partial": _SAID + "M8 2.7a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6zM8 4v4a2 2 0 0 0 0-4z",
    "acknowledges": _SAID + "M3.9 5.1h1.8v1.8H3.9zM7.1 5.1h1.8v1.8H7.1zM10.3 5.1h1.8v1.8h-1.8z",
    "deflects": _SAID + "M4.4 9.2V6.5a2.3 2.3 0 0 1 2.3-2.3h1.9V2.4L12 5 8.6 7.6V5.8H6.7a.7.7 0 0 0-.7.7v2.7z",
    "rejects": _SAID + "M4.9 4l1.1-1.1 2 2 2-2L11.1 4l-2 2 2 2L10 9.1l-2-2-2 2L4.9 8l2-2z",
    "supports": _SAID + "M8 2.4l3.2 3.4H9v3.6H7V5.8H4.8z",
    "opposes": _SAID + "M8 9.6L4.8 6.2H7V2.6h2v3.6h2.2z",
    "no_position": _SAID + "M4 5.2h8v1.6H4z",
    "replies": _SAID + "M3.8 3.7h8.4V5H3.8zM3.8 7h5.6v1.3H3.8z",
    # Outcomes.
    "not_started": _OPEN,
    "proposed": _OPEN + "M6.3 6.3h3.4v3.4H6.3z",
    "under_way": "M2 2h12v12H2zM3.5 3.5V8h9V3.5z",
    "partly_done": "M2 2h12v12H2zM8 3.5V8h4.5V3.5z",
    "done": _DONE + "M4 8.1L5.1 7l1.9 1.9 3.9-3.9L12 6.1l-5 5z",
    "blocked": _DONE + "M4 7.1h8v1.8H4z",
    "reversed": _DONE + "M8.6 4.2v2.6H12v2.4H8.6v2.6L4 8z",
    "overtaken": _DONE + "M4 4.4L7.6 8 4 11.6zM8.2 4.4L11.8 8l-3.6 3.6z",
    "withdrawn": _OPEN + "M4.3 5.4l1.1-1.1L8 6.9l2.6-2.6 1.1 1.1L9.1 8l2.6 2.6-1.1 1.1L8 9.1l-2.6 2.6-1.1-1.1L6.9 8z",
    "cannot_be_checked": _OPEN + "M5.2 5h5.6v3.4H8.8v1H7.2V7h2v-.6h-4zM7.2 10.3h1.6v1.5H7.2z",
    # Answer states.
    "not_checked": "M8 1v1.6A5.4 5.4 0 0 0 2.6 8H1a7 7 0 0 1 7-7zM15 8a7 7 0 0 1-7 7v-1.6A5.4 5.4 0 0 0 13.4 8z",
    "no_answer": _RING,
    "announced": _RING + "M7.2 4h1.6v3.6l2.3 1.4-.8 1.4-3.1-1.9z",
    "answered": _SAID,
    "replied": _SAID + "M3.8 3.7h8.4V5H3.8zM3.8 7h5.6v1.3H3.8z",
    "declined": _SAID + "M4 5.2h8v1.6H4z",
    # What an entry is.
    "issuance": "M1 6h3l8-4v11L6.5 10.3V14H4v-4H1zM13 5.5a2.6 2.6 0 0 1 0 4z",
    "response": _SAID,
    "statement": "M2 1h12l1 1v8l-1 1H7.5L4 15v-4H2l-1-1V2zM2.6 2.6v6.8h10.8V2.6z",
    "event": "M8 1l7 7-7 7-7-7z",
    "outcome": _DONE,
    "link": "M5 2h1.4l-.4 3h4l.4-3h1.4l-.4 3h2.4v1.4h-2.6l-.4 3H13v1.4h-2.8l-.4 3H8.4l.4-3h-4l-.4 3H3l.4-3H1V9.4h2.6"
    "l.4-3H1.6V5h3zM5.6 6.4l-.4 3h4l.4-3z",
    "external": "M3 3h4v1.5H4.5v7h7V9H13v4H3zM8.5 2H14v5.5h-1.6V4.7L8 9.1 6.9 8l4.4-4.4H8.5z",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon as inline SVG, hidden from assistive technology; an unknown name is an error in a template."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d="{}"/></svg>',
        _SHAPES[str(name)],
    )


@register.simple_tag
def shape(name: str) -> SafeString:
    """Return the icon as a path with an id, its middle at the origin: what <use href="#i-…"> draws."""
    path = '<path id="i-{}" fill-rule="evenodd" transform="translate(-8 -8)" d="{}"/>'
    return format_html(path, name, _SHAPES[str(name)])
