"""How open retros lie there: what the rules of ending need to know of them. Knows no seat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from app.core.tables import table_of
from app.retros.models import Retro, RunningHours
from app.retros.rules.ending import LEFT_ALONE_AFTER, Lying, kept_open_until, may_keep_open, next_step
from app.retros.rules.names import Stage

_RETRO = table_of(Retro)
LYING_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _RETRO.c.id,
    _RETRO.c.stage,
    _RETRO.c.revealed_at,
    _RETRO.c.created_at,
    _RETRO.c.stage_started_at,
    _RETRO.c.writing_until,
    _RETRO.c.stirred,
    _RETRO.c.changed_at,
    _RETRO.c.changed_hour,
    _RETRO.c.continues_at,
    _RETRO.c.kept_until,
    _RETRO.c.closes_at,
    _RETRO.c.warned_hour,
    _RETRO.c.warned_times,
)
_OPEN = sa.select(*LYING_COLUMNS).where(
    _RETRO.c.imported.is_(False), _RETRO.c.stage.not_in((Stage.PREPARE, Stage.CLOSED))
)


@dataclass(frozen=True, slots=True)
class EndingView:
    """That a retro would close by itself, for who runs it. `closes_at` None: no warning stands. `keeps_until`: until
    when a press keeps it open; None: it cannot be kept open any longer."""

    closes_at: datetime | None = None
    keeps_until: datetime | None = None


def ending(db: Session, retro_id: UUID, now: datetime) -> EndingView:
    """Whether this retro would close by itself, and whether a press keeps it open."""
    row = db.execute(sa.select(*LYING_COLUMNS).where(_RETRO.c.id == retro_id)).one()
    lying = lying_of(row)
    if not lying.is_warned or row.stage == Stage.CLOSED:
        return EndingView()
    hours = hours_so_far(db)
    keeps = kept_open_until(lying, now, hours) if may_keep_open(lying, now, hours) else None
    # Before the reveal the press itself is the change from which it may lie again.
    return EndingView(lying.closes_at, keeps if lying.is_revealed else now + LEFT_ALONE_AFTER)


def lying_of(row: Any) -> Lying:
    """How a retro lies there, out of its row or its `LYING_COLUMNS`. Retros of an older version have no last change:
    their last stage counts."""
    return Lying(
        is_revealed=row.revealed_at is not None,
        changed_at=row.changed_at or row.stage_started_at or row.created_at,
        changed_hour=row.changed_hour,
        stirred=row.stirred,
        writing_until=row.writing_until,
        continues_at=row.continues_at,
        kept_until=row.kept_until,
        closes_at=row.closes_at,
        warned_hour=row.warned_hour,
        asked=row.warned_times,
    )


def hours_so_far(db: Session) -> int:
    """Running hours of this house."""
    return db.exec(select(RunningHours.hours).where(col(RunningHours.id) == 1)).first() or 0


def to_look_after(db: Session, now: datetime, hours: int) -> list[UUID]:
    """Open retros with which due work has something to do now. What is only prepared holds nothing that could end."""
    return [row.id for row in db.execute(_OPEN) if next_step(lying_of(row), now, hours) is not None]
