"""Keeps who looks in on a running retro, so that every screen can say it; and shuts looking in, or opens it again."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import LookingInChanged
from app.retros.models import RetroLooker
from app.retros.queries.retros import get, get_for_change, locked
from app.retros.rules.names import Stage
from app.retros.rules.observers import LOOKS_FOR, SEEN_EVERY
from app.retros.rules.refusals import RetroIsClosed
from app.retros.rules.stages import JOINING
from app.retros.service.version import raise_version


def looks_in(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> None:
    """A page of somebody who does not run this retro is open. Screens are told once, not at each sign of life.

    Raises NotFound or LookingIsShut.
    """
    retro = get(db, retro_id, for_=visitor)
    if retro.stage not in JOINING or retro.is_helped_by(visitor):
        return
    seen = _row(db, retro_id, visitor)
    if seen is not None and seen.seen_at > now - SEEN_EVERY:
        return
    # Two tabs open at once, in two processes: the retro's row puts them in order.
    locked(db, retro_id)
    seen = _row(db, retro_id, visitor)
    is_new = seen is None or seen.seen_at <= now - LOOKS_FOR
    if seen is None:
        db.add(RetroLooker(retro_id=retro_id, account_id=visitor.account_id, seen_at=now))
    else:
        seen.seen_at = now
    db.flush()
    if is_new:
        emit(db, LookingInChanged(retro_id, raise_version(db, retro_id)))


def forget_lookers(db: Session, retro_id: UUID, now: datetime) -> None:
    """Take off who was not seen for a minute, and say so to the screens."""
    locked(db, retro_id)
    gone = db.exec(
        select(RetroLooker).where(RetroLooker.retro_id == retro_id, RetroLooker.seen_at <= now - LOOKS_FOR)
    ).all()
    for row in gone:
        db.delete(row)
    if gone:
        db.flush()
        emit(db, LookingInChanged(retro_id, raise_version(db, retro_id)))


def set_looking_in(db: Session, visitor: Visitor, retro_id: UUID, *, shut: bool) -> None:
    """Shut looking in for everybody who does not run this retro, or open it again. Doing it twice changes nothing."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    if row.looking_is_shut == shut:
        return
    row.looking_is_shut = shut
    if shut:
        db.execute(delete(RetroLooker).where(col(RetroLooker.retro_id) == retro_id))
    emit(db, LookingInChanged(retro_id, raise_version(db, retro_id)))


def _row(db: Session, retro_id: UUID, visitor: Visitor) -> RetroLooker | None:
    wanted = select(RetroLooker).where(RetroLooker.retro_id == retro_id, RetroLooker.account_id == visitor.account_id)
    return db.exec(wanted.execution_options(populate_existing=True)).first()
