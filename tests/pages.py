"""What a reader reads on a page: its words in one line, or one part of it."""

import re
from html import unescape

from django.http import HttpResponse


def text(response: HttpResponse) -> str:
    """Return the words of the page's main part, without markup, each space a single one."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    words = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", "", main)))
    return re.sub(r" (?=[,;:.)])", "", re.sub(r"\s+", " ", words).replace("( ", "(")).strip()
