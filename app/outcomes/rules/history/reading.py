"""Reads a file of past retros, whatever kind it is of, into what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.core.list_files import ROWS_MAX
from app.core.workbooks import is_workbook, lines_of_workbook
from app.outcomes.rules.history.columns import COLUMNS, mapping_problem, with_choices
from app.outcomes.rules.history.files import Found, notes_of, of_lines
from app.outcomes.rules.history.past import ImportedFile, told_by, usual_day_of
from app.outcomes.rules.history.presets import read_text, stem


@dataclass(frozen=True, slots=True)
class ReadFile:
    """`found` with its mapping as chosen; `source`: a name for it; `problem`: why the mapping will not do."""

    found: Found
    source: str
    file_name: str
    problem: str | None = None


def read_file(content: bytes, file_name: str, preset: str = "", columns: tuple[str, ...] = ()) -> ReadFile:
    """`columns`: choices such as "Their column=our column". Raises UnreadableFile, ValueError with a sentence."""
    found = (
        of_lines(lines_of_workbook(content, ROWS_MAX))
        if is_workbook(content)
        else read_text(content, file_name, preset)
    )
    return _with(found, with_choices(found.mapping, columns), file_name)


def with_mapping(read: ReadFile, mapping: Mapping[str, str]) -> ReadFile:
    """The file with other meanings of its columns; what names no column of it, or none of ours, is passed over."""
    wanted = {name: ours for name, ours in mapping.items() if name in read.found.mapping and ours in ("", *COLUMNS)}
    return _with(read.found, {**read.found.mapping, **wanted}, read.file_name)


def _with(found: Found, mapping: Mapping[str, str], file_name: str) -> ReadFile:
    return ReadFile(replace(found, mapping=mapping), stem(file_name), file_name, mapping_problem(mapping))


def told(read: ReadFile, source: str, usual_day: date | None, today: date) -> ImportedFile:
    """What the file tells by its mapping. `source`: its name; '': rows say it, else the file's name does."""
    notes, left = notes_of(read.found, read.found.mapping, today)
    everything = told_by(notes, source, stem(read.file_name), usual_day_of(usual_day))
    rows = sorted([*left, *everything.rows], key=lambda row: (row.number, not row.is_lost))
    return ImportedFile(everything.retros, tuple(rows))
