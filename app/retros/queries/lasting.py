"""How long the cookie of a seat may live: asked with each answer that its browser gets."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import Session

from app.anonymity.rules import tags
from app.core.tables import table_of
from app.retros.models import Retro, Seat
from app.retros.queries.door import is_waiting
from app.retros.queries.ending import LYING_COLUMNS, lying_of
from app.retros.queries.seats import SEAT
from app.retros.rules.ending import latest_end
from app.retros.rules.names import Stage

_RETRO, _SEAT = table_of(Retro), table_of(Seat)
_ENDING = select(*LYING_COLUMNS).where(_RETRO.c.code == bindparam("code"))
_SEATED = select(_SEAT.c.ejected).where(_SEAT.c.tag == bindparam("tag"))


@dataclass(frozen=True, slots=True)
class Lasting:
    """`is_over`: the retro is closed, a cookie of its room proves nothing any more. `left`: how long the seat (or
    the wait for one) may last as things stand; None where this secret has none."""

    is_over: bool
    left: timedelta | None = None


def lasting(db: Session, code: str, secret: str | None, now: datetime) -> Lasting | None:
    """What is to become of the cookie that holds `secret` in the room with this code; None: there is no such room."""
    row = db.execute(_ENDING, {"code": code}).first()
    if row is None:
        return None
    if row.stage == Stage.CLOSED:
        return Lasting(is_over=True)
    if not secret or not _is_here(db, row.id, secret):
        return Lasting(is_over=False)
    return Lasting(is_over=False, left=latest_end(lying_of(row), now) - now)


def _is_here(db: Session, retro_id: UUID, secret: str) -> bool:
    """Whether this secret proves a seat that was not removed, or somebody who waits for one."""
    seat = db.execute(_SEATED, {"tag": tags.tag(secret, SEAT, retro_id)}).first()
    return is_waiting(db, retro_id, secret) if seat is None else not seat.ejected
