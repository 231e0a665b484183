"""Spreadsheets, CSV or XLSX: one kind of record in rows, read as that part of a campaign file and written again.

A row is laid over what the campaign has of its record, so a column that the sheet does not have leaves its value alone,
and all that checks and applies a campaign file checks and applies a sheet. Problems name the sheet's rows as lines.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

from campaigns.campaign_file.problems import BadFile, Problem, shown
from campaigns.campaign_file.reading.document import Document, document_of
from campaigns.campaign_file.reading.parsing import Items, Keys
from campaigns.campaign_file.workbooks import rows_of_workbook

__all__ = ["KINDS", "read_sheet", "rows_of", "write_csv", "write_xlsx"]

MOST_BYTES = 5 * 2**20
MOST_ROWS = 5_000
MOST_COLUMNS = 50
MOST_LETTERS = 20_000
#: With these a cell begins to compute when a spreadsheet program opens it; an apostrophe before them makes it a text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Column:
    """How a column's cell becomes a key's value and a value a cell."""

    key: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _plain(key: str) -> _Column:
    return _Column(key, lambda cell: cell or None, lambda value: "" if value is None else str(value))


def _lines(key: str) -> _Column:
    """Names, one on each line of the cell: a name may hold any other sign."""
    return _Column(key, lambda cell: [line.strip() for line in cell.splitlines() if line.strip()], "\n".join)


def _date(key: str) -> _Column:
    def read(cell: str) -> Any:
        return _partial(cell) if cell else None

    return _Column(key, read, lambda value: "" if value is None else str(value["date"]))


def _partial(date: str) -> dict[str, str]:
    return {"date": date}  # its precision follows from its form


def _flag(key: str) -> _Column:
    return _Column(key, _said_yes, lambda value: "yes" if value else "")


def _said_yes(cell: str) -> bool | str | None:
    """Return True for a yes; another word as it stands, for the check to refuse it by name."""
    return {"": None, "no": None, "false": None, "yes": True, "true": True}.get(cell.strip().lower(), cell)


def _sources(key: str) -> _Column:
    """Slugs, one on each line; a citation with words of its own is not touched by a sheet that names it again."""
    return _Column(
        key,
        lambda cell: cell.split(),
        lambda value: "\n".join(one if isinstance(one, str) else one["source"] for one in value),
    )


def _slugs(key: str) -> _Column:
    return _Column(key, str.split, "\n".join)


def _columns(*columns: _Column | str) -> dict[str, _Column]:
    made = [column if isinstance(column, _Column) else _plain(column) for column in columns]
    return {column.key: column for column in made}


#: By the section of the campaign file, the columns of its sheet.
KINDS: dict[str, dict[str, _Column]] = {
    "people": _columns("slug", "name", "sort_name", _lines("aliases"), "url", "note"),
    "organizations": _columns(
        *("slug", "name", "sort_name", "kind", "scope", "parent", _date("start"), _date("end")),
        *(_lines("aliases"), "url", "note"),
    ),
    "sources": _columns(
        *("slug", "url", "archive_url", "publisher", "title", "title_from", "author", "language"),
        *(_date("published"), "accessed", "note"),
    ),
    "statements": _columns(
        *(
            "slug",
            "date",
            _date("end"),
            _date("deadline"),
            "order",
            "kind",
            "speaker",
            "speaker_label",
            "on_behalf_of",
            "capacity",
        ),
        *("venue", "summary", "quote", "language", "translation", _slugs("addressed_to"), _sources("sources"), "note"),
    ),
}
#: A person's first role in the sheet: what makes an official.
ROLE = _columns("post", "organization", _date("start"), _date("end"), _flag("speaks_for"))
#: What tells a role from another one of the same person.
_SAME_ROLE = ("post", "organization")


def columns_of(kind: str) -> list[str]:
    """Return the names of a sheet's columns, in order."""
    return [*KINDS[kind], *(f"role_{name}" for name in ROLE if kind == "people")]


def rows_of(data: dict[str, Any], kind: str) -> Iterator[list[str]]:
    """Yield the head and a row for each record of a campaign's data."""
    yield columns_of(kind)
    for record in data.get(kind, []):
        cells = [column.write(record[key]) if key in record else "" for key, column in KINDS[kind].items()]
        if kind == "people":
            role: dict[str, Any] = next(iter(record.get("roles", [])), {})
            cells += [column.write(role[key]) if key in role else "" for key, column in ROLE.items()]
        yield cells


def write_csv(rows: Iterable[list[str]], *, safe: bool) -> str:
    """Return the rows as CSV (RFC 4180): as they are, for machines, or ``safe`` to open in a spreadsheet program."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(map(_safe, rows) if safe else rows)
    return text.getvalue()


def write_xlsx(rows: Iterable[list[str]]) -> bytes:
    """Return the rows as a workbook in which every cell is a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(["".join(c for c in cell if c >= " " or c in "\n\t") for cell in _safe(row)])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _safe(row: list[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row]


def _bare(cell: str) -> str:
    """Take back the apostrophe that an export for spreadsheet programs put before a cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def read_sheet(data: bytes, kind: str, campaign: dict[str, Any]) -> Document:
    """Read a sheet into the part of a campaign file that it is; ``campaign`` is the whole campaign's data.

    Raise BadFile where there is no table to speak of: too large, not text, no heading, an unknown column.
    """
    if len(data) > MOST_BYTES:
        raise BadFile([Problem(0, "", f"the file is larger than {MOST_BYTES // 2**20} MiB", "a smaller one")])
    cells = _limited(rows_of_workbook(data) if data[:4] == b"PK\x03\x04" else _csv_rows(data))
    line, head = next(cells, (1, []))
    names = [name.strip().lower() for name in head]
    while names and not names[-1]:
        names.pop()
    _check_head(names, kind, line)
    file = Keys(1)
    file["campaign"] = _keyed(campaign["campaign"], 1)
    file[kind] = items = Items(1)
    file.lines = dict.fromkeys(file, 1)
    known = {record["slug"]: record for record in campaign.get(kind, [])}
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line, row in cells:
        if not any(row):
            continue
        if any(row[len(names) :]):
            problems.append(Problem(line, "", "a cell stands beyond the last heading", "a heading for each column"))
        filled = {name: _bare(cell) for name, cell in zip(names, row, strict=False) if name}
        slug = filled.get("slug", "")
        if slug in seen:
            problems.append(Problem(line, kind, f"“{shown(slug)}” stands twice; first in row {seen[slug]}", "one row"))
        seen.setdefault(slug, line)
        items.append(_keyed(_laid_over(known.get(slug, {}), filled, kind), line))
        items.lines.append(line)
    if not items:
        problems.append(Problem(line, "", "there is no row under the headings", "a row for each record"))
    return document_of(file, problems)


def _laid_over(record: dict[str, Any], row: Row, kind: str) -> dict[str, Any]:
    """Return a record's data with the cells of its row in their place."""
    made = dict(record)
    for key, column in KINDS[kind].items():
        if key not in row:
            continue
        value = column.read(row[key])
        if key == "sources":
            cited = {one if isinstance(one, str) else one["source"]: one for one in made.get("sources", [])}
            value = [cited.get(slug, slug) for slug in value]
        if value in (None, []):
            made.pop(key, None)
        else:
            made[key] = value
    if "date" in row:
        made.pop("precision", None)
    if kind == "people":
        made["roles"] = _roles(made.get("roles", []), row)
    if kind == "sources":
        made.setdefault("published", None)
    return made


def _roles(roles: list[dict[str, Any]], row: Row) -> list[dict[str, Any]]:
    """Return a person's roles with the row's in the place of the same one, or first where it is another."""
    role = {key: column.read(row.get(f"role_{key}", "")) for key, column in ROLE.items()}
    role = {key: value for key, value in role.items() if value is not None}
    if not any(key in role for key in _SAME_ROLE):
        return roles
    same = [one for one in roles if all(one.get(key) == role.get(key) for key in _SAME_ROLE)]
    if not same:
        return [role, *roles]
    return [one | role if one is same[0] else one for one in roles]


def _keyed(value: Any, line: int) -> Any:
    """Return plain data as it would have been read from one line of a file: every value a text."""
    if isinstance(value, dict):
        keys = Keys(line)
        for key, inner in value.items():
            keys[key] = _keyed(inner, line)
            keys.lines[key] = line
        return keys
    if isinstance(value, list):
        items = Items(line)
        items.extend(_keyed(inner, line) for inner in value)
        items.lines = [line] * len(items)
        return items
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _check_head(names: list[str], kind: str, line: int) -> None:
    known = columns_of(kind)
    problems = []
    if len(names) > MOST_COLUMNS:
        problems.append(Problem(line, "", f"there are more than {MOST_COLUMNS} columns", "fewer columns"))
    expected = f"one of {', '.join(known)}"
    problems += [
        Problem(line, "", f"the column “{shown(name)}” is unknown", expected)
        for name in names
        if name not in {"", *known}
    ]
    if "slug" not in names:
        problems.append(Problem(line, "", "there is no column “slug”", "the address of each record in it"))
    if len(set(filter(None, names))) < len([*filter(None, names)]):
        problems.append(Problem(line, "", "a column stands twice", "each once"))
    if problems:
        raise BadFile(problems)


def _limited(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table, head and empty ones included, up to the first that is too much."""
    for line, cells in rows:
        if line > MOST_ROWS + 1:
            raise BadFile([Problem(line, "", f"there are more than {MOST_ROWS:,} rows", "fewer, empty ones included")])
        if len(cells) > MOST_COLUMNS * 4 or any(cells[MOST_COLUMNS:]):
            raise BadFile([Problem(line, "", f"there are more than {MOST_COLUMNS} columns", "fewer columns")])
        if any(len(cell) > MOST_LETTERS for cell in cells):
            raise BadFile([Problem(line, "", f"a cell has more than {MOST_LETTERS:,} characters", "shorter texts")])
        yield line, cells


def _csv_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the row, cells)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(line, "", "the file is not UTF-8", "a CSV file saved as UTF-8, or XLSX")]) from None
    if "\0" in text:
        raise BadFile([Problem(text.count("\n", 0, text.index("\0")) + 1, "", "a NUL stands here", "text")])
    first = text.partition("\n")[0]
    # Where a comma divides decimals, spreadsheet programs put semicolons between cells.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            yield number, row
    except csv.Error as error:
        raise BadFile([Problem(number + 1, "", f"this is not CSV: {error}", "CSV")]) from None
