"""Finds the seat that a request's secret proves, and counts seats; never lists seats to anybody."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam, func
from sqlmodel import Session, col, select

from app.anonymity.rules import tags
from app.anonymity.rules.pooling import EVERYONE, SEVERAL, Room, expected_in_all, surplus
from app.anonymity.service import rows as rows_service
from app.core.errors import NotFound
from app.core.events import is_writing
from app.core.tables import table_of
from app.retros.models import Retro, RetroDepartment, RetroPairApart, Seat, Waiting
from app.retros.queries.retros import by_code, known_by_code
from app.retros.queries.views import RetroView, SeatCounts, SeatVisitor
from app.retros.rules.names import Labels, Stage, WayIn
from app.retros.rules.refusals import SeatWasEjected

SEAT = "seat"
"""Purpose of the tag that a seat is found by."""

# Made once, and columns in place of rows: every request of a seat runs them.
_RETRO, _SEAT = table_of(Retro), table_of(Seat)
_RETRO_AT = sa.select(_RETRO.c.id).where(_RETRO.c.code == bindparam("code"))
_SEAT_AT = sa.select(_SEAT).where(_SEAT.c.tag == bindparam("tag"))


def seat_for(db: Session, code: str, secret: str | None) -> tuple[RetroView, SeatVisitor | None]:
    """The retro with this code and the seat that `secret` (the cookie) proves, if any.

    Raises NotFound for an unknown code and SeatWasEjected: the caller then lets `entries.service.forget_ejected`
    remove that seat's drafts, which only its own secret can find.
    """
    view = by_code(db, code) if is_writing(db) else known_by_code(db, code)
    if view is None:
        raise NotFound("There is no retro with this code. Please check the eight characters and try again.")
    if secret and is_writing(db):
        wait_for_seat(db, view.id, secret)
    return view, seat_of(db, view.id, secret)


def seat_at(db: Session, code: str, secret: str | None) -> SeatVisitor | None:
    """The seat alone, without the picture of its retro: all that most posts need. Raises as `seat_for` does."""
    retro_id = db.execute(_RETRO_AT, {"code": code}).scalar()
    if retro_id is None:
        raise NotFound("There is no retro with this code. Please check the eight characters and try again.")
    if secret and is_writing(db):
        wait_for_seat(db, retro_id, secret)
    return seat_of(db, retro_id, secret)


def wait_for_seat(db: Session, retro_id: UUID, secret: str) -> None:
    """Until the transaction ends, no other write of this seat gets past here.

    A seat that is taken to another device must not write under its old secret any more: nobody would find that again,
    and a vote would count twice.
    """
    rows_service.take_turns(db, tags.tag(secret, SEAT, retro_id))


def seat_of(db: Session, retro_id: UUID, secret: str | None) -> SeatVisitor | None:
    """The seat that `secret` proves. Raises SeatWasEjected."""
    if not secret:
        return None
    row = db.execute(_SEAT_AT, {"tag": tags.tag(secret, SEAT, retro_id)}).first()
    if row is None:
        return None
    if row.ejected:
        raise SeatWasEjected
    return as_seat(row, secret)


def as_seat_of(db: Session, retro_id: UUID, secret: str) -> SeatVisitor:
    """The seat that this secret is known to prove."""
    return as_seat(db.get_one(Seat, tags.tag(secret, SEAT, retro_id)), secret)


def as_seat(row: Seat | Row[Any], secret: str) -> SeatVisitor:
    """The frozen value of a seat's row, for the request that carried the secret."""
    return SeatVisitor(
        retro_id=row.retro_id,
        secret=secret,
        tag=row.tag,
        department_id=row.department_id,
        handle=row.handle,
        ready=row.ready,
        released=row.released,
    )


def counts(db: Session, retro_id: UUID) -> SeatCounts:
    """How many are seated, ready and have released their drafts: totals only."""
    retro = db.exec(select(Retro).where(Retro.id == retro_id)).one()
    numbers = select(
        func.count(),
        func.count().filter(col(Seat.ready)),
        func.count().filter(col(Seat.released)),
    ).where(Seat.retro_id == retro_id, col(Seat.ejected).is_(False))
    seated, ready, released = db.execute(numbers).one()
    room = room_of(db, retro)
    expected = expected_in_all(room.seats, room.expected)
    if retro.write_asynchronously and retro.stage == Stage.WRITE and not retro.awaiting_release:
        return SeatCounts(None, None, released, expected, None, surplus=0, too_few_for_anonymity=False)
    before_reveal = retro.revealed_at is None and retro.stage != Stage.CLOSED
    return SeatCounts(
        seated=seated,
        ready=ready,
        released=released,
        expected=expected,
        people=room.people,
        surplus=room.surplus,
        too_few_for_anonymity=before_reveal and room.people < retro.k,
        waiting=how_many_wait(db, retro_id) if before_reveal else 0,
    )


def how_many_wait(db: Session, retro_id: UUID) -> int:
    """People without a seat who asked for one. After the reveal nobody is told; before it, the desk lets them in."""
    return db.exec(select(func.count()).select_from(Waiting).where(Waiting.retro_id == retro_id)).one()


def people_seated(db: Session, retro: Retro) -> int:
    """People in all: seats, but never more than expected, less the seats that are no people."""
    return room_of(db, retro).people


def too_few_at_the_deadline(db: Session, retro: RetroView, now: datetime) -> bool:
    """Whether the days of writing are over, or were to be ended, and fewer than k people are seated: for who runs it,
    who is offered a longer deadline. Not before: while people write nothing is counted at all."""
    if retro.stage is not Stage.WRITE or not retro.write_asynchronously or retro.awaiting_release:
        return False
    is_over = retro.writing_until is not None and retro.writing_until <= now
    if not (is_over or retro.offered_longer):
        return False
    return room_of(db, db.get_one(Retro, retro.id)).people < retro.k


def room_of(db: Session, retro: Retro) -> Room:
    """Who sits here, as the decision at the reveal weighs them. Never shown to anybody."""
    seats, expected = seats_by_department(db, retro.id), people_expected(db, retro.id)
    apart = db.exec(select(RetroPairApart).where(RetroPairApart.retro_id == retro.id))
    return Room(
        seats=seats,
        expected=expected,
        surplus=_surplus(retro, sum(seats.values()), expected_in_all(seats, expected)),
        apart=frozenset(frozenset((pair.one_id, pair.other_id)) for pair in apart),
    )


def counts_hands(retro: Retro) -> bool:
    """Whether a show of hands is asked for: in a meeting that people enter by its code."""
    return retro.way_in == WayIn.CODE and not retro.write_asynchronously


def _surplus(retro: Retro, seats: int, expected: int | None) -> int:
    """Seats that are no people. A ticket opens one seat, so there are none; over days nobody raises a hand."""
    if retro.way_in == WayIn.TICKET:
        return 0
    return surplus(seats, retro.hands if counts_hands(retro) else None, expected)


def seats_by_department(db: Session, retro_id: UUID) -> dict[UUID, int]:
    """Seats of each department, for the decision at the reveal. Never shown to anybody."""
    statement = (
        select(Seat.department_id, func.count())
        .where(Seat.retro_id == retro_id, col(Seat.ejected).is_(False))
        .group_by(col(Seat.department_id))
    )
    return {department_id: seats for department_id, seats in db.exec(statement) if department_id is not None}


def people_of_groups(db: Session, retro: Retro) -> dict[str, int]:
    """People of each group as the reveal weighed them; seats that came since, or that are no people, do not count."""
    statement = select(RetroDepartment.department_id, RetroDepartment.seats)
    labelled = statement.where(RetroDepartment.retro_id == retro.id, col(RetroDepartment.seats).is_not(None))
    people = {str(department_id): number or 0 for department_id, number in db.exec(labelled)}
    unnamed = {Labels.POOLED: SEVERAL, Labels.DROPPED: EVERYONE}.get(Labels(retro.labels))
    # Fewer than k are not stored: so few that nothing of them is told exactly.
    return {**people, unnamed: retro.pooled_seats or 0} if unnamed else people


def people_now(db: Session, retro: Retro) -> int | None:
    """People in all: as they sit before the reveal, as it weighed them after it; None where that was not kept."""
    if retro.revealed_at is None:
        return people_seated(db, retro)
    groups = people_of_groups(db, retro)
    return sum(groups.values()) if groups else None


def somebody_has_no_label(db: Session, retro_id: UUID) -> bool:
    """Whether, after the reveal, a seat carries no department's name; asked of the seats, whoever wrote or voted."""
    nameless = select(Seat.tag).where(Seat.retro_id == retro_id, col(Seat.department_id).is_(None))
    return db.exec(nameless.limit(1)).first() is not None


def people_expected(db: Session, retro_id: UUID) -> dict[UUID, int | None]:
    """Department -> people expected or invited, None where nobody said."""
    statement = select(RetroDepartment.department_id, RetroDepartment.expected)
    rows = db.exec(statement.where(RetroDepartment.retro_id == retro_id))
    return dict(rows.all())
