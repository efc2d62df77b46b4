"""The outcome as a table (CSV), with one row an entry or action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.core.spreadsheet import as_csv
from app.outcomes.rules.document import ActionPart, Document, EntryPart, NamedDepartment
from app.outcomes.rules.words import gone

COLUMNS = (
    "part", "topic", "kind", "text", "department", "about", "dimension",
    "done_when", "owner", "provided_by", "asked_for_by", "due_on", "priority", "cause", "scope", "state_now",
)  # fmt: skip


def outcome_csv(document: Document, states: Mapping[str, str]) -> str:
    """Comma-separated, one header line, CRLF; `states`: action id -> its present state."""
    return as_csv(COLUMNS, _rows(document, states))


def _rows(document: Document, states: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for topic in (*document.topics, *document.not_discussed):
        for entry in topic.entries:
            yield _entry(entry, topic.title)
    for entry in (*document.in_no_topic, *document.thanks):
        yield _entry(entry, "")
    for action in document.actions:
        yield _action(action, states.get(action.id, ""))


def _entry(entry: EntryPart, topic: str) -> dict[str, str]:
    missing = gone(entry)
    return {
        "part": "entry",
        "topic": topic,
        "kind": entry.kind,
        "text": f"({missing})" if missing else entry.text,
        "department": _name(entry.by),
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


def _name(department: NamedDepartment | None) -> str:
    return department.name if department else ""
