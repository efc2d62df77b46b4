"""Tables (CSV): the outcome with one row an entry or action, and any other list.

No cell can start a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.exchange.rules.document import ActionPart, Document, EntryPart, Named
from app.exchange.rules.words import HIDDEN

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "part", "topic", "kind", "text", "department", "about", "dimension",
    "done_when", "owner", "provided_by", "asked_for_by", "due_on", "priority", "cause", "scope", "state_now",
)  # fmt: skip


def outcome_csv(document: Document, states: Mapping[str, str]) -> str:
    """Comma-separated, one header line, CRLF; `states`: action id -> its present state."""
    return as_csv(COLUMNS, _rows(document, states))


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Comma-separated, one header line, CRLF; a row may lack columns. Every cell is made harmless."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell with a ' before what a spreadsheet would read as a formula."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def _rows(document: Document, states: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for topic in (*document.topics, *document.not_discussed):
        for entry in topic.entries:
            yield _entry(entry, topic.title)
    for entry in (*document.in_no_topic, *document.thanks):
        yield _entry(entry, "")
    for action in document.actions:
        yield _action(action, states.get(action.id, ""))


def _entry(entry: EntryPart, topic: str) -> dict[str, str]:
    hidden = f"(hidden: {HIDDEN.get(entry.hidden_reason, entry.hidden_reason)})" if entry.hidden_reason else ""
    return {
        "part": "entry",
        "topic": topic,
        "kind": entry.kind,
        "text": hidden or entry.text,
        "department": _name(entry.department),
        "about": _name(entry.about),
        "dimension": entry.dimension or "",
    }


def _action(action: ActionPart, state: str) -> dict[str, str]:
    return {
        "part": "action",
        "topic": action.topic,
        "kind": action.kind,
        "text": action.title,
        "done_when": action.done_when,
        "owner": action.owner,
        "provided_by": _name(action.providing),
        "asked_for_by": _name(action.requesting),
        "due_on": action.due_on.isoformat() if action.due_on else "",
        "priority": action.priority,
        "cause": action.cause,
        "scope": action.scope,
        "state_now": state,
    }


def _name(department: Named | None) -> str:
    return department.name if department else ""
