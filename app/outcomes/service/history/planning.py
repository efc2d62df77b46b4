"""Finds out what loading a file would do before anything is written: retros, departments, projects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from uuid import UUID

from sqlmodel import Session, select

from app.departments.queries import DepartmentView
from app.departments.queries import names as department_names
from app.entries.rules.names import EntryKind
from app.outcomes.models import HistoryImport
from app.outcomes.queries.history import recorded, worked_on
from app.outcomes.rules.history.past import ImportedFile, RetroInFile, RowLeft
from app.projects.models import Project

SOURCE_MAX = 70
CREATE, IGNORE = "create", "ignore"
"""What becomes of a department that is not known here; else the id of the one that is meant."""


class ImportState(StrEnum):
    """What loading does with a retro. `WORKED_ON`: the file changed, but somebody works on it here, so it stays."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WORKED_ON = "worked_on"


@dataclass(frozen=True, slots=True)
class PlannedRetro:
    past: RetroInFile
    state: ImportState
    retro_id: UUID | None = None

    @property
    def is_written(self) -> bool:
        return self.state in (ImportState.NEW, ImportState.CHANGED)


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department of the file: the one here with that name, or else what was chosen."""

    name: str
    entries: int
    known: DepartmentView | None
    choice: str = CREATE


@dataclass(frozen=True, slots=True)
class Plan:
    retros: tuple[PlannedRetro, ...]
    departments: tuple[DepartmentLine, ...]
    rows: tuple[RowLeft, ...]
    new_projects: tuple[str, ...]

    def count(self, state: ImportState) -> int:
        return sum(one.state is state for one in self.retros)

    @property
    def written(self) -> list[PlannedRetro]:
        return [one for one in self.retros if one.is_written]

    @property
    def kinds(self) -> Counter[EntryKind]:
        """Of the entries that would come."""
        return sum((one.past.kinds for one in self.written), Counter[EntryKind]())

    @property
    def lost(self) -> int:
        return len({row.number for row in self.rows if row.is_lost})

    @property
    def unknown(self) -> list[DepartmentLine]:
        return [one for one in self.departments if one.known is None]


def plan(db: Session, told: ImportedFile, choices: Mapping[str, str] | None = None) -> Plan:
    """What `load` would do; writes nothing. `choices`: a department in small letters -> CREATE, IGNORE or an id."""
    here = recorded(db, [one.name for one in told.retros])
    changed = {here[one.name].retro_id for one in told.retros if _is_changed(one, here.get(one.name))}
    touched = worked_on(db, changed)
    retros = []
    for past in told.retros:
        row = here.get(past.name)
        state = ImportState.NEW if row is None else ImportState.UNCHANGED
        if row is not None and row.retro_id in changed:
            state = ImportState.WORKED_ON if row.retro_id in touched else ImportState.CHANGED
        retros.append(PlannedRetro(past, state, row.retro_id if row else None))
    known = {name.casefold() for name in db.exec(select(Project.name))}
    projects = dict.fromkeys(one.past.project for one in retros if one.is_written)
    new = tuple(name for name in projects if name.casefold() not in known)
    return Plan(tuple(retros), _departments(db, told, choices or {}), told.rows, new)


def free_source(db: Session, source: str) -> str:
    """A name like `source` under which nothing was imported yet: "export.csv (2)"."""
    taken = set(db.exec(select(HistoryImport.source)))
    numbers = (f"{source[:SOURCE_MAX]} ({number})" for number in count(2))
    return next(one for one in numbers if one not in taken)


def accepted_choices(db: Session, told: ImportedFile, chosen: Mapping[str, str]) -> dict[str, str]:
    """The choices that mean something: of departments in the file, by their names or ids here, CREATE or IGNORE.

    Raises ValueError with a sentence.
    """
    here = department_names(db)
    by_name = {one.name.casefold(): str(one.id) for one in here.values()}
    in_file = {name.casefold() for one in told.retros for name in one.departments}
    accepted = {}
    for name, choice in chosen.items():
        meant = choice if choice in (CREATE, IGNORE, *map(str, here)) else by_name.get(choice.casefold())
        if meant is None:
            raise ValueError(f"There is no department called “{choice}” here.")
        if name.casefold() not in in_file:
            raise ValueError(f"The file names no department “{name}”.")
        accepted[name.casefold()] = meant
    return accepted


def _is_changed(past: RetroInFile, row: object) -> bool:
    return row is not None and getattr(row, "fingerprint", None) != past.fingerprint


def _departments(db: Session, told: ImportedFile, choices: Mapping[str, str]) -> tuple[DepartmentLine, ...]:
    everyone = department_names(db)
    here = {one.name.casefold(): one for one in everyone.values()}
    meant = {CREATE, IGNORE, *map(str, everyone)}
    written: dict[str, str] = {}
    entries: Counter[str] = Counter()
    for past in told.retros:
        for name in past.departments:
            written.setdefault(name.casefold(), name)
        for note in past.notes:
            entries.update({note.department.casefold(), note.about.casefold()} - {""})
    return tuple(
        DepartmentLine(name, entries[key], here.get(key), choices[key] if choices.get(key) in meant else CREATE)
        for key, name in sorted(written.items())
    )
