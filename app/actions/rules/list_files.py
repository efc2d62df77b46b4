"""A list of actions as it comes out of a spreadsheet or another tool: text with columns, read into rows; pure.

Understood: CSV with a header (commas, semicolons or tabs, so cells copied out of a spreadsheet too), and JSON Lines:
one object a line with our own column names, or a note of the open set of retros (only its actions are taken).
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("action", "action item", "task", "summary", "what", "text", "to do", "todo"),
    "done_when": ("definition of done", "acceptance", "acceptance criteria", "success"),
    "owner": ("assignee", "assigned to", "responsible", "who", "owner name", "action owner"),
    "owner_email": ("owner mail", "email", "mail", "e mail", "assignee email", "mail address"),
    "provider": ("department", "team", "providing department", "provided by"),
    "requester": ("requesting department", "requested by", "asked for by", "customer"),
    "due": ("due on", "due date", "deadline", "by when", "target date"),
    "status": ("state", "done", "completed", "closed", "resolved", "progress"),
    "reference": ("id", "ref", "key", "number", "no", "issue", "ticket"),
    "link": ("url", "external link", "web link"),
    "raised": ("raised on", "created", "created on", "created at", "date", "opened"),
    "done_on": ("done date", "completed on", "closed on", "closed at", "date closed", "resolved on"),
    "origin": ("project", "meeting", "retro", "retrospective", "source", "session"),
    "remark": ("remarks", "note", "notes", "comment", "comments"),
}
"""What a list may say of an action -> how tools call that column."""

CELL_MAX = 4000
ROWS_MAX = 5000
_NAMES = {name: column for column, others in COLUMNS.items() for name in (column.replace("_", " "), *others)}

Words = dict[str, str]


class UnreadableList(ValueError):
    """Why a text is no list of actions, as a sentence."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """`rows`: column -> words, only of columns that say something. `unread`: columns that are not understood.

    `others` counts lines that are no actions.
    """

    rows: tuple[Words, ...]
    unread: tuple[str, ...] = ()
    others: int = 0


def read_list(text: str) -> ListFile:
    """Raises UnreadableList."""
    text = text.removeprefix("\ufeff").replace("\0", "")
    if not text.strip():
        raise UnreadableList("There is nothing in it.")
    found = _json_lines(text) if text.lstrip().startswith("{") else _table(text)
    if len(found.rows) > ROWS_MAX:
        raise UnreadableList(f"It has {len(found.rows)} rows; {ROWS_MAX} fit. Please split it.")
    if not found.rows:
        raise UnreadableList("There is no action in it.")
    return found


def text_of(content: bytes) -> str:
    """A file's text: UTF-8, or what older spreadsheets on Windows write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def carried(rows: tuple[Words, ...]) -> str:
    """The same rows as CSV, so that a form can carry what was looked at: `read_list` reads them back."""
    written = StringIO(newline="")
    used = [name for name in COLUMNS if any(name in row for row in rows)]
    table = csv.DictWriter(written, used)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _table(text: str) -> ListFile:
    lines = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        filled = [line for line in lines if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise UnreadableList(f"It cannot be read as a table: {error}.") from None
    if not filled:
        raise UnreadableList("There is nothing in it.")
    header, *others = filled
    known = _by_position(header)
    if "title" not in known.values():
        raise UnreadableList(
            "The first row names the columns, and one of them must be the title of the action: "
            "“Title”, “Action”, “Task” or “Summary”."
        )
    rows = tuple(_said({known[at]: cell for at, cell in enumerate(line) if at in known}) for line in others)
    unread = tuple(name.strip() for at, name in enumerate(header) if at not in known and name.strip())
    return ListFile(rows, unread)


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _by_position(header: list[str]) -> dict[int, str]:
    """Position -> column; where two columns mean the same the first one counts."""
    found: dict[int, str] = {}
    for at, name in enumerate(header):
        column = _NAMES.get(" ".join(name.lower().replace("_", " ").replace("-", " ").split()))
        if column and column not in found.values():
            found[at] = column
    return found


def _json_lines(text: str) -> ListFile:
    records = list(_records(text))
    rows = [
        _of_note(one) if _is_note(one) else _said(one) for one in records if one.get("kind", "action") == "action"
    ]
    unread = {name for one in records if not _is_note(one) for name in one if name not in COLUMNS and name != "kind"}
    return ListFile(tuple(rows), tuple(sorted(unread)), others=len(records) - len(rows))


def _records(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise UnreadableList(f"Line {number} is not a JSON object. Each line holds one action.")
        yield record


def _is_note(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("x"), dict)


def _of_note(record: Mapping[str, Any]) -> Words:
    """One action of the open set: its extras say who, how far and since when in the words of the source."""
    more = record["x"]
    owner, in_words = record.get("owner"), more.get("owner_raw")
    return _said(
        {
            "title": record.get("text"),
            "owner": owner,
            "provider": record.get("department"),
            "due": record.get("due"),
            "status": record.get("status") or more.get("status_text"),
            "reference": f"{more['session']}/{more['n']}" if more.get("session") and more.get("n") else None,
            "raised": more.get("raised") or record.get("date"),
            "done_on": more.get("done_date"),
            "origin": ", ".join(filter(None, (record.get("project"), more.get("area")))),
            "remark": ". ".join(filter(None, (more.get("status_text"), in_words if in_words != owner else None))),
        }
    )


def _said(cells: Mapping[str, Any]) -> Words:
    """Cells that say something, in the order of COLUMNS, composed and without characters that cannot be shown."""
    tidied = {name: _tidy(cells[name]) for name in COLUMNS if name in cells}
    return {name: words for name, words in tidied.items() if words}


def _tidy(cell: object) -> str:
    text = "" if cell is None else str(cell)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs")).strip()
