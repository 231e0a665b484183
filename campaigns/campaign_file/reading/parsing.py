"""Bytes → plain data that remembers its lines, from YAML or JSON. Safe against any file, and small.

Only mappings, lists and texts come out: every plain scalar stays the text that was written (``No``, ``2021`` and
2021-04-22 are three texts), except the ways to write null. Aliases, anchors and tags are refused, so no file can be
larger than it looks and none can name a class.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import yaml

from campaigns.campaign_file.problems import MOST_PROBLEMS, BadFile, Problem, shown

__all__ = ["Items", "Keys", "line_at", "parse", "path_at", "read_all"]

MOST_BYTES = 32 * 2**20
MOST_NESTING = 20
#: About what a file of the largest size holds; a file of nothing but commas would hold ten times as many.
MOST_VALUES = 2_000_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# What YAML does not allow in a file, except escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}\n]|[^\s\[\]{},:"]+')


class Keys(dict[str, Any]):
    """A mapping of the file."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Begin empty, on a line."""
        super().__init__()
        self.line = line
        #: The line of each key.
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A list of the file."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Begin empty, on a line."""
        super().__init__()
        self.line = line
        #: The line of each item.
        self.lines: list[int] = []


class Token(NamedTuple):
    """A bracket that opens or closes a mapping or a list, or a scalar: ``text`` or ``null``."""

    kind: str
    line: int
    value: str = ""


def read_all(stream: BinaryIO) -> bytes:
    """Return the bytes of a stream, or refuse it without reading more than the largest file that we take."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadFile([Problem(0, "", f"the file is larger than {MOST_BYTES // 2**20} MiB", "one campaign")])
    return data


def parse(data: bytes) -> tuple[Keys, list[Problem]]:
    """Return the file's mapping, and the problems after which reading could go on; raise BadFile where it could not."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte {error.start + 1} of the file, 0x{data[error.start]:02x}, is not UTF-8"
        raise BadFile([Problem(line, "", message, "a file saved as UTF-8")]) from None
    problems: list[Problem] = []
    tokens = _json_tokens(text, problems) if text.lstrip()[:1] in ("{", "[") else _yaml_tokens(text, problems)
    return _build(tokens, problems), problems


def _yaml_tokens(text: str, problems: list[Problem]) -> Iterator[Token]:
    if match := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"the control character U+{ord(match.group()):04X} stands here"
        raise BadFile([Problem(line, "", message, "text without control characters")])
    documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            match event:
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise BadFile([*problems, Problem(line, "", "a second document begins here", "one campaign")])
                case yaml.AliasEvent():
                    message = f"the alias *{shown(event.anchor)} stands here"
                    problems.append(Problem(line, "", message, "the text itself: aliases are not read"))
                    yield Token("null", line)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent() | yaml.ScalarEvent():
                    if event.anchor is not None:
                        message = f"the anchor &{shown(event.anchor)} stands here"
                        problems.append(Problem(line, "", message, "no anchors: aliases are not read"))
                    if event.tag is not None:
                        message = f"the tag {shown(event.tag)} stands here"
                        problems.append(Problem(line, "", message, "no tags: every value is a text"))
                    if isinstance(event, yaml.ScalarEvent):
                        plain = event.style in (None, "") and event.implicit[0]
                        yield Token("null" if plain and event.value in _NULLS else "text", line, event.value)
                    else:
                        yield Token("{" if isinstance(event, yaml.MappingStartEvent) else "[", line)
                case yaml.MappingEndEvent():
                    yield Token("}", line)
                case yaml.SequenceEndEvent():
                    yield Token("]", line)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise BadFile([*problems, Problem(line, "", f"this is not YAML: {what}", "YAML")]) from None


def _json_tokens(text: str, problems: list[Problem]) -> Iterator[Token]:
    def refuse(constant: str) -> None:
        raise BadFile([Problem(0, "", f"{constant} is not JSON", "a text in quotes")])

    try:
        # Only to have the grammar checked: numbers stay texts, as in YAML.
        json.loads(text, parse_constant=refuse, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise BadFile([Problem(error.lineno, "", f"this is not JSON: {error.msg}", "JSON")]) from None
    except RecursionError:
        raise BadFile([_too_deep(0)]) from None
    line = 1
    for match in _JSON_TOKEN.finditer(text):
        word = match.group()
        if word == "\n":
            line += 1
        elif word in {*"[]{}"}:
            yield Token(word, line)
        elif word[0] == '"':
            value = json.loads(word) if "\\" in word else word[1:-1]
            if _SURROGATE.search(value):
                problems.append(Problem(line, "", "half of a surrogate pair stands here", "a whole character"))
            yield Token("text", line, _SURROGATE.sub("\ufffd", value))
        else:
            yield Token("null" if word == "null" else "text", line, word)


def _too_deep(line: int) -> Problem:
    return Problem(line, "", f"mappings and lists are nested more than {MOST_NESTING} deep", "the keys of a campaign")


def _build(tokens: Iterator[Token], problems: list[Problem]) -> Keys:
    """Return the mapping that the tokens tell of, made of Keys, Items, texts and None."""
    first = next(tokens, Token("null", 1))
    if first.kind != "{":
        what = "there is nothing in the file" if first.kind == "null" else "the file is not a mapping"
        expected = "a mapping with the keys campaign, organizations, people, posts, demands, statements, …"
        raise BadFile([*problems, Problem(first.line, "", what, expected)])
    top = Keys(first.line)
    open_: list[Keys | Items] = [top]
    key: str | None = None  # the key that waits for its value
    for number, token in enumerate(tokens):
        if len(problems) >= MOST_PROBLEMS:
            raise BadFile(problems)
        if number > MOST_VALUES:
            raise BadFile([*problems, Problem(token.line, "", f"more than {MOST_VALUES:,} keys and values", "fewer")])
        if token.kind in "]}":
            open_.pop()
            key = None
            continue
        inside = open_[-1]
        if isinstance(inside, Keys) and key is None:
            key = _key(token, inside, problems)
            continue
        value: Any = None if token.kind == "null" else token.value
        if token.kind in "[{":
            if len(open_) >= MOST_NESTING:
                raise BadFile([*problems, _too_deep(token.line)])
            value = Keys(token.line) if token.kind == "{" else Items(token.line)
            open_.append(value)
        if isinstance(inside, Keys) and key is not None:
            inside.setdefault(key, value)
        elif isinstance(inside, Items):
            inside.append(value)
            inside.lines.append(token.line)
        key = None
    return top


def _key(token: Token, inside: Keys, problems: list[Problem]) -> str:
    """Return the key that the token is, after a look whether the mapping has it already."""
    if token.kind in "[{":
        raise BadFile([*problems, Problem(token.line, "", "a list or a mapping stands as a key", "a word")])
    if token.value in inside:
        message = f"the key “{shown(token.value)}” stands twice; first in line {inside.lines[token.value]}"
        problems.append(Problem(token.line, "", message, "each key once"))
    inside.lines.setdefault(token.value, token.line)
    return token.value


def line_at(data: Keys | Items, path: tuple[str | int, ...]) -> int:
    """Return the line of what a path leads to, or of the last thing on the way that exists."""
    line = data.line
    value: Any = data
    for step in path:
        if isinstance(value, Keys) and step in value.lines:
            line = value.lines[str(step)]
        elif isinstance(value, Items) and isinstance(step, int) and step < len(value):
            line = value.lines[step]
        else:
            break
        value = _follow(value, step)
    return line


def path_at(data: Keys, path: tuple[str | int, ...]) -> str:
    """Return a path in words: ``statements[13] lucas-2020-06-04 › responds_to[2] › stance``, counted from 1."""
    words: list[str] = []
    value: Any = data
    for step in path:
        value = _follow(value, step)
        if isinstance(step, int) and words:
            slug = value.get("slug") if isinstance(value, Keys) else None
            words[-1] += f"[{step + 1}]" + (f" {shown(slug)}" if isinstance(slug, str) else "")
        else:
            words.append(shown(step))
    return " › ".join(words)


def _follow(value: object, step: str | int) -> object:
    """Return what a step leads to, None where it leads nowhere."""
    if isinstance(value, Keys) and isinstance(step, str):
        return value.get(step)
    return value[step] if isinstance(value, Items) and isinstance(step, int) and step < len(value) else None
