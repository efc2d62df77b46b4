"""Other ways to a seat than the room's code: a ticket, or a code from the device where somebody sits already.

Both stand in the address's fragment, which no server sees, and are redeemed by a post alone: a mail scanner that
opens the link burns nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.routes.cookies import with_seat_cookies
from app.board.routes.kit import code_guess, entrance, no_store, seated
from app.core.errors import Refusal
from app.core.ids import read_code
from app.retros.queries.door import reading_mark, secret_to_come
from app.retros.queries.retros import by_code
from app.retros.rules.refusals import DoorIsClosed
from app.retros.service import seat_move, tickets
from app.retros.service.seat_move import MoveIsUnknown, SeatIsHereAlready
from app.retros.service.tickets import TicketIsUnknown
from app.web.deps import (
    FormerSecrets,
    TheDatabase,
    TheRandom,
    is_secure,
    reading_cookie_name,
)
from app.web.door import door
from app.web.fields import Word
from app.web.limits import address_of, limits_of
from app.web.requests import AtRoom, AtSeat, SeatRequest
from app.web.templating import page

router = APIRouter(prefix="/r/{code}")

WRONG_TICKETS = "60 per minute"
WRONG_IN_A_ROOM = "200 per minute"
MOVES_OFFERED = "6 per 10 minutes"


@router.post("/ticket")
def redeem_ticket(
    at: AtRoom,
    ticket: Annotated[Word, Form()] = "",
) -> Response:
    """Two transactions on purpose: a spent ticket and a seat written together could be joined by the database.
    After the reveal the ticket's browser waits; too late for that, it reads along and the ticket stays as it is."""
    room = read_code(at.code)
    try:
        with code_guess(at.request), _ticket_guess(at.request, room), at.database.transaction() as db:
            department_id = tickets.spend_ticket(db, room, at.secret, ticket[:40])
    except DoorIsClosed:
        return _to_read(at.request, at.database, room, ticket)
    except TicketIsUnknown as unknown:
        return _again(at.request, at.database, room, unknown, ticket)
    return RedirectResponse(f"/r/{room}", 303) if department_id is None else _join(at, room, department_id)


def _join(at: SeatRequest, room: str, department_id: UUID) -> Response:
    """The second transaction: the seat that a spent ticket is for."""
    try:
        with at.database.transaction() as db:
            new = secret_to_come(db, room, at.secret)
            tickets.join_with_ticket(db, room, new, department_id, at.now)
    except DoorIsClosed:
        # "One more thing" started between the two: the ticket is spent, and opens the room for reading.
        with at.database.reading() as db:
            found = by_code(db, room)
            return _with_mark(at.request, room, reading_mark(db, found.id) if found else "")
    return with_seat_cookies(at.request, RedirectResponse(f"/r/{room}", 303), room, new)


@router.post("/moves")
def offer_move(
    at: AtSeat,
    former: FormerSecrets,
) -> HTMLResponse:
    """Answers with the code itself: it is kept nowhere, so there is no page that could show it again."""
    limits_of(at.request).spend(MOVES_OFFERED, "moves of a seat", at.secret)
    with at.database.transaction() as db:
        retro, seat = seated(db, at.code, at.secret)
        move = seat_move.offer_move(db, seat, former, at.now)
    way = door(at.settings)
    picture = way.picture(f"{way.base}/r/{retro.code}#move={move}")
    shown = "-".join(move[i : i + 4] for i in range(0, len(move), 4))
    room = f"{way.base}/r/{retro.code}"
    return no_store(
        page(at.request, "pages/board/offer_move.html", retro=retro, move=shown, picture=picture, room=room)
    )


@router.post("/moves/redemption")
def redeem_move(
    at: AtRoom,
    random: TheRandom,
    move: Annotated[Word, Form()] = "",
) -> Response:
    """The seat comes to this browser under a new secret; where it was, it is gone."""
    room = read_code(at.code)
    try:
        with code_guess(at.request), _ticket_guess(at.request, room), at.database.transaction() as db:
            moved = seat_move.redeem_move(db, room, move[:40], at.secret, at.now, random)
    except (MoveIsUnknown, SeatIsHereAlready) as refusal:
        return _again(at.request, at.database, room, refusal, "")
    # Earlier secrets prove, after the reveal, which entries may be withdrawn. They live in a cookie only.
    return with_seat_cookies(at.request, RedirectResponse(f"/r/{room}", 303), room, moved.seat.secret, moved.former)


@contextmanager
def _ticket_guess(request: Request, room: str) -> Iterator[None]:
    """Who guesses many tickets or codes of a seat is slowed down (raises TooMany): by address before the look-up, by
    room only once one was wrong: with 60 bits nobody guesses right, and others' wrong ones keep no right one out."""
    limits, wrong = limits_of(request), (TicketIsUnknown, MoveIsUnknown)
    try:
        with limits.guess(WRONG_TICKETS, "wrong ticket", address_of(request), wrong=wrong):
            yield
    except wrong:
        limits.spend(WRONG_IN_A_ROOM, "wrong tickets of a room", room)
        raise


def _to_read(request: Request, database: TheDatabase, room: str, ticket: str) -> Response:
    try:
        with _ticket_guess(request, room), database.transaction() as db:
            mark = tickets.reading_with_ticket(db, room, ticket[:40])
    except TicketIsUnknown as unknown:
        return _again(request, database, room, unknown, ticket)
    return _with_mark(request, room, mark)


def _with_mark(request: Request, room: str, mark: str) -> Response:
    """Kept until the browser is closed; it opens this room's page for reading and proves nothing else."""
    response = RedirectResponse(f"/r/{room}", 303)
    name, path = reading_cookie_name(request), f"/r/{room}"
    response.set_cookie(name, mark, path=path, secure=is_secure(request), httponly=True, samesite="lax")
    return response


def _again(request: Request, database: TheDatabase, room: str, refusal: Refusal, ticket: str) -> HTMLResponse:
    """The way in once more, with what was wrong."""
    with database.reading() as db:
        retro = by_code(db, room)
    if retro is None:
        raise refusal
    return entrance(
        request,
        database,
        retro,
        refusal.status,
        error=refusal.sentence,
        wrong=refusal.field,
        ticket=ticket[:40],
    )
