"""The picture of a card, 1200 by 630 pixels, drawn here: other sites take no SVG."""

from bisect import bisect_left
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from campaigns.share_cards.words import Card

__all__ = ["draw"]

WIDTH, HEIGHT, MARGIN = 1200, 630, 72


PAPER, INK, SOFT, RULE = "#fdfcf8", "#1b1a17", "#4a4740", "#d8d3c6"


YES, PART, NO, WORDS = "#00594f", "#573b87", "#9a2c12", "#4a5560"


#: The colour of each mark and the sign in it, as on the pages; what is in neither is an outline: no answer.
COLOURS = {
    **dict.fromkeys(("accepts", "promises", "acts", "supports"), (YES, "tick")),
    **dict.fromkeys(("rejects", "opposes"), (NO, "cross")),
    "partial": (PART, "half"),
    **dict.fromkeys(("replied", "announced", "declined"), (WORDS, "line")),
}


#: So many marks fit beside each other; of more none is drawn, the words say it.
MARKS = 24


#: More letters than a card can hold: measuring all of a text of any length took a minute of processor time.
MOST = 600


#: Both from DejaVu, cut down to Latin, Greek and Cyrillic letters: the licence is beside them.
_FONTS = Path(__file__).parent / "fonts"


@lru_cache(maxsize=256)
def draw(shown: Card, host: str) -> bytes:
    """Return the picture as PNG; it follows from the card's words alone."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 14), fill=INK)
    sans = ImageFont.truetype(_FONTS / "DejaVuSans.woff2", 30)
    pen.text((MARGIN, 62), _cut(shown.kicker, sans), font=sans, fill=SOFT)
    title, serif = _fitting(shown.title)
    pen.multiline_text((MARGIN, 124), title, font=serif, fill=INK, spacing=serif.size * 0.28)
    words = ImageFont.truetype(_FONTS / "DejaVuSans.woff2", 29)
    lines = _lines(shown.words, words)
    told = [*lines[:2], _cut(" ".join(lines[2:]), words)] if len(lines) > 2 else lines
    pen.multiline_text((MARGIN, 410), "\n".join(told), font=words, fill=INK, spacing=11)
    if len(shown.marks) <= MARKS:
        for number, mark in enumerate(shown.marks):
            _mark(pen, MARGIN + number * 44, 356, mark)
    pen.line((MARGIN, 532, WIDTH - MARGIN, 532), fill=RULE, width=3)
    pen.text((MARGIN, 554), _cut(host, sans), font=sans, fill=SOFT)
    out = BytesIO()
    image.quantize(48).save(out, "PNG", optimize=True)
    return out.getvalue()


def _mark(pen: ImageDraw.ImageDraw, x: int, y: int, mark: str) -> None:
    """Draw a speech mark in the colour of what was said, with its sign; where nothing was said, its outline."""
    colour, sign = COLOURS.get(mark, (PAPER, ""))
    outline = [(x, y), (x + 32, y), (x + 32, y + 23), (x + 16, y + 23), (x + 8, y + 33), (x + 8, y + 23), (x, y + 23)]
    pen.polygon(outline, fill=colour, outline=colour if sign else SOFT, width=3)
    match sign:
        case "tick":
            pen.line([(x + 9, y + 12), (x + 14, y + 17), (x + 24, y + 6)], fill=PAPER, width=4)
        case "cross":
            pen.line([(x + 10, y + 5), (x + 22, y + 18)], fill=PAPER, width=4)
            pen.line([(x + 22, y + 5), (x + 10, y + 18)], fill=PAPER, width=4)
        case "half":
            pen.rectangle((x + 16, y + 5, x + 26, y + 18), fill=PAPER)
        case "line":
            pen.line([(x + 7, y + 12), (x + 25, y + 12)], fill=PAPER, width=4)


def _fitting(text: str) -> tuple[str, ImageFont.FreeTypeFont]:
    """Return the title in the largest letters in which it fits, cut where it never does."""
    for size, most in ((72, 2), (60, 3), (48, 4), (40, 4)):
        font = ImageFont.truetype(_FONTS / "DejaVuSerif-Bold.woff2", size)
        lines = _lines(text, font)
        if len(lines) <= most:
            break
    return "\n".join([*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), font)]), font


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break a text at its blanks, and a word that is too long wherever it must be."""
    lines = [""]
    for word in text[:MOST].split():
        while font.getlength(word) > WIDTH - 2 * MARGIN:
            fits = max(_fits(word, font), 1)
            lines += [word[:fits], ""]
            word = word[fits:]
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return [line for line in lines if line] or [""]


def _fits(text: str, font: ImageFont.FreeTypeFont, end: str = "") -> int:
    """Return how many of the first letters, with that end, fit into a line."""
    too_many = range(1, len(text) + 1)
    return bisect_left(too_many, True, key=lambda n: font.getlength(text[:n] + end) > WIDTH - 2 * MARGIN)


def _cut(text: str, font: ImageFont.FreeTypeFont) -> str:
    text = text[:MOST]
    if font.getlength(text) <= WIDTH - 2 * MARGIN:
        return text
    return text[: _fits(text, font, "…")].rstrip() + "…"
