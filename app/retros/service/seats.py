"""Gives out seats: one per browser, found again by the secret that only its cookie holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, update

from app.anonymity.rules import tags
from app.core.errors import NotFound
from app.core.events import emit
from app.core.tables import table_of
from app.retros.events import SeatBecameReady, SeatTaken
from app.retros.models import RetroDepartment
from app.retros.models import Seat as SeatRow
from app.retros.queries import Held, Seat, by_code, hold
from app.retros.queries.seats import SEAT, as_seat, seat_of
from app.retros.rules import (
    JOINING,
    DoorIsClosed,
    RetroIsClosed,
    RoomIsLocked,
    RoomIsNotOpen,
    Stage,
    TicketIsNeeded,
    UnknownDepartment,
    WayIn,
    WrongStage,
    crowd,
)
from app.retros.service import fewer
from app.retros.service.door import wait_at_door
from app.retros.service.handles import handles_of, new_handle
from app.retros.service.version import raise_version

_SEAT = table_of(SeatRow)
_READY = (
    update(_SEAT)
    .where(_SEAT.c.tag == bindparam("seat"), _SEAT.c.ready == bindparam("before"))
    .values(ready=bindparam("now"))
    .returning(_SEAT.c.tag)
)

_HOW_MANY = select_columns(func.count(), func.count().filter(_SEAT.c.ready)).where(
    _SEAT.c.retro_id == bindparam("retro"), _SEAT.c.ejected.is_(False)
)


def join(db: Session, code: str, secret: str, department_id: UUID | None, now: datetime) -> Seat:
    """The seat of this secret in the retro with this code: a new one, or the one it has already. Raises DoorIsClosed
    after the reveal, where one comes in by `arrive`."""
    seat = arrive(db, code, secret, department_id, now)
    if seat is None:
        raise DoorIsClosed
    return seat


def arrive(db: Session, code: str, secret: str, department_id: UUID | None, now: datetime) -> Seat | None:
    """The seat of this secret, a new one if need be; None: it waits at the door (app/retros/service/door.py)."""
    view = by_code(db, code)
    if view is None:
        raise NotFound("There is no retro with this code. Please check the eight characters and try again.")
    row = hold(db, view.id, raising=True)
    seat = seat_of(db, row.id, secret)
    if seat is not None:
        return seat
    room_must_be_open(row)
    if row.way_in == WayIn.TICKET:
        raise TicketIsNeeded
    return sit_or_wait(db, row, secret, department_id)


def sit_or_wait(db: Session, row: Held, secret: str, department_id: UUID | None) -> Seat | None:
    """Until the reveal a seat; after it None: the browser waits. Raises DoorIsClosed once "one more thing" came."""
    if row.revealed_at is None:
        return take_seat(db, row, secret, department_id)
    wait_at_door(db, row, secret, department_id)
    return None


def take_seat(db: Session, row: Held, secret: str, department_id: UUID | None) -> Seat:
    """Write a new seat, before the reveal. The caller holds the row (`hold(raising=True)`) and knows that there is
    none yet."""
    department = db.get(RetroDepartment, (row.id, department_id)) if department_id else None
    if department is None:
        raise UnknownDepartment
    seat = SeatRow(
        tag=tags.tag(secret, SEAT, row.id),
        retro_id=row.id,
        department_id=department_id,
        handle=new_handle(handles_of(db, row.id)),
    )
    db.add(seat)
    db.flush()
    fewer.begin(db, row, secret, department.department_id)
    # Over days an arrival is told to no screen: who came when would tell who it was.
    if not (row.write_asynchronously and row.stage is Stage.WRITE):
        emit(db, SeatTaken(row.id, raise_version(db, row.id)))
    return as_seat(seat, secret)


def change_department(db: Session, seat: Seat, department_id: UUID) -> None:
    """Sit in another department, as long as nobody has written."""
    row = hold(db, seat.retro_id, raising=True)
    if row.stage != Stage.CHECK_IN:
        raise WrongStage("People are writing already, so the department of a seat can no longer be changed.")
    if db.get(RetroDepartment, (row.id, department_id)) is None:
        raise UnknownDepartment
    db.execute(update(SeatRow).where(col(SeatRow.tag) == seat.tag).values(department_id=department_id))
    fewer.sit_elsewhere(db, seat, department_id)


def mark_ready(db: Session, seat: Seat, ready: bool) -> Stage:
    """Say that this seat is done with the stage, or not yet; returns the stage. Saying it twice changes nothing.

    While people write asynchronously no screen is told: when each one finished could tell who it was. In a small room
    a screen is told only when its words change: a frame for each press would count them.
    """
    row = hold(db, seat.retro_id, raising=True)
    if row.stage not in JOINING:
        raise RetroIsClosed
    changed = db.execute(_READY, {"seat": seat.tag, "now": ready, "before": not ready}).first() is not None
    told = changed and not (row.write_asynchronously and row.stage is Stage.WRITE)
    if told and _words_change(db, row.id, 1 if ready else -1):
        emit(db, SeatBecameReady(row.id, raise_version(db, row.id)))
    return row.stage


def room_must_be_open(row: Held) -> None:
    """Refuses new seats before the check-in, after the close and while the room is locked."""
    if row.stage is Stage.CLOSED:
        raise RetroIsClosed("This retro is closed, so no new seats can be taken.")
    if row.stage not in JOINING:
        raise RoomIsNotOpen
    if row.locked:
        raise RoomIsLocked


def _words_change(db: Session, retro_id: UUID, step: int) -> bool:
    """Whether the room reads something else now that one more (`step` 1), or one fewer (-1), is ready."""
    total, ready = db.execute(_HOW_MANY, {"retro": retro_id}).one()
    return crowd(ready, total) != crowd(ready - step, total)
