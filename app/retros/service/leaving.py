"""Gives the retros of somebody who leaves to somebody else; announced like every change of who runs one."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import Invalid
from app.core.events import emit
from app.people.models import Account
from app.retros.events import FacilitatorChanged
from app.retros.models import Retro, RetroFacilitator
from app.retros.queries.leaving import retros_helped_by
from app.retros.queries.retros import locked
from app.retros.rules.names import Stage
from app.retros.service.facilitators import let_lead, may_run
from app.retros.service.version import raise_version


def pass_on_lead(db: Session, retro_id: UUID, to: Account) -> None:
    """The lead of a retro that is not closed, to somebody who may run retros. What people answered in the safety
    check was for those who ran it then. Raises NotFound, DecidesOnPay, Invalid."""
    row = locked(db, retro_id)
    if row.stage == Stage.CLOSED or row.facilitator_id == to.id:
        return
    may_run(db, retro_id, to.id)
    if to.disabled_at is not None or not to.is_facilitator:
        raise Invalid(f"{to.name} does not run retros. Please choose a facilitator.")
    helped = db.get(RetroFacilitator, (retro_id, to.id)) is not None
    if not helped and str(to.id) not in row.took_over and row.stage != Stage.PREPARE:
        row.took_over = [*row.took_over, str(to.id)]
    row.facilitator_seen_at, row.stirred = None, True
    if row.stand_in_id == to.id:
        row.stand_in_id = None
    let_lead(db, row, to)


def stop_helping(db: Session, account_id: UUID) -> None:
    """Nobody waits for the help of somebody who has left: no co-facilitator, no stand-in any more."""
    for retro_id, _ in retros_helped_by(db, account_id):
        row = locked(db, retro_id)
        helper = db.get(RetroFacilitator, (retro_id, account_id))
        if helper is not None:
            db.delete(helper)
        if row.stand_in_id == account_id:
            row.stand_in_id = None
        emit(db, FacilitatorChanged(retro_id, raise_version(db, retro_id)))


def runs_any(db: Session, account_id: UUID) -> bool:
    """Whether a retro that is not closed is still led by this account."""
    found = select(Retro.id).where(col(Retro.facilitator_id) == account_id, col(Retro.stage) != Stage.CLOSED)
    return db.exec(found.limit(1)).first() is not None
