"""Results of secret questions, and a seat's own answers; an open question has no result for anybody."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import unseal
from app.anonymity.service import keys
from app.people.rules import Visitor
from app.retros.models import Answer, AnswerCount
from app.retros.queries.views import RetroView, SafetyResult, SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.questions import SAFETY
from app.retros.rules.results import SAFETY_FOR_THE_ROOM, SAFETY_WORDS, Result, Safety, from_stored

ANSWER = "answer"
"""Purpose of the tag that an answer is found by."""


def results(db: Session, retro_id: UUID) -> dict[str, Result | None]:
    """Question -> what may be said of its answers, for questions that are over; None where fewer than k answered."""
    statement = select(AnswerCount).where(AnswerCount.retro_id == retro_id)
    return {row.question: result_in(row) for row in db.exec(statement)}


def result_in(row: AnswerCount) -> Result | None:
    return None if row.counts is None else from_stored(row.counts)


def safety_result(db: Session, retro: RetroView, visitor: Visitor) -> SafetyResult | None:
    """What the safety check came to, for somebody who runs the retro, until the reveal; None while there is nothing.

    It stays with those whom people answered it for: who took over from an absent facilitator only reads that there is
    a choice to make, whatever it came to.
    """
    found = results(db, retro.id)
    if SAFETY not in found or retro.stage not in {Stage.CHECK_IN, Stage.WRITE} or not retro.is_helped_by(visitor):
        return None
    result = found[SAFETY]
    chosen = retro.low_safety_choice is not None
    if not retro.reads_safety(visitor):
        must = retro.asks_safety and result is not None and not chosen
        return SafetyResult(None, None, "", withheld=True, must_choose=must, may_show=False)
    if result is None:
        return SafetyResult(None, None, "", withheld=False, must_choose=False, may_show=False)
    word = Safety(result.word)
    return SafetyResult(
        word,
        None if result.counts is None else tuple(result.counts.values()),
        SAFETY_WORDS[word],
        withheld=False,
        must_choose=(word is Safety.LOW or (retro.asks_to_choose and retro.asks_safety)) and not chosen,
        may_show=word in SAFETY_FOR_THE_ROOM and not retro.safety_shown,
    )


def shown_safety(db: Session, retro: RetroView) -> str:
    """What every screen says of the safety check; '' unless who runs the retro chose to show it."""
    return safety_for_the_room(db, retro) if retro.stage in {Stage.CHECK_IN, Stage.WRITE} else ""


def safety_for_the_room(db: Session, retro: RetroView) -> str:
    """The words that the room was shown, also afterwards; '' when it was shown nothing."""
    result = results(db, retro.id).get(SAFETY) if retro.safety_shown else None
    return SAFETY_WORDS[result.word] if result and result.word in SAFETY_FOR_THE_ROOM else ""


def own_answers(db: Session, seat: SeatVisitor, questions: Iterable[str]) -> dict[str, str]:
    """What this seat answered to these questions, for its own page."""
    wanted = {tags.tag(seat.secret, ANSWER, seat.retro_id, question): question for question in questions}
    rows = db.exec(select(Answer).where(col(Answer.tag).in_(wanted))).all()
    if not rows:
        return {}
    key = keys.keys_of(db).get(seat.retro_id)
    return {wanted[row.tag]: str(unseal(key, row.tag, row.sealed)["value"]) for row in rows}


def things_answered(db: Session, retro_id: UUID) -> list[tuple[str, str]]:
    """(purpose, thing) of every answer that a seat may have given in this retro."""
    asked = select(Answer.question).where(Answer.retro_id == retro_id).distinct()
    return [(ANSWER, question) for question in db.exec(asked)]
