"""What a seat does besides writing and voting: sit down, be ready, answer secret questions, take things back."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.board.queries.mine import own_part
from app.board.routes.cookies import with_seat_cookies
from app.board.routes.kit import code_guess, done, seat_here, seated
from app.core.errors import Invalid
from app.core.ids import read_code
from app.entries.rules.names import Dimension
from app.entries.rules.refusals import EntryIsNotYours
from app.entries.service import signing, withdrawing, writing
from app.pulse import service as pulse
from app.retros.queries.door import secret_to_come
from app.retros.queries.seats import seat_for
from app.retros.queries.views import RetroView, SeatVisitor
from app.retros.rules.attendance import from_one_address
from app.retros.rules.names import Stage
from app.retros.rules.refusals import UnknownDepartment
from app.retros.service import attendance as attendance_service
from app.retros.service import questions, seats
from app.web.bursts import bursts_of
from app.web.deps import FormerSecrets, TheDatabase
from app.web.fields import Prose, Word
from app.web.limits import TooMany, address_of, limits_of
from app.web.requests import AtRoom, AtSeat, SeatRequest

router = APIRouter(prefix="/r/{code}")

TURNS = 4
"""A thousand people sit down within a minute: nobody of them is told that it is busy just now."""
TAKEN_WITHIN = "10 minutes"
"""An address may fill the room once in that time."""


@router.post("/seat")
def take_seat(
    at: AtRoom,
    department: Annotated[Word, Form()] = "",
) -> Response:
    """Join, or after the reveal wait to be let in; with a seat already, sit in another department (until people
    write)."""
    chosen, code = _identifier(department), read_code(at.code)
    answer = RedirectResponse(f"/r/{code}", 303)
    with code_guess(at.request), at.database.transaction(turns=TURNS) as db:
        retro, seat = seat_for(db, code, at.secret)
        if seat is not None:
            _sit_elsewhere(db, seat, chosen)
            return answer
        new = _arrive(db, at, retro, code, chosen)
    if new != at.secret:
        bursts_of(at.request).note(str(retro.id), address_of(at.request), seats.tags_of_arrival(new, retro.id))
    return with_seat_cookies(at.request, answer, code, new)


def _sit_elsewhere(db: Session, seat: SeatVisitor, chosen: UUID | None) -> None:
    if chosen is None:
        raise UnknownDepartment
    seats.change_department(db, seat, chosen)


def _arrive(db: Session, at: SeatRequest, retro: RetroView, code: str, chosen: UUID | None) -> str:
    """Sit down or wait; returns the secret of the seat to come. Raises SeatsFromHere."""
    new = secret_to_come(db, code, at.secret)
    if new != at.secret:
        _spend_a_seat(at.request, retro)
    seats.arrive(db, code, new, chosen, at.now)
    return new


class SeatsFromHere(TooMany):
    sentence = (
        "From your network as many seats were taken as this room has. Please tell whoever runs this retro: "
        "seats that nobody uses can be removed."
    )


def _spend_a_seat(request: Request, retro: RetroView) -> None:
    """One address may fill the room once, so that nobody fills it again and again. Raises SeatsFromHere."""
    most = from_one_address(retro.expected)
    try:
        limits_of(request).spend(
            f"{most} per {TAKEN_WITHIN}", "seats from an address", retro.code, address_of(request)
        )
    except TooMany as many:
        raise SeatsFromHere from many


@router.post("/ready")
def become_ready(at: AtSeat, ready: Annotated[Word, Form()] = "yes") -> Response:
    with at.database.transaction() as db:
        stage = seats.mark_ready(db, seat_here(db, at.code, at.secret), ready == "yes")
    here = Here(read_code(at.code), stage)
    return done(at.request, f"/r/{here.code}", "fragments/board/ready.html", retro=here, is_ready=ready == "yes")


@dataclass(frozen=True, slots=True)
class Here:
    """As much of a retro as the answer to "I am ready" shows: three hundred may come in one second."""

    code: str
    stage: Stage


@router.post("/answers")
def answer(
    at: AtSeat,
    question: Annotated[Word, Form()] = "",
    value: Annotated[Word, Form()] = "",
) -> Response:
    """Answer a secret question, or change the answer."""
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        questions.answer(db, seat, question[:60], value[:10])
    return _mine_again(at.request, at.database, at.code, at.secret)


@router.post("/fewer")
def say_fewer(at: AtSeat, fewer: Annotated[Word, Form()] = "yes") -> Response:
    """Say that one's department is fewer people than it looks, or take that back."""
    with at.database.transaction() as db:
        attendance_service.say_fewer(db, seat_here(db, at.code, at.secret), fewer == "yes")
    return _mine_again(at.request, at.database, at.code, at.secret)


@router.post("/ratings")
def rate(
    at: AtSeat,
    provider: Annotated[Word, Form()] = "",
    dimension: Annotated[Word, Form()] = "",
    rating: Annotated[Word, Form()] = "",
) -> Response:
    """Rate a department that served us, one dimension at a time; an empty rating takes it back."""
    figure = int(rating) if rating in {"1", "2", "3", "4", "5"} else None
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        chosen = _identifier(provider)
        if chosen is None:
            raise UnknownDepartment
        pulse.rate(db, seat, chosen, _dimension(dimension), figure)
    return done(at.request, f"/r/{read_code(at.code)}")


@router.post("/releases")
def release(at: AtSeat) -> Response:
    """Fewer than k are seated: this seat shows its entries all the same."""
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        writing.release_drafts(db, seat)
    return _mine_again(at.request, at.database, at.code, at.secret)


@router.post("/thanks")
def give_thanks(
    at: AtSeat,
    text: Annotated[Prose, Form()] = "",
    about: Annotated[Word, Form()] = "",
) -> Response:
    """One thanks of this seat, read out with all others at the end."""
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        writing.give_thanks(db, seat, text, _identifier(about))
    return _mine_again(at.request, at.database, at.code, at.secret)


@router.post("/not-ours")
def not_ours(at: AtSeat, entry: Annotated[Word, Form()] = "") -> Response:
    """Say that a signed entry does not speak for its department: the name goes when the stage changes."""
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        chosen = _identifier(entry)
        if chosen is not None:
            signing.say_not_ours(db, seat, chosen)
    return done(at.request, f"/r/{read_code(at.code)}", "fragments/board/not_ours.html")


@router.post("/withdrawals")
def withdraw(
    at: AtSeat,
    former: FormerSecrets,
    entry: Annotated[Word, Form()] = "",
) -> Response:
    """Take an entry back if it is this seat's own. The answer is the same for every entry, or somebody beside the
    phone could find out whose it is by asking."""
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        chosen = _identifier(entry)
        if chosen is not None:
            with suppress(EntryIsNotYours):
                withdrawing.withdraw(db, seat, chosen, former)
    return done(at.request, f"/r/{read_code(at.code)}", "fragments/board/withdrawn.html")


def _mine_again(request: Request, database: TheDatabase, code: str, secret: str) -> Response:
    with database.reading() as db:
        retro, seat = seated(db, code, secret)
        own = own_part(db, retro, seat)
    return done(request, f"/r/{retro.code}", "fragments/board/mine.html", retro=retro, mine=own)


def _dimension(text: str) -> Dimension:
    if text not in set(Dimension):
        raise Invalid("Please choose one of the five dimensions.")
    return Dimension(text)


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
