"""Texts as HTML: Markdown as editors write it, in the few tags that a page allows, and what was changed of a text."""

from collections.abc import Iterable
from typing import Any

import nh3
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

register = template.Library()

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong"),
    *("a", "table", "thead", "tbody", "tr", "th", "td"),
}


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as HTML: no raw HTML, no images, http(s) and mail links only, its headings two levels lower."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    rendered = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeString(clean)


@register.filter
def marked(pieces: Iterable[Any]) -> SafeString:
    """Return the pieces of two wordings that were compared, with what was deleted and inserted marked as that."""
    forms = {"deleted": "<del>{}</del>", "inserted": "<ins>{}</ins>", "kept": "{}"}
    return format_html_join("", "{}", ((format_html(forms[piece.change], piece.text),) for piece in pieces))
