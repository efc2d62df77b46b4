"""Keeps the room: who may still come in, how many people are expected and counted, which seat has to go."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from app.anonymity.service import shuffle
from app.core.errors import Invalid
from app.core.events import emit
from app.departments.models import Department
from app.people.rules import Visitor
from app.retros.events import RoomLocked, RoomPrepared, SeatTaken
from app.retros.models import Retro, RetroDepartment, Seat, Waiting
from app.retros.queries.retros import get_for_change
from app.retros.queries.seats import counts_hands
from app.retros.rules.names import Stage
from app.retros.rules.preparation import EXPECTED_MOST, check_expected
from app.retros.rules.refusals import ExpectedMayOnlyFall, LabelsAreDecided, RetroIsClosed, UnknownDepartment
from app.retros.service.door import let_everybody_in
from app.retros.service.notices import give_notice
from app.retros.service.version import raise_version

AT_ONCE = 500


def batched(tags: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (tags[start : start + size] for start in range(0, len(tags), size))


def lock(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """No new seats from now on; who has one keeps it."""
    _set_lock(db, visitor, retro_id, locked=True)


def unlock(db: Session, visitor: Visitor, retro_id: UUID) -> None:
    """New seats can be taken again."""
    _set_lock(db, visitor, retro_id, locked=False)


def set_expected(db: Session, visitor: Visitor, retro_id: UUID, by_department: Mapping[UUID, int | None]) -> None:
    """The people expected of each department. Once people could write the numbers may only fall.

    A department weighs min(seats, people) at the reveal, so that private windows cannot lift it over k.
    """
    row = _undecided(db, visitor, retro_id)
    departments = db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == retro_id)).all()
    if not by_department.keys() <= {department.department_id for department in departments}:
        raise UnknownDepartment
    for department in departments:
        if department.department_id in by_department:
            _expect(db, row, department, by_department[department.department_id])
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def set_hands(db: Session, visitor: Visitor, retro_id: UUID, hands: int | None) -> None:
    """How many people have this page open, by show of hands (None: nobody counted, so all who are expected)."""
    row = _undecided(db, visitor, retro_id)
    count_hands(db, row, hands)
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def count_hands(db: Session, row: Retro, hands: int | None, *, as_check_in_ends: bool = False) -> None:
    """Write the number down, and say it on every screen. The caller holds the row for change.

    As check-in ends the first number is no news: it stands beside the people expected until the reveal.
    """
    if not counts_hands(row):
        raise Invalid(
            "Hands are not counted here: people write in their own time, or came with a ticket.", field="hands"
        )
    if hands is not None and not 0 <= hands <= EXPECTED_MOST:
        raise Invalid(f"Please give the number of people, from 0 to {EXPECTED_MOST}.", field="hands")
    if hands == row.hands:
        return
    before = f", before: {row.hands}" if row.hands is not None else ""
    row.hands = hands
    if as_check_in_ends and not before:
        return
    number = "not counted" if hands is None else str(hands)
    give_notice(db, row, f"People who have this page open: {number}{before}.")


def _expect(db: Session, row: Retro, department: RetroDepartment, people: int | None) -> None:
    before = department.expected
    if people == before:
        return
    if people is None:
        raise Invalid("Please say how many people you expect.", field="people")
    check_expected(people, "people")
    if row.writing_began and before is not None and people > before:
        raise ExpectedMayOnlyFall
    department.expected = people
    if row.stage != Stage.PREPARE:
        name = db.get_one(Department, department.department_id).name
        was = f", before: {before}" if before is not None else ""
        give_notice(db, row, f"People expected of {name}: {people}{was}.")


def eject_seat(db: Session, visitor: Visitor, retro_id: UUID, handle: str) -> None:
    """Block the seat that shows these letters. Counted in public; its drafts go with its next request."""
    row = _open_for_change(db, visitor, retro_id)
    wanted = "".join(handle.split()).upper()
    statement = select(Seat).where(Seat.retro_id == retro_id, Seat.handle == wanted)
    seat = db.exec(statement.where(col(Seat.ejected).is_(False))).first()
    if seat is None:
        raise Invalid("No seat shows these letters. They stand at the top of the phone's page.", field="handle")
    seat.ejected = True
    _count_removed(db, row, 1)


def let_in(db: Session, visitor: Visitor, retro_id: UUID, random: Random) -> None:
    """Give everybody a seat who waits because more came than were expected, all together. Until the reveal: after it
    people are let in with "one more thing"."""
    row = _undecided(db, visitor, retro_id)
    let_everybody_in(db, row, random)
    db.flush()
    emit(db, SeatTaken(retro_id, raise_version(db, retro_id)))
    shuffle.reseal(db, retro_id, random)
    shuffle.scrub_on_commit(db)


def remove_burst(db: Session, visitor: Visitor, retro_id: UUID, tags: Sequence[str]) -> None:
    """Block the seats that came at once from one place, and let nobody wait who did. Counted in public."""
    row = _open_for_change(db, visitor, retro_id)
    gone = 0
    for part in batched(tags, AT_ONCE):
        mine = update(Seat).where(col(Seat.retro_id) == retro_id, col(Seat.tag).in_(part))
        removed = db.execute(mine.where(col(Seat.ejected).is_(False)).values(ejected=True).returning(col(Seat.tag)))
        gone += len(removed.all())
        waited = delete(Waiting).where(col(Waiting.retro_id) == retro_id, col(Waiting.tag).in_(part))
        db.execute(waited)
    if gone:
        _count_removed(db, row, gone)
    emit(db, SeatTaken(retro_id, raise_version(db, retro_id)))


def _count_removed(db: Session, row: Retro, number: int) -> None:
    row.seats_ejected += number
    seats = "1 seat has" if row.seats_ejected == 1 else f"{row.seats_ejected} seats have"
    give_notice(db, row, f"{seats} been removed from this retro by those who run it.")


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


def _undecided(db: Session, visitor: Visitor, retro_id: UUID) -> Retro:
    row = _open_for_change(db, visitor, retro_id)
    if row.revealed_at is not None:
        raise LabelsAreDecided
    return row
