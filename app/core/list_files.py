"""Reads lists that come as text out of spreadsheets and other tools: CSV and JSON Lines; knows no column of them."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from app.core.spreadsheet import as_written
from app.core.texts import composed

COLUMNS_MAX = 200
ROWS_MAX = 200_000
"""Of one file, whatever reads it."""
NAME_COMPARED = 400
"""Characters of a column's name: a file without line breaks is one name as long as the file."""


class UnreadableFile(ValueError):
    """Why a file cannot be read as a list, as a sentence."""


def text_of(content: bytes) -> str:
    """A file's text: UTF-8, or what older spreadsheets on Windows write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def plain(text: str) -> str:
    """The text without a mark at its start and without characters that no database keeps."""
    return text.removeprefix("\ufeff").replace("\0", "")


def numbered_lines_of_table(text: str) -> list[tuple[int, list[str]]]:
    """The filled lines of a table with commas, semicolons or tabs: (line of the file on which it ends, its cells
    without the ' that keeps them from being formulas).

    Raises UnreadableFile.
    """
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        cells = ((lines.line_num, [as_written(cell) for cell in line]) for line in lines)
        filled = ((number, line) for number, line in cells if any(cell.strip() for cell in line))
        return within_bounds(filled)
    except csv.Error as error:
        raise UnreadableFile(f"It cannot be read as a table: {error}.") from None


def within_bounds(lines: Iterable[tuple[int, list[str]]], rows_max: int = ROWS_MAX) -> list[tuple[int, list[str]]]:
    """The lines of a table, the first with the names of its columns; read no further than fits. Raises
    UnreadableFile."""
    found: list[tuple[int, list[str]]] = []
    for number, line in lines:
        if not found and len(line) > COLUMNS_MAX:
            raise UnreadableFile(f"It has {len(line)} columns; {COLUMNS_MAX} fit. Please leave some out.")
        if len(found) > rows_max:
            raise UnreadableFile(f"It has more than {rows_max} rows. Please split it.")
        found.append((number, line))
    return found


def delimiter_of(text: str) -> str:
    """What stands most often in the first line."""
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count)


def numbered_records(text: str, what: str = "Each line holds one entry.") -> Iterator[tuple[int, dict[str, Any]]]:
    """(line of the file, object) of each line that says something. Raises UnreadableFile."""
    records = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if (records := records + 1) > ROWS_MAX:
            raise UnreadableFile(f"It has more than {ROWS_MAX} rows. Please split it.")
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise UnreadableFile(f"Line {number} is not a JSON object. {what}")
        yield number, record


def same_name(header: str) -> str:
    """A column's name as it is compared: its first 400 characters in small letters, blanks in place of - and _."""
    return " ".join(header.strip()[:NAME_COMPARED].lower().replace("_", " ").replace("-", " ").split())


def tidy(cell: object) -> str:
    """A cell as it is kept: composed, trimmed, one kind of line break, nothing that cannot be shown."""
    text = "" if cell is None else str(cell)
    text = composed(text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs")).strip()
