"""What a file of past retros may say of an entry, how other tools call it, and which of their columns is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.list_files import same_name

COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("entry", "note", "content", "message", "description", "comment", "feedback", "card", "card text", "item",
             "observation", "what", "what was said"),
    "kind": ("type", "category", "column", "section", "prompt", "list", "lane", "polarity"),
    "project": ("project name", "event", "release", "incident", "board", "retrospective", "meeting"),
    "session": ("retro", "session id", "retro id", "meeting id", "board id", "sprint", "iteration"),
    "date": ("held on", "day", "session date", "meeting date", "retro date", "when", "created at", "created date",
             "created", "createdat", "createddate"),
    "department": ("team", "written by department", "own department", "unit"),
    "about_department": ("about", "provider", "concerning", "addressed to", "about team", "to department"),
    "dimension": ("aspect", "quality of service"),
    "seats": ("people", "participants", "attendees count", "number of people", "head count", "headcount"),
    "series": ("programme", "program", "series of retros", "working group"),
    "source": ("origin", "tool", "export of"),
    "status": ("state", "done", "completed", "resolved"),
    "owner": ("assignee", "assigned to", "responsible", "action owner"),
    "due": ("due date", "due on", "deadline", "by when", "target date"),
    "done_date": ("done on", "completed on", "closed on", "resolved on"),
    "area": ("topic", "theme", "subject", "reflection group", "reflectiongroup", "stack"),
    "remark": ("status text", "remarks"),
    "n": ("number", "no", "row"),
}  # fmt: skip
"""Our column -> how other tools call it. Only the text is needed."""

WORDS = {
    "text": "What was said",
    "kind": "Kind",
    "project": "Project",
    "session": "Retro",
    "date": "Day",
    "department": "Department that wrote it",
    "about_department": "Department it is about",
    "dimension": "Dimension",
    "seats": "How many people took part",
    "series": "Series",
    "source": "Source",
    "status": "Status of an action",
    "owner": "Owner of an action",
    "due": "Due day of an action",
    "done_date": "Day an action was done",
    "area": "Topic of an action",
    "remark": "Remark on an action",
    "n": "Number within the retro",
}
"""Our columns as a page names them."""

_DROPPED = (
    "by, author, author id, creator, created by, createdby, user, user name, email, mail, name, id, note id, "
    "column id, rank, votes, parent, reply, label, path, commit, licence, license, discussion thread, url, link, "
    "owner raw"
)
DROPPED = frozenset(_DROPPED.split(", "))
"""Dropped on purpose: who said it, in which order, and how often it was voted for."""

_NAMES = {name: column for column, others in COLUMNS.items() for name in (same_name(column), *others)}


def guessed(headers: Iterable[str]) -> dict[str, str]:
    """Header -> our column, '' where it is left out. Where two mean the same, our own name wins, then the first."""
    headers = list(headers)
    found: dict[str, str] = dict.fromkeys(headers, "")
    for is_wanted in (_is_our_own, _is_known):
        for header in headers:
            column = _NAMES.get(same_name(header), "")
            if column and is_wanted(header, column) and not found[header] and column not in found.values():
                found[header] = column
    return found


def mapping_problem(mapping: Mapping[str, str]) -> str | None:
    """A sentence when no rows could be read by this mapping."""
    taken = [column for column in mapping.values() if column]
    if "text" not in taken:
        return "Say which column holds what was said: without it there is nothing to load."
    for column in taken:
        if taken.count(column) > 1:
            return f"Two columns are called “{WORDS[column]}”: choose one of them, and leave the other out."
    return None


def with_choices(mapping: Mapping[str, str], choices: Iterable[str]) -> dict[str, str]:
    """The mapping with choices such as "Their column=our column" (nothing behind = leaves it out).

    Raises ValueError with a sentence.
    """
    changed = dict(mapping)
    by_name = {same_name(header): header for header in mapping}
    for choice in choices:
        theirs, equals, ours = (part.strip() for part in choice.rpartition("="))
        if not equals or same_name(theirs) not in by_name:
            raise ValueError(f"“{choice}” names no column of the file. Its columns are: {', '.join(mapping)}.")
        if ours and ours not in COLUMNS:
            raise ValueError(f"“{ours}” is none of our columns. They are: {', '.join(COLUMNS)}.")
        for header, column in changed.items():
            changed[header] = "" if ours and column == ours else column
        changed[by_name[same_name(theirs)]] = ours
    return changed


def is_dropped(header: str) -> bool:
    """Whether a column is left out on purpose, so that nobody is asked about it."""
    return same_name(header) in DROPPED


def _is_our_own(header: str, column: str) -> bool:
    return same_name(header) == same_name(column)


def _is_known(header: str, _column: str) -> bool:
    return not is_dropped(header)
