"""Puts the entries of a file together to past retros, each under the name by which it is recognised again; pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.entries.rules.names import EntryKind
from app.outcomes.rules.history.days import DateHeld
from app.outcomes.rules.history.notes import NAME_MAX, PastEntry

RETRO_NAME_MAX = 300
TITLE_MAX = 120
ENTRIES_MAX = 3000
"""Entries of one retro: they are grouped into topics, each compared with each."""


@dataclass(frozen=True, slots=True)
class RetroInFile:
    """One retro of a file. `name`: source | session, to recognise it. `seats`: department ('' all) -> people."""

    name: str
    title: str
    project: str
    series: str
    held: DateHeld
    notes: tuple[PastEntry, ...]
    seats: dict[str, int] = field(default_factory=dict)

    @property
    def session(self) -> str:
        """What the retro is called in its source."""
        return self.name.partition(" | ")[2]

    @property
    def source(self) -> str:
        """What the history is called that it belongs to."""
        return self.name.partition(" | ")[0]

    @property
    def departments(self) -> list[str]:
        """All that occur, as the file writes them, each once."""
        named = [name for note in self.notes for name in (note.department, note.about)] + list(self.seats)
        return list(dict.fromkeys(name for name in named if name))

    @property
    def kinds(self) -> Counter[EntryKind]:
        return Counter(note.kind for note in self.notes)

    @property
    def fingerprint(self) -> str:
        """Of what the file says of it, in whatever order: SHA-256."""
        said = sorted([note.kind, note.text, note.department, note.about, note.dimension or "", list(note.promise)]
                      for note in self.notes)  # fmt: skip
        whole = [self.title, self.project, self.series, self.held.said, sorted(self.seats.items()), said]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RowLeft:
    """A row of the file that cannot be loaded (`is_lost`), or of which something could not be taken over."""

    number: int
    sentence: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """Everything a file tells: its retros, the latest first, and the rows to look at."""

    retros: tuple[RetroInFile, ...]
    rows: tuple[RowLeft, ...]

    @property
    def lost(self) -> int:
        return len({row.number for row in self.rows if row.is_lost})

    @property
    def entries(self) -> int:
        return sum(len(one.notes) for one in self.retros)


def told_by(notes: Iterable[PastEntry], source: str, file_name: str, usual_day: DateHeld | None) -> ImportedFile:
    """The retros of these entries. `source`: what the history is called where rows do not say it themselves;
    `file_name`: the retro, and project, of what names none; `usual_day` of what states none."""
    rows: list[RowLeft] = []
    groups: dict[str, list[PastEntry]] = {}
    for note in notes:
        rows += [RowLeft(note.number, remark, is_lost=False) for remark in note.remarks]
        groups.setdefault(_name(note, source, file_name), []).append(note)
    retros = [_past(name, group, file_name, usual_day, rows) for name, group in groups.items()]
    found = sorted((one for one in retros if one), key=lambda one: (one.held.day, one.name), reverse=True)
    return ImportedFile(tuple(found), tuple(sorted(rows, key=lambda row: (row.number, not row.is_lost))))


def _name(note: PastEntry, source: str, file_name: str) -> str:
    session = note.session or " ".join(filter(None, (note.project, note.held.said if note.held else "")))
    return f"{source or note.source or file_name} | {session or file_name}"[:RETRO_NAME_MAX]


def _past(
    name: str, notes: list[PastEntry], file_name: str, usual_day: DateHeld | None, rows: list[RowLeft]
) -> RetroInFile | None:
    days: list[DateHeld] = [note.held for note in notes if note.held]
    held = min(days, default=usual_day)
    problem = _problem(held, notes)
    if problem or held is None:
        rows += [RowLeft(note.number, problem, is_lost=True) for note in notes]
        return None
    first = notes[0]
    project = first.project or first.series or first.session or file_name[:NAME_MAX]
    return RetroInFile(
        name=name,
        title=title_of(project, held),
        project=project[:NAME_MAX],
        series=first.series,
        held=held,
        notes=tuple(notes),
        seats=_seats(notes, rows),
    )


def title_of(project: str, held: DateHeld) -> str:
    """The project, with the day as exactly as the source says it unless the project's name holds it already."""
    if held.said in project:
        return project[:TITLE_MAX]
    with_day = f" ({held.said})"
    return project[: TITLE_MAX - len(with_day)] + with_day


def _problem(held: DateHeld | None, notes: list[PastEntry]) -> str:
    if held is None:
        return "Its retro does not say when it was held. Choose a date for retros without one."
    if len(notes) > ENTRIES_MAX:
        return (
            f"Its retro has {len(notes)} entries; {ENTRIES_MAX} fit. Is the column that tells retros apart missing?"
        )
    return ""


def _seats(notes: list[PastEntry], rows: list[RowLeft]) -> dict[str, int]:
    """Where rows differ the largest counts, and it is said."""
    found: dict[str, int] = {}
    for note in notes:
        for department, people in note.seats:
            before = found.setdefault(department, people)
            if before != people:
                of = f"of {department}" if department else "of the whole retro"
                rows.append(RowLeft(note.number, f"{before} people {of}, or {people}? The larger counts.", False))
                found[department] = max(before, people)
    return found


def usual_day_of(day: date | None) -> DateHeld | None:
    return DateHeld(day, day.isoformat()) if day else None
