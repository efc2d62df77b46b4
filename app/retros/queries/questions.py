"""Results of secret questions, and a seat's own answers; an open question has no result for anybody."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import unseal
from app.anonymity.service.keys import keys_of
from app.retros.models import Answer, AnswerCount
from app.retros.queries.views import Seat
from app.retros.rules import SAFETY, Result, Safety
from app.retros.rules.results import from_stored

ANSWER = "answer"
"""Purpose of the tag that an answer is found by."""


def results(db: Session, retro_id: UUID) -> dict[str, Result | None]:
    """Question -> what may be said of its answers, for questions that are over; None where fewer than k answered."""
    statement = select(AnswerCount).where(AnswerCount.retro_id == retro_id)
    return {row.question: result_in(row) for row in db.exec(statement)}


def result_in(row: AnswerCount) -> Result | None:
    return None if row.counts is None else from_stored(row.counts)


def low_safety(db: Session, retro_id: UUID) -> bool:
    """Whether the safety check is over and asks for a choice. For the facilitator's screen only."""
    found = results(db, retro_id).get(SAFETY)
    return found is not None and found.word == Safety.LOW


def own_answers(db: Session, seat: Seat, questions: Iterable[str]) -> dict[str, str]:
    """What this seat answered to these questions, for its own page."""
    wanted = {tags.tag(seat.secret, ANSWER, seat.retro_id, question): question for question in questions}
    rows = db.exec(select(Answer).where(col(Answer.tag).in_(wanted))).all()
    if not rows:
        return {}
    key = keys_of(db).get(seat.retro_id)
    return {wanted[row.tag]: str(unseal(key, row.tag, row.sealed)["value"]) for row in rows}


def things_answered(db: Session, retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every answer that a seat may have given in this retro."""
    asked = select(Answer.question).where(Answer.retro_id == retro_id).distinct()
    return [(ANSWER, question) for question in db.exec(asked)]
