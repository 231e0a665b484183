"""Bytes → a document: its data, its shape, and every problem that can be seen without a database.

What only a database can tell is found in `checking.rules`, under the lock under which `applying.records` writes.
"""

from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from campaigns import schemas
from campaigns.campaign_file.problems import MOST_PROBLEMS, BadFile, Problem, nearest, shown
from campaigns.campaign_file.reading.parsing import Items, Keys, line_at, parse, path_at, read_all
from campaigns.campaign_file.reading.schema_paths import Path, keys_at, shape_at

__all__ = ["Document", "document_of", "read"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read.

    ``shape`` is None where it has not the shape of a campaign; then ``problems`` say why, and ``data`` is what there
    is, so that the rest can be checked all the same.
    """

    data: Keys
    shape: schemas.CampaignFile | None
    problems: list[Problem]

    def problem(self, path: Path, message: str, expected: str) -> Problem:
        """Return the problem at a path, with its line."""
        return Problem(line_at(self.data, path), path_at(self.data, path), message, expected)


def read(stream: BinaryIO) -> Document:
    """Return the document; raise BadFile where there is none to speak of (not UTF-8, not YAML, too large …)."""
    return document_of(*parse(read_all(stream)))


def document_of(data: Keys, problems: list[Problem]) -> Document:
    """Return the document that plain data is, whatever it was read from; raise BadFile where hardly any of it fits."""
    try:
        return Document(data, schemas.CampaignFile.model_validate(data), problems)
    except ValidationError as error:
        if error.error_count() > MOST_PROBLEMS:
            message = f"{error.error_count():,} values stand where they cannot: too many to name each"
            raise BadFile([*problems, Problem(0, "", message, "the shape of a campaign file")]) from None
        document = Document(data, None, problems)
        problems += (_problem(document, detail) for detail in error.errors(include_url=False))
        return document


def _problem(document: Document, detail: ErrorDetails) -> Problem:
    """Put one of pydantic's errors into our words."""
    path = tuple(step for step in detail["loc"] if step not in (schemas.SHORT, schemas.LONG))
    value, context = detail["input"], detail.get("ctx", {})
    key = str(path[-1]) if path else ""
    shape = shape_at(path)
    match detail["type"]:
        case "refused":
            message, expected = context["message"], context["expected"]
        case "missing":
            message, expected = f"the key “{key}” is missing", shape.expected
        case "extra_forbidden":
            keys = list(keys_at(path[:-1]))
            near = nearest(key, keys)
            message = f"the key “{shown(key)}” is unknown"
            expected = f"“{near}”" if near else f"one of {', '.join(keys)}"
        case "string_too_long":
            message, expected = f"the text has {len(value):,} characters", f"at most {context['max_length']:,}"
        case "enum" | "literal_error" if isinstance(value, str):
            message, expected = f"there is no {key.replace('_', ' ')} “{shown(value)}”", shape.expected
        case _ if isinstance(value, str):
            message, expected = f"“{shown(value)}” cannot stand here", shape.expected
        case _:
            what = {Keys: "a mapping", Items: "a list", type(None): "nothing"}.get(type(value), shown(value))
            message, expected = f"{what} stands here", shape.expected
    return document.problem(path, message, expected)
