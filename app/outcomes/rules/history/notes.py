"""What a row of a file says: one entry of a past retro, and what of the row could not be taken over; pure.

Dropped whatever the file says: who said it, when exactly, under which number, in which order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.core.list_files import tidy
from app.entries.rules.names import Dimension, EntryKind
from app.entries.rules.refusals import TextIsUnusable
from app.entries.rules.text import clean_text
from app.outcomes.rules.history.days import DateHeld, held_of
from app.outcomes.rules.history.kinds import kind_of, plain_words

TEXT_MAX = 4000
DEPARTMENT_MAX = 80
NAME_MAX = 120
SERIES_MAX = 80
SESSION_MAX = 180
SEATS_MAX = 9999

Words = dict[str, str]


class UnreadableEntryRow(ValueError):
    """Why a row is no entry that could be loaded, as a sentence."""


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One entry. `promise`: what the file says of an action beside its text; empty for other kinds.

    `department` and `about` are the file's own words: whom they mean is for the service to find out. `seats`:
    department ('' the whole retro) -> people. `remarks`: sentences on what could not be taken over.
    """

    number: int
    kind: EntryKind
    text: str
    project: str = ""
    session: str = ""
    series: str = ""
    source: str = ""
    held: DateHeld | None = None
    department: str = ""
    about: str = ""
    dimension: str | None = None
    seats: tuple[tuple[str, int], ...] = ()
    promise: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass
class _EntryRow:
    """A row while it is read."""

    words: Mapping[str, str]
    remarks: list[str] = field(default_factory=list)

    def line(self, name: str, most: int, label: str) -> str:
        text = " ".join(tidy(self.words.get(name, "")).split())
        if len(text) > most:
            self.remarks.append(f"{label} has {len(text)} characters and is shortened to {most}.")
            return text[: most - 1].rstrip() + "…"
        return text

    def department(self, name: str, label: str) -> str:
        text = " ".join(tidy(self.words.get(name, "")).split())
        if len(text) > DEPARTMENT_MAX:
            self.remarks.append(f"{label} has {len(text)} characters; {DEPARTMENT_MAX} fit, so it is left out.")
            return ""
        return text

    def kind(self) -> EntryKind:
        said = self.words.get("kind", "")
        found = kind_of(said)
        if found is None:
            self.remarks.append(f"“{said[:40]}” is no kind that is known here, so the entry stays unsorted.")
        return found or EntryKind.UNSORTED

    def dimension(self) -> str | None:
        said = plain_words(self.words.get("dimension", ""))
        if not said:
            return None
        if said in set(Dimension):
            return said
        self.remarks.append(f"“{said[:40]}” is none of the five dimensions, so it is left out.")
        return None

    def held(self, today: date) -> DateHeld | None:
        said = self.words.get("date", "").strip()
        found = held_of(said) if said else None
        if said and found is None:
            self.remarks.append(f"“{said[:40]}” does not name one day. Write 2026-03-31, 2026-03 or 2026.")
        if found and found.day > today:
            self.remarks.append(f"{found.said} lies ahead, so this is not taken as its day.")
            return None
        return found

    def seats(self, department: str) -> tuple[tuple[str, int], ...]:
        said = self.words.get("seats", "").strip()
        if not said:
            return ()
        found = seats_of(said, department)
        if found is None:
            self.remarks.append(f"“{said[:40]}” does not say how many people there were, so it is left out.")
        return found or ()


def note_of(number: int, words: Mapping[str, str], today: date) -> PastEntry:
    """The entry of a row; `words`: our column -> what the file says. Raises UnreadableRow."""
    row = _EntryRow(words)
    text = _text(words.get("text", ""))
    kind, department = row.kind(), row.department("department", "The department")
    return PastEntry(
        number=number,
        kind=kind,
        text=text,
        project=row.line("project", NAME_MAX, "The project"),
        session=row.line("session", SESSION_MAX, "The name of the retro"),
        series=row.line("series", SERIES_MAX, "The series"),
        source=row.line("source", SERIES_MAX, "The source"),
        held=row.held(today),
        department=department,
        about=row.department("about_department", "The department it is about"),
        dimension=row.dimension(),
        seats=row.seats(department),
        promise=_promise(words) if kind is EntryKind.ACTION else (),
        remarks=tuple(row.remarks),
    )


def seats_of(said: str, department: str) -> tuple[tuple[str, int], ...] | None:
    """ "8" is of the row's department (of the whole retro where it names none), "Dev: 8; Design: 5" and
    {"Dev": 8, "Design": 5} of each. None where it cannot be read."""
    if (number := _number(said)) is not None:
        return ((department, number),)
    try:
        pairs = list(json.loads(said).items()) if said.startswith("{") else _pairs(said)
    except (ValueError, RecursionError, AttributeError):
        return None
    found = [(" ".join(tidy(name).split()), _number(str(people))) for name, people in pairs]
    if not found or any(number is None or not name or len(name) > DEPARTMENT_MAX for name, number in found):
        return None
    return tuple((name, number) for name, number in found if number is not None)


def _pairs(said: str) -> list[tuple[str, str]]:
    parts = [part.rpartition(":") for part in said.split(";") if part.strip()]
    return [(name, people) for name, _, people in parts]


def _number(said: str) -> int | None:
    said = said.strip()
    if said.isascii() and said.isdigit() and len(said) <= 4:
        return int(said) if 0 < int(said) <= SEATS_MAX else None
    return None


def _text(said: str) -> str:
    text = tidy(said)
    if not text:
        raise UnreadableEntryRow("Nothing is said in it: the text is empty.")
    try:
        return clean_text(text, least=1, most=TEXT_MAX)
    except TextIsUnusable as refused:
        raise UnreadableEntryRow(refused.sentence) from refused


def _promise(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    taken = ("owner", "due", "status", "done_date", "area", "remark", "n")
    return tuple((name, text) for name in taken if (text := tidy(words.get(name, ""))))
