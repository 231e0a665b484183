"""oEmbed 1.0: which addresses are ours, how large, in which form. Nothing here asks the database or others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.urls import Resolver404, resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString

from campaigns.http.embeddable import Embeddable

__all__ = ["SANDBOX", "BadQuestion", "Question", "answer_html", "as_xml", "frame_html", "link_html", "target"]

#: What a frame may do on somebody else's page: run its script, and open its links outside.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
#: The size that an answer names unless the question allows less, and the height by kind of frame.
WIDTH = 640
HEIGHTS = {"embed_timeline": 800, "embed_answers": 800, "embed_lanes": 900}
HEIGHT = 700
_CONTROL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadQuestion(Exception):
    """The question cannot be answered; ``status`` as oEmbed and HTTP have it, the message for whoever asked."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep both."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Question:
    """What a consumer asks: the address, the form of the answer, the most room there is."""

    url: str
    form: str
    maxwidth: int | None
    maxheight: int | None

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Question":
        """Read a query; BadQuestion says what is wrong with it. What is not ours to know is ignored."""
        form = asked.get("format", "") or "json"
        if form not in ("json", "xml"):
            raise BadQuestion("The format is json or xml.", 501)
        if not asked.get("url"):
            raise BadQuestion("The parameter url is missing: the address of a page of this record.")
        return cls(asked["url"], form, _most(asked, "maxwidth"), _most(asked, "maxheight"))

    def size(self, frame: str) -> tuple[int, int]:
        """Return the width and the height of a frame: its own, or as much as there is room for."""
        width, height = WIDTH, HEIGHTS.get(frame, HEIGHT)
        return min(width, self.maxwidth or width), min(height, self.maxheight or height)


def _most(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name, "")
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) == 0:
        raise BadQuestion(f"The parameter {name} is a number of pixels, 1 or more.")
    return int(text)


def target(url: str, origin: str) -> Embeddable | None:
    """Return what stands at an address of this site; None for any other address, and for a page without a frame."""
    try:
        parts, own = urlsplit(url), urlsplit(origin)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != own.netloc.lower():
            return None
        # WordPress asks for the address as it was typed, or without its slash, though the page answers with the slash.
        match = resolve(parts.path if parts.path.endswith("/") else f"{parts.path}/")
    except (ValueError, Resolver404):
        return None
    return Embeddable.at(match.url_name or "", match.kwargs, parts.query, parts.fragment)


def answer_html(found: Embeddable, origin: str, title: str, size: tuple[int, int]) -> SafeString:
    """Return what a page puts in: the link first, which WordPress needs to let the frame speak and its links work."""
    return format_html(
        '<blockquote><a href="{}{}">{}</a></blockquote><iframe class="accountability-embed" src="{}{}" title="{}"'
        ' width="{}" height="{}" frameborder="0" loading="lazy" sandbox="{}"></iframe>',
        *(origin, found.page_path, title, origin, found.frame_path, title, *size, SANDBOX),
    )


def link_html(found: Embeddable, origin: str, title: str) -> SafeString:
    """Return the link that embed.js turns into a frame, in a place that is kept free for it, and the script."""
    return format_html(
        '<a class="accountability-embed" href="{}{}" style="display:block;min-height:{}px">{}</a>\n'
        '<script async src="{}/embed.js"></script>',
        *(origin, found.page_path, HEIGHTS.get(found.frame, HEIGHT), title, origin),
    )


def frame_html(found: Embeddable, origin: str, title: str) -> SafeString:
    """Return the frame alone, for where no script is allowed: it scrolls."""
    return format_html(
        '<iframe class="accountability-embed" src="{}{}" title="{}" width="100%" height="{}" loading="lazy"'
        ' style="border:0" sandbox="{}"></iframe>',
        *(origin, found.frame_path, title, HEIGHTS.get(found.frame, HEIGHT), SANDBOX),
    )


def as_xml(answer: Mapping[str, Any]) -> str:
    """Return the answer in oEmbed's other form."""
    fields = "".join(f"<{name}>{escape(_CONTROL.sub('', str(value)))}</{name}>" for name, value in answer.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{fields}</oembed>\n'
