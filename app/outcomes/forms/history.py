"""Reads a file of past retros as it is handed in, and what was chosen for its columns and departments."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.core.beside import beside
from app.core.list_files import UnreadableFile
from app.outcomes.rules.history.files import OWN
from app.outcomes.rules.history.presets import PRESETS
from app.outcomes.rules.history.reading import ReadFile, read_file
from app.web.fields import Line, Lines, Word
from app.web.forms import InvalidForm, Problems, calendar_day, one_line

LEFT_OUT = "-"
"""What a form sends for a column that is left out: an empty field would be missing."""
WEB_ROWS_MAX = 20_000


class TypedUpload(BaseModel):
    """`day`: of what states none. `preset`: '' found by what the file looks like."""

    source: Line = ""
    day: Word = ""
    preset: Word = ""


class TypedChoices(TypedUpload):
    """`columns`: one of ours for each column of the file, in its order; `departments` for each of `names`."""

    columns: Lines = []
    names: Lines = []
    departments: Lines = []
    actions: Word = ""


def read_upload(typed: TypedUpload, content: bytes, file_name: str, most: int) -> tuple[ReadFile, dict[str, Any]]:
    """The file, and what was chosen beside it, as JSON. Raises InvalidForm."""
    problems = Problems()
    choices = _beside(typed, problems)
    read = None
    if not content.strip():
        problems.add("file", "Choose a file with something in it.")
    elif len(content) > most:
        problems.add("file", _too_large(most))
    else:
        read = _readable(content, file_name, choices["preset"], problems)
    if problems or read is None:
        raise InvalidForm(problems)
    return read, choices


def read_choices(typed: TypedChoices, headers: tuple[str, ...]) -> dict[str, Any]:
    """What was chosen, as JSON. Raises InvalidForm."""
    problems = Problems()
    choices = _beside(typed, problems)
    if problems:
        raise InvalidForm(problems)
    columns = {name: "" if ours == LEFT_OUT else ours for name, ours in zip(headers, typed.columns, strict=False)}
    departments = {name.casefold(): choice for name, choice in zip(typed.names, typed.departments, strict=False)}
    return {**choices, "columns": columns, "departments": departments, "actions": bool(typed.actions)}


def _beside(typed: TypedUpload, problems: Problems) -> dict[str, Any]:
    source = one_line(typed.source, most=80, problems=problems, name="source", label="The name", needed=False)
    calendar_day(typed.day, problems=problems, name="day", label="the day", needed=False)
    known = {one.key for one in PRESETS} | {OWN}
    return {"source": source, "day": typed.day.strip(), "preset": typed.preset if typed.preset in known else ""}


def _readable(content: bytes, file_name: str, preset: str, problems: Problems) -> ReadFile | None:
    try:
        return beside(lambda: _read_as_fits(content, file_name, preset))
    except UnreadableFile as unreadable:
        problems.add("file", str(unreadable))
        return None


def _read_as_fits(content: bytes, file_name: str, preset: str) -> ReadFile:
    read = read_file(content, file_name, preset)
    if len(read.found.rows) > WEB_ROWS_MAX:
        raise UnreadableFile(
            f"It has {len(read.found.rows)} rows; {WEB_ROWS_MAX} fit through this page. {_BY_COMMAND}"
        )
    return read


_BY_COMMAND = "Please split it, or let whoever runs this server load it with “fencepost import”."


def _too_large(most: int) -> str:
    return f"A file of up to {most // 1024 // 1024} MB fits through this page. {_BY_COMMAND}"
