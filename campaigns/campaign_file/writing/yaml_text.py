"""Plain data → YAML that a person can read and edit, and that every reader reads back to the same texts.

Not PyYAML's emitter: its bytes change with the version of libyaml, it escapes every emoji, and the file's bytes are
our promise. Only what a campaign file needs: mappings and lists in block style; texts plain, quoted or as a block.
"""

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["yaml_lines"]

#: How far a line may reach before the text goes on in the next one.
WIDTH = 115

# What some reader of YAML might take for a number, a date, a truth value or null.
_AMBIGUOUS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|nan|inf)|[\d.+~=<-].*", re.DOTALL)
# What means something at the beginning of a plain text, within it, and at its end.
_NOT_PLAIN = re.compile(r"[\s?:,\[\]{}#&*!|>'\"%@`]|.*(?:: | #|[\s:]$)", re.DOTALL)
# What YAML has no place for, or would read as another line break; and what hides or reorders its neighbours.
_ESCAPED = re.compile(
    "[\0-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_FOLD = re.compile(r"(?<=[^ ]) (?=[^ ])")


def yaml_lines(data: dict[str, Any], indent: int = 0) -> Iterator[str]:
    """Yield the lines of a mapping of texts, numbers, true, false, null, lists and mappings, without line ends.

    Keys are words. Lists hold texts or mappings.
    """
    margin = " " * indent
    for key, value in data.items():
        if isinstance(value, dict):
            yield f"{margin}{key}:"
            yield from yaml_lines(value, indent + 2)
        elif isinstance(value, list) and value:
            yield f"{margin}{key}:"
            for item in value:
                lines = yaml_lines(item, indent + 2) if isinstance(item, dict) else _scalar("", item, indent + 2)
                first = next(lines)
                yield f"{margin}- {first[indent + 2 :]}"
                yield from lines
        else:
            yield from _scalar(f"{margin}{key}: ", value, indent + 2)


def _scalar(before: str, value: Any, indent: int) -> Iterator[str]:
    """Yield the lines of a value that is neither a mapping nor a list with items."""
    before = before or " " * indent
    if not isinstance(value, str):
        yield before + ("null" if value is None else "[]" if value == [] else str(value).lower())
    elif _fits_block(value):
        yield f"{before}|{'' if value.endswith(chr(10)) else '-'}"
        yield from (" " * indent + line if line else "" for line in value.removesuffix("\n").split("\n"))
    elif not value or _AMBIGUOUS.fullmatch(value) or _ESCAPED.search(value):
        yield from _double_quoted(before, value, indent)
    elif not _NOT_PLAIN.match(value):
        yield from _folded(before, value, "", indent)
    elif '"' in value or "\\" in value:
        doubled = value.replace("'", "''")
        yield from _folded(f"{before}'", doubled, "'", indent)
    else:
        yield from _double_quoted(before, value, indent)


def _fits_block(text: str) -> bool:
    """Say whether a text has lines that a block holds as they are, also when an editor strips spaces at their ends."""
    lines = text.removesuffix("\n").split("\n")
    whole = lines[0] and lines[-1] and not text.startswith(" ") and not any(line.endswith(" ") for line in lines)
    return "\n" in text and bool(whole) and not any(_ESCAPED.search(line) for line in lines)


def _double_quoted(before: str, text: str, indent: int) -> Iterator[str]:
    # A line of the text is a line of the file, which ends in \n\ where the text goes on; its leading space is escaped.
    lines = text.split("\n")
    for number, line in enumerate(lines):
        escaped = re.sub(r'["\\]|' + _ESCAPED.pattern, _escape, line)
        if number:
            before = " " * indent + ("\\" if line.startswith(" ") else "")
        last = number == len(lines) - 1
        if last and number and not line:
            # Nothing follows the last line break: the quotation mark closes on the line before.
            return
        ends = last or (number == len(lines) - 2 and not lines[-1])
        after = ("" if last else "\\n") + ('"' if ends else "\\")
        yield from _folded(f'{before}"' if not number else before, escaped, after, indent)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def _folded(before: str, text: str, after: str, indent: int) -> Iterator[str]:
    """Yield a text that goes on in the next line at a single space, where the line would become too long."""
    line = before
    begun = False
    for word in _FOLD.split(text):
        if begun and len(line) + 1 + len(word) > WIDTH:
            yield line
            line = " " * indent + word
        else:
            line += f" {word}" if begun else word
        begun = True
    yield line + after
