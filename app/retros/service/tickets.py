"""Issues and redeems tickets: a code and a department, never a person.

Codes are drawn in memory from a shuffled deck and leave this process once, on paper or in a mail; the database keeps
their SHA-256. Redeeming is two transactions (`spend_ticket`, then `join_with_ticket`), so that a spent ticket and a
seat are never written together.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.core.errors import Invalid, NotFound, Refusal
from app.core.ids import new_code, read_code
from app.people.rules import Visitor
from app.retros.models import RetroDepartment, Ticket
from app.retros.queries.door import reading_mark
from app.retros.queries.retros import by_code, get_for_change, hold
from app.retros.queries.seats import seat_of
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import LateRound, Stage, WayIn
from app.retros.rules.refusals import DoorIsClosed, RetroIsClosed, UnknownDepartment
from app.retros.service.notices import give_notice
from app.retros.service.seats import room_must_be_open, sit_or_wait

TICKET_LENGTH = 12
TICKETS_MOST = 500


class TicketIsUnknown(Refusal):
    status = 403
    sentence = (
        "This ticket is not known, or it has been used already. Please check its letters, "
        "or ask the facilitator for another one."
    )
    field = "ticket"


class NoTicketsHere(Refusal):
    sentence = "People enter this retro with the room's code, so it has no tickets."


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket as it leaves for paper or a mail; kept nowhere. `code`: 12 Crockford characters (60 bits)."""

    code: str
    department_id: UUID

    @property
    def shown_code(self) -> str:
        return "-".join(self.code[i : i + 4] for i in range(0, TICKET_LENGTH, 4))


def issue_tickets(
    db: Session,
    visitor: Visitor,
    retro_id: UUID,
    wanted: Mapping[UUID, int],
    random: Random,
    *,
    replacing: bool = False,
) -> list[IssuedTicket]:
    """A shuffled deck with so many tickets per department. `replacing`: nobody more is invited, these are extra
    tickets for lost ones; they are counted where everybody sees it."""
    row = get_for_change(db, retro_id, visitor)
    if row.way_in != WayIn.TICKET:
        raise NoTicketsHere
    if row.stage == Stage.CLOSED:
        raise RetroIsClosed
    number = sum(wanted.values())
    if not 1 <= number <= TICKETS_MOST or min(wanted.values()) < 0:
        raise Invalid(f"Please say how many tickets each department needs, {TICKETS_MOST} in all at most.")
    known = set(db.exec(select(RetroDepartment.department_id).where(RetroDepartment.retro_id == retro_id)))
    if not wanted.keys() <= known:
        raise UnknownDepartment
    deck = [IssuedTicket(new_code(TICKET_LENGTH), d) for d, count in wanted.items() for _ in range(count)]
    random.shuffle(deck)
    db.add_all(Ticket(code_hash=_hash(t.code), retro_id=retro_id, department_id=t.department_id) for t in deck)
    row.tickets_issued += number
    row.tickets_extra += number if replacing else 0
    if row.tickets_extra:
        invited = row.tickets_issued - row.tickets_extra
        give_notice(db, row, f"{row.tickets_issued} tickets have been issued for {invited} invited.")
    return deck


def void_tickets(db: Session, visitor: Visitor, retro_id: UUID, tickets: Iterable[IssuedTicket]) -> None:
    """Tickets that never reached anybody: gone, and no longer counted."""
    row = get_for_change(db, retro_id, visitor)
    hashes = [_hash(ticket.code) for ticket in tickets]
    gone = db.execute(delete(Ticket).where(col(Ticket.code_hash).in_(hashes)).returning(col(Ticket.code_hash))).all()
    row.tickets_issued -= len(gone)


def spend_ticket(db: Session, code: str, here: str | None, typed: str) -> UUID | None:
    """First transaction: use a ticket up and learn its department. None: the secret that this browser has (`here`)
    proves a seat already, nothing was spent.

    Raises NotFound, RoomIsNotOpen, RoomIsLocked, RetroIsClosed, TicketIsUnknown; DoorIsClosed when it is too late for
    a seat, and the ticket is left as it is.
    """
    view = by_code(db, code)
    if view is None:
        raise NotFound
    row = hold(db, view.id)
    if seat_of(db, row.id, here) is not None:
        return None
    room_must_be_open(row)
    if row.late_round != LateRound.NOT_YET:
        raise DoorIsClosed
    mine = delete(Ticket).where(col(Ticket.code_hash) == _hash(read_code(typed)), col(Ticket.retro_id) == row.id)
    department_id: UUID | None = db.execute(mine.returning(col(Ticket.department_id))).scalar_one_or_none()
    if department_id is None:
        raise TicketIsUnknown
    return department_id


def reading_with_ticket(db: Session, code: str, typed: str) -> str:
    """Where it is too late for a seat, a ticket that nobody used opens the room for reading: the mark that a browser
    keeps for it. The ticket stays unspent, and nothing is written. Raises NotFound, TicketIsUnknown, RoomIsLocked."""
    view = by_code(db, code)
    if view is None:
        raise NotFound
    room_must_be_open(hold(db, view.id))
    known = select(Ticket.code_hash).where(
        col(Ticket.code_hash) == _hash(read_code(typed)), col(Ticket.retro_id) == view.id
    )
    if db.exec(known).first() is None:
        raise TicketIsUnknown
    return reading_mark(db, view.id)


def join_with_ticket(db: Session, code: str, secret: str, department_id: UUID, now: datetime) -> SeatVisitor | None:
    """Second transaction: take the seat that a spent ticket stands for; None: wait at the door for it. Raises
    DoorIsClosed when "one more thing" started between the two."""
    view = by_code(db, code)
    if view is None:
        raise NotFound
    row = hold(db, view.id, raising=True)
    return seat_of(db, row.id, secret) or sit_or_wait(db, row, secret, department_id)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
