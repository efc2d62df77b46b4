"""A file of past retros as it comes: CSV, cells of a workbook or JSON Lines, read into rows and entries; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.list_files import (
    COLUMNS_MAX,
    ROWS_MAX,
    UnreadableFile,
    numbered_lines_of_table,
    numbered_records,
    plain,
    text_of,
)
from app.outcomes.rules.history.columns import guessed
from app.outcomes.rules.history.notes import PastEntry, UnreadableEntryRow, note_of
from app.outcomes.rules.history.past import RowLeft

CELL_MAX = 20_000
OWN = "columns"
"""The preset of a file with columns of its own."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """`number`: its row or line in the file. `cells`: header -> text."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds. `mapping`: header -> our column as guessed, or as its preset says. `left`: rows that cannot
    be read at all. `remarks`: sentences on what was left out on purpose."""

    headers: tuple[str, ...]
    rows: tuple[FileRow, ...]
    mapping: Mapping[str, str] = field(default_factory=dict)
    preset: str = OWN
    left: tuple[RowLeft, ...] = ()
    remarks: tuple[str, ...] = ()


def of_text(content: bytes) -> Found:
    """A table or JSON Lines. Raises UnreadableFile."""
    text = plain(text_of(content))
    if not text.strip():
        raise UnreadableFile("There is nothing in it.")
    return _of_records(text) if text.lstrip().startswith("{") else of_lines(numbered_lines_of_table(text))


def of_lines(lines: list[tuple[int, list[str]]]) -> Found:
    """Filled lines of a table, the first with the names of its columns. Raises UnreadableFile."""
    if not lines:
        raise UnreadableFile("There is nothing in it.")
    headers = _named_apart(lines[0][1])
    rows, left = [], []
    for number, cells in lines[1:]:
        said = {name: cell for name, cell in zip(headers, cells, strict=False) if name and cell.strip()}
        if len(cells) > len(headers) and any(cell.strip() for cell in cells[len(headers) :]):
            left.append(RowLeft(number, "It has more cells than there are columns; the rest is left out.", False))
        rows.append(FileRow(number, said))
    return _found(tuple(name for name in headers if name), rows, left)


def _of_records(text: str) -> Found:
    headers: dict[str, None] = {}
    rows = []
    for number, record in numbered_records(text):
        cells = flat(record)
        headers.update(dict.fromkeys(cells))
        if len(headers) > COLUMNS_MAX:
            raise UnreadableFile(f"It has more than {COLUMNS_MAX} columns. Please leave some out.")
        rows.append(FileRow(number, {name: cell for name, cell in cells.items() if cell.strip()}))
    return _found(tuple(headers), rows, [])


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """An object as cells. What lies in its `x` counts as if it lay outside; lists are joined, objects stay JSON."""
    more = record.get("x")
    whole = (
        {**more, **{name: value for name, value in record.items() if name != "x"}}
        if isinstance(more, dict)
        else record
    )
    return {str(name): _cell(value) for name, value in whole.items()}


def notes_of(found: Found, mapping: Mapping[str, str], today: date) -> tuple[list[PastEntry], list[RowLeft]]:
    """The entries of a file by this mapping (header -> our column), and the rows that are none: no row is lost."""
    ours = [(header, column) for header, column in mapping.items() if column]
    notes, left = [], list(found.left)
    for row in found.rows:
        words = {column: row.cells[header] for header, column in ours if header in row.cells}
        try:
            notes.append(note_of(row.number, words, today))
        except UnreadableEntryRow as refused:
            left.append(RowLeft(row.number, str(refused), is_lost=True))
    return notes, left


def _found(headers: tuple[str, ...], rows: list[FileRow], left: list[RowLeft]) -> Found:
    if not rows:
        raise UnreadableFile("There are columns in it, but no rows.")
    if len(rows) > ROWS_MAX:
        raise UnreadableFile(f"It has {len(rows)} rows; {ROWS_MAX} fit. Please split it.")
    if any(len(cell) > CELL_MAX for row in rows for cell in row.cells.values()):
        rows, left = _without_endless_cells(rows, left)
    return Found(headers, tuple(rows), guessed(headers), left=tuple(left))


def _without_endless_cells(rows: list[FileRow], left: list[RowLeft]) -> tuple[list[FileRow], list[RowLeft]]:
    kept, out = [], list(left)
    for row in rows:
        longest = max(map(len, row.cells.values()), default=0)
        if longest > CELL_MAX:
            out.append(
                RowLeft(row.number, f"One of its cells has {longest} characters; {CELL_MAX} fit.", is_lost=True)
            )
        else:
            kept.append(row)
    return kept, out


def _named_apart(header: list[str]) -> list[str]:
    """Names of columns, each once: a second "Team" is "Team (2)". A column without a name stays without one."""
    names: list[str] = []
    for at, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:80] or f"Column {at}"
        again = 2
        while (one := name if again == 2 else f"{name} ({again - 1})") in names:
            again += 1
        names.append(one)
    return names


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in value):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
