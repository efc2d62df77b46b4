"""A list of actions as it comes out of a spreadsheet or another tool: text with columns, read into rows; pure.

Understood: CSV with a header (commas, semicolons or tabs, so cells copied out of a spreadsheet too), and JSON Lines:
one object a line with our own column names, or a note of the open set of retros (only its actions are taken).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from app.core.list_files import UnreadableFile, numbered_lines_of_table, numbered_records, plain, same_name, tidy
from app.core.list_files import text_of as text_of

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

UnreadableList = UnreadableFile
"""Why a text is no list of actions, as a sentence."""
CELL_MAX = 4000
ROWS_MAX = 5000
_NAMES = {name: column for column, others in COLUMNS.items() for name in (column.replace("_", " "), *others)}

Words = dict[str, str]


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
    text = plain(text)
    if not text.strip():
        raise UnreadableList("There is nothing in it.")
    found = _json_lines(text) if text.lstrip().startswith("{") else _table(text)
    if len(found.rows) > ROWS_MAX:
        raise UnreadableList(f"It has {len(found.rows)} rows; {ROWS_MAX} fit. Please split it.")
    if not found.rows:
        raise UnreadableList("There is no action in it.")
    return found


def carried(rows: tuple[Words, ...]) -> str:
    """The same rows as CSV, so that a form can carry what was looked at: `read_list` reads them back."""
    written = StringIO(newline="")
    used = [name for name in COLUMNS if any(name in row for row in rows)]
    table = csv.DictWriter(written, used)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _table(text: str) -> ListFile:
    filled = [line for _, line in numbered_lines_of_table(text)]
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


def _by_position(header: list[str]) -> dict[int, str]:
    """Position -> column; where two columns mean the same the first one counts."""
    found: dict[int, str] = {}
    for at, name in enumerate(header):
        column = _NAMES.get(same_name(name))
        if column and column not in found.values():
            found[at] = column
    return found


def _json_lines(text: str) -> ListFile:
    records = [one for _, one in numbered_records(text, "Each line holds one action.")]
    rows = [
        _of_note(one) if _is_note(one) else _said(one) for one in records if one.get("kind", "action") == "action"
    ]
    unread = {name for one in records if not _is_note(one) for name in one if name not in COLUMNS and name != "kind"}
    return ListFile(tuple(rows), tuple(sorted(unread)), others=len(records) - len(rows))


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
    tidied = {name: tidy(cells[name]) for name in COLUMNS if name in cells}
    return {name: words for name, words in tidied.items() if words}
