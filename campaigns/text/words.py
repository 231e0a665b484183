"""Words as search compares them: folded, stemmed, and written as plain ASCII tokens.

Both databases get the tokens that are made here and nothing else, for the index and for the query alike. So neither
database's own idea of letters, accents, stems or stop words matters, and both give the same answers.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from campaigns.text.folding import fold

__all__ = [
    "ANY",
    "BOUNDARY",
    "Word",
    "campaign_token",
    "main_language",
    "split_words",
    "tag_token",
    "tags",
    "title_token",
]

#: Stands between two texts, so that no phrase reaches from one into the next.
BOUNDARY = "b"
#: Every row of the index has it.
ANY = "a"
#: Longer words are cut: PostgreSQL refuses a token of 2 kB, and a letter takes up to eight characters in one.
_LONGEST = 40

_APOSTROPHES = frozenset("'’‘ʼ`´′＇ʹʻ")
# Where an apostrophe ends an article (l’avocat, dell’anno), a word begins after it; elsewhere it is inside the word.
_ELIDING = frozenset({"ca", "fr", "it"})
# Letters that Unicode does not take apart, but that people type in another way.
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Scripts written without spaces, and Hangul, whose particles join the word: each letter is a token, so that a name is
# found inside a sentence, as a phrase of letters. (Folding takes Hangul apart into U+1100 to U+11FF.)
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs of the scripts of India and its neighbours: parts of a word, although \w leaves them out.
_SIGNS = "".join(
    char
    for block in (range(0x900, 0xE00), range(0xF00, 0x1000), range(0xA800, 0xAC00), range(0x11000, 0x12000))
    for char in map(chr, block)
    if unicodedata.category(char).startswith("M")
)
_WORD = re.compile(
    r"(?P<initials>(?<![\w.])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?)"  # U.S. is the word us
    rf"|[{_SPACELESS}]"
    rf"|(?:(?![{_SPACELESS}])[^\W_]|[{_SIGNS}])+"
)
# The same for what is ASCII once it is folded, as Latin text is: four times as fast.
_ASCII_WORD = re.compile(r"(?P<initials>(?<![a-z0-9_.])(?:[a-z]\.){2,}(?:[a-z](?![a-z0-9_]))?)|[a-z0-9]+")
_TAG = re.compile(r"#(\w+)")
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_stemmers = threading.local()  # a stemmer keeps the word in itself while it works, so no two threads share one


class Word(NamedTuple):
    """A word of a text: its token, and where it stands there; several tokens of one name are several words."""

    token: str
    start: int
    end: int


def split_words(text: str, language: str) -> Iterator[Word]:
    """Yield the words of a text in that language, a BCP 47 tag; an unknown one is not stemmed."""
    language = main_language(language)
    folded, places = _fold(text, " " if language in _ELIDING else "")
    for match in (_ASCII_WORD if folded.isascii() else _WORD).finditer(folded):
        word = match.group()
        if match.lastgroup:
            word = word.replace(".", "")
        start, end = places[match.start()], places[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield Word(_token(word[:_LONGEST], language), start, end)


def tags(text: str) -> list[str]:
    """Return the tokens of the #tags of a text, in no order."""
    return sorted({tag_token(name) for name in _TAG.findall(_fold(text, "")[0])}) if "#" in text else []


def tag_token(name: str) -> str:
    """Return the token of one tag: unstemmed, because a tag is a name; what joins its parts does not count."""
    return "h" + _encode("".join(char for char in _fold(name, "")[0] if char.isalnum())[:_LONGEST])


def title_token(token: str) -> str:
    """Return the token of a word where it stands in a title or a name."""
    return "t" + token


def campaign_token(campaign: int, token: str) -> str:
    """Return the token as a campaign's rows have it: so no query has to leave out other campaigns' rows."""
    return f"{campaign}{token}"


def main_language(tag: str) -> str:
    """Return the language without its script and region: pt for pt-BR."""
    return tag.partition("-")[0].lower()


def _fold(text: str, apostrophe: str) -> tuple[str, list[int] | range]:
    """Return the folded text, and for each of its characters where that stands in the text."""
    if text.isascii() and "'" not in text and "`" not in text:
        return text.lower(), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for piece in apostrophe if char in _APOSTROPHES else _fold_character(char):
            folded.append(piece)
            places.append(place)
    return "".join(folded), places


@lru_cache(maxsize=4096)
def _fold_character(char: str) -> str:
    """Return a character without accent and case; nothing for one that only joins, hides or directs others."""
    if unicodedata.category(char) == "Cf" or char == "ـ":  # the Arabic tatweel only fills a line
        return ""
    return fold(char).translate(_STROKES) or ("" if unicodedata.combining(char) else " ")


@lru_cache(maxsize=65536)
def _token(word: str, language: str) -> str:
    """Return the token of a folded word."""
    name = _STEMMERS.get(language)
    if name is None:
        return _encode(word)
    if not hasattr(_stemmers, name):
        setattr(_stemmers, name, snowballstemmer.stemmer(name))
    return _encode(getattr(_stemmers, name).stemWord(word) or word)


def _encode(word: str) -> str:
    """Return the word in letters and digits that no tokenizer takes apart; the first letter says how it is written."""
    return f"w{word}" if word.isascii() else f"x{word.encode(errors='surrogatepass').hex()}"
