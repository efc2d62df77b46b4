"""Voting: one tap, one answer. Nobody else's screen moves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from app.board.queries.mine import own_line
from app.board.routes.kit import done, seat_here
from app.core.errors import Invalid, NotFound
from app.core.ids import read_code
from app.retros.queries.views import SeatVisitor
from app.votes.rules.ballot import Stance
from app.votes.service import casting
from app.web.fields import Word
from app.web.requests import AtSeat, SeatPostRequest

router = APIRouter(prefix="/r/{code}")


@router.post("/stances")
def cast_stance(
    at: AtSeat,
    topic: Annotated[Word, Form()] = "",
    stance: Annotated[Word, Form()] = "",
) -> Response:
    """Agree, disagree or pass on a topic; a second tap on another changes it."""
    if stance not in set(Stance):
        raise Invalid("Please choose agree, disagree or pass.")
    topic_id = _topic(topic)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        casting.cast_stance(db, seat, topic_id, Stance(stance))
    return _line(at, seat, topic_id)


@router.post("/dots")
def place_dot(at: AtSeat, topic: Annotated[Word, Form()] = "", had: Annotated[Word, Form()] = "") -> Response:
    """`had`: how many dots stood beside the button; a press that comes twice counts once."""
    topic_id = _topic(topic)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        casting.place_dot(db, seat, topic_id, _number(had))
    return _line(at, seat, topic_id)


@router.post("/dots/removal")
def take_dot(at: AtSeat, topic: Annotated[Word, Form()] = "", had: Annotated[Word, Form()] = "") -> Response:
    topic_id = _topic(topic)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        casting.take_dot(db, seat, topic_id, _number(had))
    return _line(at, seat, topic_id)


def _line(at: SeatPostRequest, seat: SeatVisitor, topic_id: UUID) -> Response:
    """The line that was tapped and how many dots are left: confirmed, from the database."""
    with at.database.reading() as db:
        topic, ballot = own_line(db, seat, topic_id)
    if topic is None:
        raise NotFound("This topic is not put to the vote.")
    code = read_code(at.code)
    return done(
        at.request, f"/r/{code}", "fragments/board/vote.html", retro={"code": code}, topic=topic, ballot=ballot
    )


def _number(text: str) -> int | None:
    return int(text) if text in {"0", "1", "2"} else None


def _topic(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This topic is not put to the vote.") from None
