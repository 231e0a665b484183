"""XLSX workbooks from anybody: what is inside is unpacked and counted first, and openpyxl reads only what was counted.

An XLSX is an archive of XML: a small file may unpack to gigabytes, an entity may stand for a book, and a row may say
that it is the thousand millionth: openpyxl makes all rows before it.
"""

import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from openpyxl import load_workbook

from campaigns.campaign_file.problems import BadFile, Problem, shown

__all__ = ["rows_of_workbook"]

MOST_MEMBERS = 500
#: What all members unpack to, and what the letters of all cells are, in all: a table of the largest size has less.
MOST_UNPACKED = 25 * 2**20
#: What cells and their texts are made of: 5,000 rows of 20 cells, each with its value and its text.
_CELLS = {"row", "c", "v", "is", "t", "si"}
MOST_TAGS = 500_000
#: All other tags; openpyxl makes an object of each.
MOST_OTHERS = 50_000
#: For what the limits above still let through.
MOST_SECONDS = 20


class _Timed(io.BytesIO):
    """Bytes that are read until the time is over."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.end = time.monotonic() + MOST_SECONDS

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self.end:
            raise _refusal(f"reading the workbook takes longer than {MOST_SECONDS} seconds", "a smaller one")
        return super().read(size)


def rows_of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the row, cells) of the first sheet, as texts: dates as ISO 8601; empty and left out rows, too.

    Raise BadFile where it is no workbook, where it holds a formula or what no table needs, and where it is too large.
    """
    try:
        book = load_workbook(_Timed(_checked(data)), read_only=True)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what the sheet says of its own size may be anything
        letters = 0
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [_text(number, cell) for cell in row]
            letters += sum(map(len, cells))
            if letters > MOST_UNPACKED:
                raise _refusal(f"the cells have more than {MOST_UNPACKED:,} characters in all", "shorter texts", number)
            yield number, cells
    except BadFile:
        raise
    except Exception as error:  # openpyxl lets through whatever its parts raise at what it does not expect
        raise _refusal(f"this is not a workbook: {shown(str(error))}", "an XLSX file") from None


def _refusal(message: str, expected: str, line: int = 0) -> BadFile:
    return BadFile([Problem(line, "", message, expected)])


def _checked(data: bytes) -> bytes:
    """Return an archive, not packed, of the XML of a workbook that holds no more than a table needs."""
    out, left, tags = io.BytesIO(), MOST_UNPACKED, {True: MOST_TAGS, False: MOST_OTHERS}
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as checked:
        if len(given.infolist()) > MOST_MEMBERS:
            raise _refusal(f"the workbook has more than {MOST_MEMBERS} files in it", "the table alone")
        for member in given.infolist():
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack all at once
                raise _refusal(f"“{shown(member.filename)}” is packed in another way than XLSX has", "an XLSX file")
            with given.open(member) as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise _refusal(f"the workbook unpacks to more than {MOST_UNPACKED // 2**20} MiB", "a smaller one")
            if member.filename.endswith((".xml", ".rels")):
                _check(member.filename, content, tags)
                checked.writestr(member.filename, content)
    return out.getvalue()


def _check(name: str, content: bytes, left: dict[bool, int]) -> None:
    """Refuse a member with a document type, or with more tags than are ``left``: of cells, and others."""

    def begun(tag: str, _attributes: dict[str, str]) -> None:
        cell = tag.rpartition(":")[2] in _CELLS
        left[cell] -= 1
        if left[cell] < 0:
            most = MOST_TAGS if cell else MOST_OTHERS
            raise _refusal(f"the workbook has more than {most:,} tags, here in “{shown(name)}”", "a smaller table")

    def typed(*_declared: Any) -> None:
        raise _refusal(f"“{shown(name)}” in the workbook declares a document type", "XML without one")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begun, typed
    parser.Parse(content, True)


def _text(number: int, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") == "f":
        raise _refusal("a formula stands here", "its value", number)
    if hasattr(value, "date"):
        return str(value.date().isoformat())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")
