"""Exports of other tools, read exactly as their own source writes them. Each reader names what was read, and when.

| preset | source that was read |
|---|---|
| parabol | ParabolInc/parabol, packages/client/modules/email/components/SummaryEmail/ExportToCSV.tsx at 09a61d92 |
| scrumlr | inovex/scrumlr.io, server/src/api/boards.go (exportBoard) at 020043fc |
| refacto | davidje13/Refacto, backend: exportMoodRetroTable.ts at 57d3d41d, RetroJsonExport.ts at 05077820 |
| azure | microsoft/vsts-extension-retrospectives, src/frontend/utilities/shareBoardHelper.tsx at 00e8d234 |
| markdown | no tool: the forms that public retros and incident reports of seven projects have |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from app.core.list_files import UnreadableFile, numbered_lines_of_table, plain, text_of
from app.core.patterns import bounded
from app.outcomes.rules.history import azure, files, markdown_notes
from app.outcomes.rules.history.columns import COLUMNS
from app.outcomes.rules.history.days import day_in
from app.outcomes.rules.history.files import OWN, FileRow, Found
from app.outcomes.rules.history.past import RowLeft


@dataclass(frozen=True, slots=True)
class Preset:
    """`fits`: whether a text looks like it; `read`: its rows, with our columns as headers."""

    key: str
    title: str
    fits: Callable[[str, str], bool]
    read: Callable[[str, str], Found]


def read_text(content: bytes, file_name: str, preset: str = "") -> Found:
    """A file that is no workbook; `preset` '': found out by what it looks like. Raises UnreadableFile."""
    text = plain(text_of(content))
    if not text.strip():
        raise UnreadableFile("There is nothing in it.")
    if preset == OWN:
        return files.of_text(content)
    if preset:
        return _by_key(preset).read(text, stem(file_name))
    fitting = next((one for one in PRESETS if one.fits(text, file_name)), None)
    return fitting.read(text, stem(file_name)) if fitting else files.of_text(content)


def stem(file_name: str) -> str:
    """A file's name without folders and ending, as the name of what is in it."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    return " ".join(name.rsplit(".", 1)[0].split())[:80] or "History"


def _by_key(key: str) -> Preset:
    found = next((one for one in PRESETS if one.key == key), None)
    if found is None:
        known = ", ".join(one.key for one in PRESETS)
        raise UnreadableFile(f"There is no preset “{key}”. There are: {known}, and “{OWN}” for own columns.")
    return found


# ---- Parabol: one meeting a file. Its name is ParabolRetrospective_{team}_{year}-{month}-{day}.csv.

PARABOL = ("reflectionGroup", "author", "votes", "type", "createdAt", "discussionThread", "prompt", "content")
_PARABOL_NAME = bounded(r"ParabolRetrospective_(.{1,300})_(\d{4}-\d{1,2}-\d{1,2})")


def _read_parabol(text: str, name: str) -> Found:
    """A reflection's kind is its prompt's; a task is an action; comments of the discussion stay unsorted."""
    named = _PARABOL_NAME.match(name)
    team = named[1] if named else ""
    held = day_in(named[2]) if named else None

    def row(cells: dict[str, str]) -> dict[str, str]:
        kind = cells["prompt"] if cells["type"] == "Reflection" else "action" if cells["type"] == "Task" else ""
        day = held.said if held else cells["createdAt"]
        said = {"session": name, "project": team, "date": day, "kind": kind, "text": cells["content"]}
        return {**said, "area": cells["reflectionGroup"]}

    return _table("parabol", text, PARABOL, row)


# ---- scrumlr: one board a file; neither its name nor its day is in it.

SCRUMLR = ("note_id", "author_id", "author", "text", "column_id", "column", "rank", "stack")


def _read_scrumlr(text: str, name: str) -> Found:
    held = day_in(name)
    more = {"session": name, "project": name, "date": held.said if held else ""}
    return _table("scrumlr", text, SCRUMLR, lambda cells: {**more, "kind": cells["column"], "text": cells["text"]})


# ---- Refacto: a board and its archives, as CSV or as JSON.

REFACTO = ("Archive", "Category", "Message", "Votes", "State")
_REFACTO_KINDS = {"Happy": "went_right", "Question": "unsorted", "Sad": "went_wrong", "Action": "action",
                  "happy": "went_right", "meh": "unsorted", "sad": "went_wrong", "action": "action"}  # fmt: skip
_ARCHIVE = bounded(r"#\d{1,9} \((\d{4}-\d{2}-\d{2})\)")


def _read_refacto_table(text: str, name: str) -> Found:
    """An archive is "#1 (2024-05-06)"; what lies on the board now is "current", without a day."""

    def row(cells: dict[str, str]) -> dict[str, str]:
        archived = _ARCHIVE.fullmatch(cells["Archive"])
        said = {"session": f"{name} {cells['Archive']}", "project": name, "date": archived[1] if archived else ""}
        kind = _REFACTO_KINDS.get(cells["Category"], cells["Category"])
        status = "done" if cells["State"] == "Complete" else ""
        return {**said, "kind": kind, "text": cells["Message"], "status": status}

    return _table("refacto", text, REFACTO, row)


def _read_refacto_json(text: str, name: str) -> Found:
    try:
        board = json.loads(text)
        parts = [("current", "", board["current"])]
        for number, one in enumerate(board.get("archives") or (), start=1):
            parts.append((f"#{number} ({str(one['created'])[:10]})", str(one["created"])[:10], one["snapshot"]))
        called = str(board.get("name") or name)
        rows = [row for part in parts for row in _refacto_items(called, *part)]
        health = sum(len(data["items"]) for _, _, data in parts if data.get("format") != "mood")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile(
            "It looks like an export of Refacto, but something in it is not as Refacto writes it."
        ) from error
    remarks = (f"{health} answers of health checks are left out: they are no entries.",) if health else ()
    return _of_rows("refacto", enumerate(rows, start=1), remarks=remarks)


def _refacto_items(called: str, archive: str, day: str, data: dict[str, Any]) -> Iterator[dict[str, str]]:
    if data.get("format") != "mood":
        return
    newest = max((str(item["created"])[:10] for item in data["items"]), default="")
    for item in data["items"]:
        said = {"session": f"{called} {archive}", "project": called, "date": day or newest}
        done = {"status": "done", "done_date": str(item["completed"])[:10]} if item.get("completed") else {}
        kind = _REFACTO_KINDS.get(item["category"], str(item["category"]))
        yield {**said, **done, "kind": kind, "text": str(item["message"])}


# ---- What all have in common.


def _table(key: str, text: str, columns: tuple[str, ...], row: Callable[[dict[str, str]], dict[str, str]]) -> Found:
    """Rows of a CSV export, its columns found by their names. Raises UnreadableFile."""
    header, *lines = numbered_lines_of_table(text)
    places = {name: at for at, name in enumerate(header[1])}
    if missing := [name for name in columns if name not in places]:
        raise UnreadableFile(f"It has no column “{missing[0]}”, which this tool always writes.")
    rows = []
    for number, line in lines:
        cells = {name: line[places[name]] if places[name] < len(line) else "" for name in columns}
        rows.append((number, row(cells)))
    return _of_rows(key, rows)


def _of_rows(
    key: str,
    rows: Iterable[tuple[int, dict[str, str]]],
    left: Iterable[RowLeft] = (),
    remarks: tuple[str, ...] = (),
) -> Found:
    found = tuple(FileRow(number, {name: cell for name, cell in cells.items() if cell}) for number, cells in rows)
    if not found:
        raise UnreadableFile("There is no entry in it.")
    headers = tuple(name for name in COLUMNS if any(name in row.cells for row in found))
    return Found(headers, found, {name: name for name in headers}, key, tuple(left), remarks)


def _has_columns(columns: tuple[str, ...]) -> Callable[[str, str], bool]:
    def fits(text: str, _name: str) -> bool:
        first = {cell.strip().strip('"') for cell in text.split("\n", 1)[0].split(",")}
        return first.issuperset(columns)

    return fits


def _is_refacto_json(text: str, _name: str) -> bool:
    return text.lstrip().startswith("{") and '"current"' in text and '"items"' in text and '"format"' in text


def _read_refacto(text: str, name: str) -> Found:
    return _read_refacto_json(text, name) if text.lstrip().startswith("{") else _read_refacto_table(text, name)


def _read_azure(text: str, name: str) -> Found:
    rows, left = azure.rows_of(text, name)
    return _of_rows("azure", rows, left)


def _read_markdown(text: str, name: str) -> Found:
    rows, remarks = markdown_notes.rows_of(text, name)
    return _of_rows("markdown", rows, remarks=remarks)


PRESETS = (
    Preset("parabol", "Parabol (CSV)", _has_columns(PARABOL), _read_parabol),
    Preset("scrumlr", "scrumlr.io (CSV)", _has_columns(SCRUMLR), _read_scrumlr),
    Preset("refacto", "Refacto (CSV or JSON)",
           lambda text, name: _has_columns(REFACTO)(text, name) or _is_refacto_json(text, name), _read_refacto),
    Preset("azure", "Azure DevOps Retrospectives (CSV or mail)", azure.fits, _read_azure),
    Preset("markdown", "Notes in Markdown, with headings", markdown_notes.fits, _read_markdown),
)  # fmt: skip
"""In the order in which they are tried."""
