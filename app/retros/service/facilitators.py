"""Changes who runs a retro: co-facilitators, the stand-in, handing over."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import Session, col, or_, update

from app.core.errors import Invalid
from app.core.events import emit
from app.people.models import Account
from app.people.rules import Visitor
from app.retros.events import FacilitatorChanged
from app.retros.models import Retro, RetroDecider, RetroFacilitator
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.rules.refusals import DecidesOnPay, NotACoFacilitator, RetroIsClosed
from app.retros.service.notices import give_notice
from app.retros.service.version import raise_version

SEEN_EVERY = timedelta(seconds=20)
"""How often it is written down that the facilitator is there."""


def add_co_facilitator(db: Session, visitor: Visitor, retro_id: UUID, account_id: UUID) -> None:
    """Let somebody group, note and capture beside the facilitator. Adding twice changes nothing."""
    row = _open_for_change(db, visitor, retro_id)
    _enabled_account(db, account_id)
    may_run(db, retro_id, account_id)
    if account_id != row.facilitator_id and _help(db, retro_id, account_id):
        emit(db, FacilitatorChanged(retro_id, raise_version(db, retro_id)))


def remove_co_facilitator(db: Session, visitor: Visitor, retro_id: UUID, account_id: UUID) -> None:
    """Take a co-facilitator's rights in this retro back."""
    _open_for_change(db, visitor, retro_id)
    helper = db.get(RetroFacilitator, (retro_id, account_id))
    if helper is not None:
        db.delete(helper)
        emit(db, FacilitatorChanged(retro_id, raise_version(db, retro_id)))


def name_stand_in(db: Session, visitor: Visitor, retro_id: UUID, account_id: UUID | None) -> None:
    """Who may take over when the facilitator is gone for two minutes; None: nobody."""
    row = _open_for_change(db, visitor, retro_id)
    if account_id is not None:
        _enabled_account(db, account_id)
        may_run(db, retro_id, account_id)
    row.stand_in_id = account_id
    emit(db, FacilitatorChanged(retro_id, raise_version(db, retro_id)))


def hand_over(db: Session, visitor: Visitor, retro_id: UUID, account_id: UUID, now: datetime) -> None:
    """Give the lead to a co-facilitator or the stand-in, also in the middle of a retro; one stays co-facilitator."""
    row = _open_for_change(db, visitor, retro_id)
    chosen = account_id == row.stand_in_id or db.get(RetroFacilitator, (retro_id, account_id)) is not None
    if not chosen:
        raise NotACoFacilitator
    may_run(db, retro_id, account_id)
    give_lead(db, row, _enabled_account(db, account_id), now)
    if row.stand_in_id == account_id:
        row.stand_in_id = None


def facilitator_was_here(db: Session, retro_id: UUID, account_id: UUID, now: datetime) -> None:
    """Write down that a page of somebody who runs it is open. Raises no version: nothing that is shown changed."""
    seen = col(Retro.facilitator_seen_at)
    helps = exists().where(col(RetroFacilitator.retro_id) == retro_id, col(RetroFacilitator.account_id) == account_id)
    mine = update(Retro).where(col(Retro.id) == retro_id, or_(col(Retro.facilitator_id) == account_id, helps))
    # What lies in the future was written by a clock that went back since.
    due = or_(seen.is_(None), seen < now - SEEN_EVERY, seen > now)
    db.execute(mine.where(due).values(facilitator_seen_at=now).execution_options(synchronize_session=False))


def may_run(db: Session, retro_id: UUID, account_id: UUID) -> None:
    """Raises DecidesOnPay for somebody who decides on others' pay or tasks in this retro."""
    if db.get(RetroDecider, (retro_id, account_id)) is not None:
        raise DecidesOnPay


def _open_for_change(db: Session, visitor: Visitor, retro_id: UUID) -> Retro:
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    return row


def give_lead(db: Session, row: Retro, account: Account, now: datetime, sentence: str | None = None) -> None:
    """The lead to `account`; who led it helps from now on. `sentence`: what every screen says."""
    _help(db, row.id, row.facilitator_id)
    row.facilitator_seen_at = now
    let_lead(db, row, account, sentence)


def let_lead(db: Session, row: Retro, account: Account, sentence: str | None = None) -> None:
    """`account` leads it, whatever becomes of who did before; every screen says so."""
    helper = db.get(RetroFacilitator, (row.id, account.id))
    if helper is not None:
        db.delete(helper)
    row.facilitator_id = account.id
    give_notice(db, row, sentence or f"{account.name} facilitates this retro from now on.")
    emit(db, FacilitatorChanged(row.id, raise_version(db, row.id)))


def _help(db: Session, retro_id: UUID, account_id: UUID) -> bool:
    if db.get(RetroFacilitator, (retro_id, account_id)) is not None:
        return False
    db.add(RetroFacilitator(retro_id=retro_id, account_id=account_id))
    db.flush()
    return True


def _enabled_account(db: Session, account_id: UUID) -> Account:
    account = db.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        raise Invalid("This account cannot sign in. Please choose somebody else.", field="account")
    return account
