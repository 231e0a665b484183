"""What a reader reads on a page: its words in one line, or one part of it."""

import re
from html import unescape

from django.http import HttpResponse


def words(response: HttpResponse) -> str:
    """Return the words of a page of the desk."""
    page = response.content.decode()
    main = page[page.index('<div id="content"') : page.index("</main>")]
    return _plain(main)


def text(response: HttpResponse) -> str:
    """Return the words of the page's main part, without markup, each space a single one."""
    page = response.content.decode()
    return _plain(page[page.index("<main") : page.index("</main>")])


def _plain(main: str) -> str:
    words = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", "", main)))
    return re.sub(r" (?=[,;:.)])", "", re.sub(r"\s+", " ", words).replace("( ", "(")).strip()
