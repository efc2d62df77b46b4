"""Which retros that are not closed wait for one person: to run them, to help, or to stand in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from app.retros.models import Retro, RetroDecider, RetroFacilitator
from app.retros.rules.names import Stage


@dataclass(frozen=True, slots=True)
class Runs:
    """A retro that is not closed. `may_not`: who decides on pay or tasks there, and so never runs it."""

    id: UUID
    title: str
    project_id: UUID
    stage: Stage
    may_not: frozenset[UUID]


def retros_run_by(db: Session, account_id: UUID) -> list[Runs]:
    """Those that this person leads; the oldest first."""
    rows = _open_where(db, col(Retro.facilitator_id) == account_id)
    ids = [row.id for row in rows]
    deciders = db.exec(select(RetroDecider).where(col(RetroDecider.retro_id).in_(ids))).all()
    return [
        Runs(
            id=row.id,
            title=row.title,
            project_id=row.project_id,
            stage=Stage(row.stage),
            may_not=frozenset(one.account_id for one in deciders if one.retro_id == row.id),
        )
        for row in rows
    ]


def retros_helped_by(db: Session, account_id: UUID) -> list[tuple[UUID, str]]:
    """(id, title) of those where this person is co-facilitator or stands in; the oldest first."""
    helped = select(RetroFacilitator.retro_id).where(col(RetroFacilitator.account_id) == account_id)
    rows = _open_where(db, col(Retro.id).in_(helped) | (col(Retro.stand_in_id) == account_id))
    return [(row.id, row.title) for row in rows if row.facilitator_id != account_id]


def _open_where(db: Session, condition: object) -> list[Retro]:
    found = select(Retro).where(condition, col(Retro.stage) != Stage.CLOSED)  # type: ignore[arg-type]
    return list(db.exec(found.order_by(col(Retro.created_at), col(Retro.id))))
