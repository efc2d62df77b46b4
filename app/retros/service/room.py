"""Keeps the room: who may still come in, how many people were counted, which seat has to go."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.errors import Invalid
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import RoomLocked, RoomPrepared
from app.retros.models import Retro, RetroDepartment
from app.retros.models import Seat as SeatRow
from app.retros.queries import get_for_change
from app.retros.rules import LabelsAreDecided, RetroIsClosed, Stage, UnknownDepartment
from app.retros.service.notices import give_notice
from app.retros.service.version import raise_version

HEADCOUNT_MOST = 5000


def lock(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """No new seats from now on; who has one keeps it."""
    _set_lock(db, visitor, retro_id, locked=True)


def unlock(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """New seats can be taken again."""
    _set_lock(db, visitor, retro_id, locked=False)


def set_headcount(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    total: int | None,
    by_department: Mapping[UUID, int | None] | None = None,
) -> None:
    """The people whom the facilitator counted, in all and per department (None: not counted).

    A department weighs min(seats, people) at the reveal, so that private windows cannot lift it over k.
    """
    row = _open_for_change(db, visitor, retro_id)
    _check_headcount(total, "headcount")
    row.headcount = total
    counted = dict(by_department or {})
    if counted and row.revealed_at is not None:
        raise LabelsAreDecided
    departments = db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == retro_id)).all()
    if not counted.keys() <= {department.department_id for department in departments}:
        raise UnknownDepartment
    for department in departments:
        if department.department_id in counted:
            _check_headcount(counted[department.department_id], f"headcount_{department.department_id}")
            department.headcount = counted[department.department_id]
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def eject_seat(db: Session, visitor: Visitor, retro_id: UUID, handle: str) -> None:
    """Block the seat that shows these letters. Counted in public; its drafts go with its next request."""
    row = _open_for_change(db, visitor, retro_id)
    wanted = "".join(handle.split()).upper()
    statement = select(SeatRow).where(SeatRow.retro_id == retro_id, SeatRow.handle == wanted)
    seat = db.exec(statement.where(col(SeatRow.ejected).is_(False))).first()
    if seat is None:
        raise Invalid("No seat shows these letters. They stand at the top of the phone's page.", field="handle")
    seat.ejected = True
    row.seats_ejected += 1
    seats = "1 seat has" if row.seats_ejected == 1 else f"{row.seats_ejected} seats have"
    give_notice(db, row, f"{seats} been removed from this retro by the facilitator.")


def _set_lock(db: Session, visitor: Visitor, retro_id: UUID, *, locked: bool) -> None:
    row = _open_for_change(db, visitor, retro_id)
    if row.locked == locked:
        return
    row.locked = locked
    emit(db, RoomLocked(retro_id, raise_version(db, retro_id)))


def _open_for_change(db: Session, visitor: Visitor, retro_id: UUID) -> Retro:
    row = get_for_change(db, retro_id, visitor)
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    return row


def _check_headcount(number: int | None, field: str) -> None:
    if number is not None and not 1 <= number <= HEADCOUNT_MOST:
        raise Invalid(f"Please give the number of people, from 1 to {HEADCOUNT_MOST}.", field=field)
