"""Gives out seats: one per browser, found again by the secret that only its cookie holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col, update

from app.anonymity.rules import tags
from app.core.errors import NotFound
from app.core.events import emit
from app.core.tables import table_of
from app.retros.events import SeatBecameReady, SeatTaken
from app.retros.models import RetroDepartment, Seat
from app.retros.queries.door import WAITING
from app.retros.queries.retros import by_code, hold
from app.retros.queries.seats import SEAT, as_seat, seat_of
from app.retros.queries.views import HeldRetro, SeatVisitor
from app.retros.rules.crowds import crowd
from app.retros.rules.names import Stage, WayIn
from app.retros.rules.refusals import (
    DoorIsClosed,
    RetroIsClosed,
    RoomIsLocked,
    RoomIsNotOpen,
    TicketIsNeeded,
    UnknownDepartment,
    WrongStage,
)
from app.retros.rules.stages import JOINING
from app.retros.service import attendance
from app.retros.service.door import must_wait, wait_at_door
from app.retros.service.handles import free_handle
from app.retros.service.version import raise_version

_SEAT = table_of(Seat)
_READY = (
    update(_SEAT)
    .where(_SEAT.c.tag == bindparam("seat"), _SEAT.c.ready == bindparam("before"))
    .values(ready=bindparam("now"))
    .returning(_SEAT.c.tag)
)

_HOW_MANY = select(func.count(), func.count().filter(_SEAT.c.ready)).where(
    _SEAT.c.retro_id == bindparam("retro"), _SEAT.c.ejected.is_(False)
)


def join(db: Session, code: str, secret: str, department_id: UUID | None, now: datetime) -> SeatVisitor:
    """The seat of this secret in the retro with this code, a new one if need be, however many were expected. Raises
    DoorIsClosed after the reveal; browsers come in by `arrive`."""
    row = _room(db, code)
    seat = seat_of(db, row.id, secret)
    if seat is not None:
        return seat
    _may_come(row)
    if row.revealed_at is not None:
        raise DoorIsClosed
    return take_seat(db, row, secret, department_id)


def arrive(db: Session, code: str, secret: str, department_id: UUID | None, now: datetime) -> SeatVisitor | None:
    """The seat of this secret, a new one if need be; None: it waits (app/retros/service/door.py)."""
    row = _room(db, code)
    seat = seat_of(db, row.id, secret)
    if seat is not None:
        return seat
    _may_come(row)
    return sit_or_wait(db, row, secret, department_id)


def _room(db: Session, code: str) -> HeldRetro:
    view = by_code(db, code)
    if view is None:
        raise NotFound("There is no retro with this code. Please check the eight characters and try again.")
    return hold(db, view.id, raising=True)


def _may_come(row: HeldRetro) -> None:
    room_must_be_open(row)
    if row.way_in == WayIn.TICKET:
        raise TicketIsNeeded


def tags_of_arrival(secret: str, retro_id: UUID) -> tuple[str, str]:
    """What the row of this secret's seat is found by, or of its wait for one."""
    return tags.tag(secret, SEAT, retro_id), tags.tag(secret, WAITING, retro_id)


def sit_or_wait(db: Session, row: HeldRetro, secret: str, department_id: UUID | None) -> SeatVisitor | None:
    """Until the reveal a seat, unless far more came than expected; else None: the browser waits. Raises DoorIsClosed
    once "one more thing" came."""
    if row.revealed_at is None and not must_wait(db, row):
        return take_seat(db, row, secret, department_id)
    wait_at_door(db, row, secret, department_id)
    # After the reveal nobody is told who waits, and over days nobody is told who came.
    if row.revealed_at is None and not (row.write_asynchronously and row.stage is Stage.WRITE):
        emit(db, SeatTaken(row.id, raise_version(db, row.id)))
    return None


def take_seat(db: Session, row: HeldRetro, secret: str, department_id: UUID | None) -> SeatVisitor:
    """Write a new seat, before the reveal. The caller holds the row (`hold(raising=True)`) and knows that there is
    none yet."""
    department = db.get(RetroDepartment, (row.id, department_id)) if department_id else None
    if department is None:
        raise UnknownDepartment
    seat = Seat(
        tag=tags.tag(secret, SEAT, row.id),
        retro_id=row.id,
        department_id=department_id,
        handle=free_handle(db, row.id),
    )
    db.add(seat)
    db.flush()
    attendance.begin(db, row, secret, department.department_id)
    # Over days an arrival is told to no screen: who came when would tell who it was.
    if not (row.write_asynchronously and row.stage is Stage.WRITE):
        emit(db, SeatTaken(row.id, raise_version(db, row.id)))
    return as_seat(seat, secret)


def change_department(db: Session, seat: SeatVisitor, department_id: UUID) -> None:
    """Sit in another department, as long as nobody has written."""
    row = hold(db, seat.retro_id, raising=True)
    if row.stage != Stage.CHECK_IN:
        raise WrongStage("People are writing already, so the department of a seat can no longer be changed.")
    if db.get(RetroDepartment, (row.id, department_id)) is None:
        raise UnknownDepartment
    db.execute(update(Seat).where(col(Seat.tag) == seat.tag).values(department_id=department_id))
    attendance.sit_elsewhere(db, seat, department_id)


def mark_ready(db: Session, seat: SeatVisitor, ready: bool) -> Stage:
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


def mark_released(db: Session, seat: SeatVisitor) -> None:
    """This seat said yes, again, to revealing what it has sent."""
    db.execute(update(Seat).where(col(Seat.tag) == seat.tag).values(released=True))


def room_must_be_open(row: HeldRetro) -> None:
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
