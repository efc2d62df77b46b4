"""Takes a retro over whose facilitator is gone, and gives it back to her at one press. Announced, recorded, logged.

What the safety check came to, and private notes, do not pass on (`Retro.took_over`).
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from app.core import security_log
from app.core.errors import NotFound
from app.core.events import emit
from app.people.models import Account
from app.people.rules import Visitor
from app.retros.events import LeadTakenOver, WaitsForItsLead
from app.retros.models import Retro, RetroFacilitator, RetroTakeover
from app.retros.queries.retros import get_even_if_shut, locked, view_of
from app.retros.queries.takeovers import takeover, waiting_of
from app.retros.rules.absence import OVER_DAYS_AFTER, TakenAs, mail_is_due
from app.retros.rules.names import Stage
from app.retros.rules.refusals import (
    FacilitatorIsHere,
    MayNotTakeOver,
    NobodyTookItOver,
    NotWaitedForYet,
    RetroIsClosed,
    RunsItAlready,
)
from app.retros.service.facilitators import give_lead, may_run
from app.retros.service.version import raise_version


def take_over(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> TakenAs:
    """Take the lead of a retro whose runners are gone; returns as what. Whose lead it was runs it beside, and comes
    back with one press.

    Raises NotFound, DecidesOnPay, RunsItAlready, MayNotTakeOver, FacilitatorIsHere or NotWaitedForYet.
    """
    row = _open(db, visitor, retro_id)
    may_run(db, retro_id, visitor.account_id)
    retro = view_of(db, row)
    if retro.is_helped_by(visitor):
        raise RunsItAlready
    found = takeover(db, retro, visitor, now)
    if found.taken_as is None:
        raise MayNotTakeOver
    if not found.may_now(now):
        raise NotWaitedForYet if waiting_of(db, retro_id).is_over_days(now) else FacilitatorIsHere
    before = db.get_one(Account, row.facilitator_id)
    _record(db, row, visitor, found.taken_as, now)
    # What people answered in the safety check was for those who ran it then: she who comes back may read it again.
    if str(visitor.account_id) not in row.took_over:
        row.took_over = [*row.took_over, str(visitor.account_id)]
    if row.stand_in_id == visitor.account_id:
        row.stand_in_id = None
    row.stirred = True
    role = ", the stand-in," if found.taken_as is TakenAs.STAND_IN else ""
    account = db.get_one(Account, visitor.account_id)
    give_lead(db, row, account, now, f"{account.name}{role} leads this retro until {before.name} is back.")
    emit(db, LeadTakenOver(row.id, raise_version(db, row.id), before.id, account.id, now))
    return found.taken_as


def come_back(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> None:
    """She whose lead was taken over leads again. The stand-in goes on helping, others step back. Raises
    NobodyTookItOver."""
    row = _open(db, visitor, retro_id)
    may_run(db, retro_id, visitor.account_id)
    taken = db.exec(
        select(RetroTakeover)
        .where(RetroTakeover.retro_id == retro_id, col(RetroTakeover.back_at).is_(None))
        .order_by(col(RetroTakeover.number))
    ).all()
    first = next((one.number for one in taken if one.from_id == visitor.account_id), None)
    if first is None:
        raise NobodyTookItOver
    account = db.get_one(Account, visitor.account_id)
    if row.facilitator_id != account.id:
        give_lead(db, row, account, now, f"{account.name} is back and leads this retro again.")
    for one in taken:
        if one.number >= first:
            one.back_at = now
            _step_back(db, row, one)
    row.stirred = True
    security_log.happened("lead_came_back", retro=retro_id, account=account.id)


def remind_lead(db: Session, retro_id: UUID, now: datetime) -> bool:
    """Due work: who runs it is told that it waits and that others may take it over; tells whether it was due."""
    row = locked(db, retro_id)
    if row.stage in {Stage.PREPARE, Stage.CLOSED} or not mail_is_due(waiting_of(db, retro_id), now):
        return False
    row.reminded_at = now
    db.flush()
    emit(db, WaitsForItsLead(retro_id, now + OVER_DAYS_AFTER, now))
    return True


def _open(db: Session, visitor: Visitor, retro_id: UUID) -> Retro:
    row = locked(db, retro_id)
    get_even_if_shut(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    if row.stage == Stage.PREPARE:
        raise NotFound("This retro has not begun, so there is nothing to take over.")
    return row


def _record(db: Session, row: Retro, visitor: Visitor, taken_as: TakenAs, now: datetime) -> None:
    last = db.exec(select(func.max(RetroTakeover.number)).where(RetroTakeover.retro_id == row.id)).one()
    db.add(
        RetroTakeover(
            retro_id=row.id,
            number=(last or 0) + 1,
            from_id=row.facilitator_id,
            by_id=visitor.account_id,
            taken_as=taken_as,
            taken_at=now,
        )
    )
    security_log.happened("lead_taken_over", retro=row.id, account=visitor.account_id, taken_as=taken_as)


def _step_back(db: Session, row: Retro, taken: RetroTakeover) -> None:
    if taken.by_id is None or taken.by_id == row.facilitator_id:
        return
    if taken.taken_as == TakenAs.STAND_IN:
        row.stand_in_id = row.stand_in_id or taken.by_id
        return
    helper = db.get(RetroFacilitator, (row.id, taken.by_id))
    if helper is not None:
        db.delete(helper)
