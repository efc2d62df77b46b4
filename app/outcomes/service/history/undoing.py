"""Undoes an import: everything that came with it goes, unless something else has come to need it since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, func, select

from app.actions.models import Action
from app.core.db import Database
from app.core.errors import Refusal
from app.core.events import emit
from app.departments.models import Department
from app.entries.models import Entry
from app.outcomes.queries.history import department_is_used, import_row, project_is_used, retros_in
from app.people.rules import Visitor
from app.projects.models import Project
from app.retros.events import HistoryUndone
from app.retros.models import Retro
from app.themes.models import Theme, ThemeCorrection, ThemeTopic

AT_ONCE = 25
"""Retros removed in one transaction."""

Progress = Callable[[int], None]


class NothingToUndoThere(Refusal):
    sentence = "This import was undone already."


@dataclass(frozen=True, slots=True)
class Undone:
    """What is gone. `kept_actions`: somebody has worked on them since, so they stay, without their retro."""

    retros: int
    entries: int
    kept_actions: int


def undo(
    database: Database,
    visitor: Visitor | None,
    import_id: UUID,
    now: datetime,
    progress: Progress = lambda done: None,
) -> Undone:
    """Remove what an import brought; broken off, it goes on when called again. `visitor` None: the shell's operator.

    A retro that a later import wrote anew belongs to that one. Raises NotFound, NothingToUndoThere.
    """
    with database.reading() as db:
        if import_row(db, visitor, import_id).undone_at is not None:
            raise NothingToUndoThere
    gone = Undone(0, 0, 0)
    while True:
        with database.transaction() as db:
            some = retros_in(db, import_id, AT_ONCE)
            if not some:
                _undo_the_rest(db, visitor, import_id, now)
                return gone
            part = remove(db, some)
        gone = Undone(gone.retros + part.retros, gone.entries + part.entries, gone.kept_actions + part.kept_actions)
        progress(gone.retros)


def remove(db: Session, retro_ids: list[UUID]) -> Undone:
    """Topics, their places in themes, counts and outcomes go with their retro."""
    entries = db.exec(select(func.count()).where(col(Entry.retro_id).in_(retro_ids))).one()
    themes = set(db.exec(select(ThemeTopic.theme_id).where(col(ThemeTopic.retro_id).in_(retro_ids))).all())
    untouched = col(Action.version) == col(Action.imported_version)
    of_these = col(Action.retro_id).in_(retro_ids)
    db.execute(delete(Action).where(of_these, untouched))
    kept = db.exec(select(func.count()).where(of_these)).one()
    db.execute(delete(Retro).where(col(Retro.id).in_(retro_ids)))
    db.expire_all()
    _remove_empty_themes(db, themes)
    emit(db, HistoryUndone(frozenset(retro_ids)))
    return Undone(len(retro_ids), entries, kept)


def _remove_empty_themes(db: Session, theme_ids: set[UUID]) -> None:
    """Those without a topic about which no person ever decided anything."""
    if not theme_ids:
        return
    filled = set(db.exec(select(ThemeTopic.theme_id).where(col(ThemeTopic.theme_id).in_(theme_ids))).all())
    aliased = set(db.exec(select(Theme.merged_into_id).where(col(Theme.merged_into_id).in_(theme_ids))).all())
    decided = set(_words_in(db.exec(select(ThemeCorrection.what)).all()))
    empty = {one for one in theme_ids - filled - aliased if str(one) not in decided}
    by_machine = col(Theme.named_by_person).is_(False) & col(Theme.closed_on).is_(None)
    by_machine &= col(Theme.merged_into_id).is_(None)
    db.execute(delete(Theme).where(col(Theme.id).in_(empty), by_machine))


def _undo_the_rest(db: Session, visitor: Visitor | None, import_id: UUID, now: datetime) -> None:
    row = import_row(db, visitor, import_id, lock=True)
    for project in row.counts.get("projects", ()):
        if not project_is_used(db, UUID(project)):
            db.execute(delete(Project).where(col(Project.id) == UUID(project)))
    for department in row.counts.get("departments", ()):
        if not department_is_used(db, UUID(department)):
            db.execute(delete(Department).where(col(Department.id) == UUID(department)))
    row.undone_at = now
    db.add(row)


def _words_in(value: Any) -> Iterable[str]:
    """Every text inside nested JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in (*value, *value.values()):
            yield from _words_in(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _words_in(one)
