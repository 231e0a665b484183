"""How a frame looks, as its address asks: a wrong value counts as not given, and none gets into a page but as checked.

The stylesheet is written into the frame and named by its hash in the frame's policy: one request, nothing else runs.
"""

import datetime as dt
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from django.conf import settings

__all__ = ["DENSITIES", "LIMIT", "MOST", "THEMES", "Look", "digest", "legible", "script", "stylesheet"]

THEMES = ("auto", "light", "dark")
DENSITIES = ("normal", "compact")
#: Entries in a frame, unless its address says otherwise, and at most.
LIMIT, MOST = 10, 50
#: The grounds that text stands on, per theme; --paper and --wash of timeline.css.
GROUNDS = {"light": ("#fdfcf8", "#f4f1e9"), "dark": ("#171613", "#22201c")}
#: WCAG 2.2 AA for text.
CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Look:
    """What a frame's address asks for, checked."""

    theme: str = "auto"
    #: “#rrggbb”, or empty for the site's own.
    accent: str = ""
    density: str = "normal"
    #: A language that the site speaks, or empty for the campaign's.
    lang: str = ""
    limit: int = LIMIT
    as_of: dt.date | None = None

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        """Read an address's query; whatever is not understood keeps its default."""

        def one_of(name: str, choices: tuple[str, ...]) -> str:
            return asked[name] if asked.get(name) in choices else choices[0]

        accent = re.fullmatch(r"#?([0-9a-fA-F]{6})", asked.get("accent", ""))
        limit = asked.get("limit", "")
        return cls(
            theme=one_of("theme", THEMES),
            accent=f"#{accent[1].lower()}" if accent else "",
            density=one_of("density", DENSITIES),
            lang=one_of("lang", ("", *dict(settings.LANGUAGES))),
            limit=min(int(limit), MOST) if re.fullmatch(r"[1-9][0-9]{0,3}", limit) else LIMIT,
            as_of=_day(asked.get("as_of", "")),
        )

    @property
    def query(self) -> str:
        """What an address says to ask for it; nothing where that is the default."""
        said = {
            "theme": self.theme * (self.theme != "auto"),
            "accent": self.accent.removeprefix("#"),
            "density": self.density * (self.density != "normal"),
            "lang": self.lang,
            "limit": str(self.limit) if self.limit != LIMIT else "",
            "as_of": self.as_of.isoformat() if self.as_of else "",
        }
        return urlencode({name: value for name, value in said.items() if value})


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG defines it."""
    lower, upper = sorted((_luminance(one), _luminance(other)))
    return (upper + 0.05) / (lower + 0.05)


def legible(accent: str, theme: str) -> str:
    """Return the colour nearest to the accent, darker or lighter, that can be read as text in a theme."""
    end = 0 if theme == "light" else 255
    for step in range(65):
        color = "#" + "".join(f"{round(c + (end - c) * step / 64):02x}" for c in _channels(accent))
        if all(contrast(color, ground) >= CONTRAST for ground in GROUNDS[theme]):
            return color
    raise AssertionError("black and white are legible on every ground")


@cache
def _sheet(name: str) -> str:
    """Return one of the site's stylesheets without its comments and blanks."""
    css = Path(settings.BASE_DIR, "static", "css", f"{name}.css").read_text()
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r";?\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


@cache
def script(name: str = "frame") -> str:
    """Return a script without its comments and blanks: of a frame, or “embed”, which makes frames on other sites."""
    lines = Path(settings.BASE_DIR, "static", "js", f"{name}.js").read_text().splitlines()
    return "\n".join(line.strip() for line in lines if not line.lstrip().startswith("//"))


def stylesheet(look: Look, *sheets: str) -> str:
    """Return everything that a frame needs, its accent included, in both themes."""
    css = "".join(map(_sheet, ("timeline", *sheets, "embed")))
    if look.accent:
        light, dark = (legible(look.accent, theme) for theme in ("light", "dark"))
        css += (
            f"@media screen{{:root{{--accent:{light}}}:root[data-theme=dark]{{--accent:{dark}}}}}"
            f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{--accent:{dark}}}}}"
        )
    return css


def digest(text: str) -> str:
    """Return the hash by which a policy names an inline style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
