"""Asks secret questions and counts their answers once they are over; an answer is never drawn when it arrives."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import VOTE_SIZE, seal, unseal
from app.anonymity.service import keys
from app.anonymity.service import rows as rows_service
from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import QuestionAsked, QuestionEnded
from app.retros.models import Answer, AnswerCount, Retro
from app.retros.queries.questions import ANSWER, result_in
from app.retros.queries.retros import get_for_change, hold, view_of
from app.retros.queries.seats import people_now
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.questions import (
    ROTI,
    SAFETY,
    check_answer,
    more_time_question,
    question_is_open,
    safety_is_open,
)
from app.retros.rules.refusals import QuestionIsOver, SafetyIsLow, WrongStage
from app.retros.rules.results import Result, Safety, result_of, to_stored
from app.retros.service.version import raise_version


def answer(db: Session, seat: SeatVisitor, question: str, value: str) -> None:
    """Give, or change, this seat's answer while the question is open. Raises QuestionIsOver."""
    row = hold(db, seat.retro_id)
    is_open = question_is_open(
        question, row.stage, row.spotlight_topic_id, row.more_time_round, safety_now=row.asks_safety
    )
    if not is_open or question_is_over(db, row.id, question):
        raise QuestionIsOver
    tag = tags.tag(seat.secret, ANSWER, row.id, question)
    sealed = seal(keys.keys_of(db).get(row.id), tag, {"value": check_answer(question, value)}, VOTE_SIZE)
    rows_service.put(db, Answer, {"tag": tag, "retro_id": row.id, "question": question, "sealed": sealed})


def ask_more_time(db: Session, visitor: Visitor, retro_id: UUID, after: int | None = None) -> str | None:
    """Ask every seat, in secret, whether the topic in the spotlight needs three more minutes.

    `after`: how often this was asked when the button was drawn; None comes back where it was asked since, so that a
    second press does not end what the first one asked.
    """
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.DISCUSS or row.spotlight_topic_id is None:
        raise WrongStage("Please put a topic in the spotlight first.")
    if after is not None and after != row.more_time_round:
        return None
    end_more_time(db, row)
    row.more_time_round += 1
    question = more_time_question(row.spotlight_topic_id, row.more_time_round)
    emit(db, QuestionAsked(retro_id, raise_version(db, retro_id), question))
    return question


def end_question(db: Session, visitor: Visitor, retro_id: UUID, question: str) -> Result | None:
    """End a question that is open now. Returns what may be said of it; None when fewer than k answered. Ending it
    twice is no error."""
    row = get_for_change(db, retro_id, visitor)
    stage, now = Stage(row.stage), _safety_now(row)
    if not question_is_open(question, stage, row.spotlight_topic_id, row.more_time_round, safety_now=now):
        raise QuestionIsOver("This question is not open just now.")
    return _end(db, row, question)


def end_more_time_now(db: Session, visitor: Visitor, retro_id: UUID, asked: int | None = None) -> bool:
    """End the question about the topic in the spotlight; tells whether it was still open. `asked`: which time of
    asking the button was drawn for, so that a second press ends no later one. Raises QuestionIsOver."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.DISCUSS or row.spotlight_topic_id is None or not row.more_time_round:
        raise QuestionIsOver("Nobody was asked for more time, so there is nothing to end.")
    question = more_time_question(row.spotlight_topic_id, row.more_time_round)
    if asked not in {None, row.more_time_round} or question_is_over(db, row.id, question):
        return False
    _end(db, row, question)
    return True


def question_is_over(db: Session, retro_id: UUID, question: str) -> bool:
    """Whether a question has been ended and counted."""
    return db.get(AnswerCount, (retro_id, question)) is not None


def begin_meeting(db: Session, visitor: Visitor, retro_id: UUID) -> bool:
    """After days of writing people come together: the safety check is asked now. Tells whether it was this press
    that asked it: doing it twice changes nothing."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.WRITE or not safety_is_due(db, row):
        raise WrongStage("The meeting has begun already.")
    if row.safety_asked:
        return False
    row.safety_asked = True
    emit(db, QuestionAsked(retro_id, raise_version(db, retro_id), SAFETY))
    return True


def safety_is_due(db: Session, row: Retro) -> bool:
    """Whether people wrote over days and the safety check has no result yet."""
    return row.write_asynchronously and not question_is_over(db, row.id, SAFETY)


def safety_must_be_settled(db: Session, row: Retro) -> None:
    """Raises SafetyIsLow when the safety check, over or still open, asks for a choice that was not made.

    Where one of those who run it took over, they are asked to choose whatever it came to: else being asked would tell
    somebody who may not read it.
    """
    if row.low_safety_choice is not None:
        return
    over = db.get(AnswerCount, (row.id, SAFETY))
    result = result_in(over) if over else _result(db, row, SAFETY)
    if result is not None and (result.word == Safety.LOW or view_of(db, row).asks_to_choose):
        raise SafetyIsLow


def end_questions_of(db: Session, row: Retro, stage: Stage) -> None:
    """Count the questions of a stage that is being left."""
    if stage is Stage.CHECK_IN and (not row.write_asynchronously or _was_answered(db, row, SAFETY)):
        _end(db, row, SAFETY)
    if stage is Stage.WRITE and row.safety_asked:
        _end(db, row, SAFETY)
    if stage is Stage.WRAP_UP:
        _end(db, row, ROTI)
    if stage is Stage.DISCUSS:
        end_more_time(db, row)


def end_more_time(db: Session, row: Retro) -> None:
    """Count the question about a topic that leaves the spotlight."""
    if row.spotlight_topic_id and row.more_time_round:
        _end(db, row, more_time_question(row.spotlight_topic_id, row.more_time_round))


def _end(db: Session, row: Retro, question: str) -> Result | None:
    over = db.get(AnswerCount, (row.id, question))
    if over is not None:
        return result_in(over)
    result = _result(db, row, question)
    db.add(AnswerCount(retro_id=row.id, question=question, counts=None if result is None else to_stored(result)))
    db.execute(delete(Answer).where(col(Answer.retro_id) == row.id, col(Answer.question) == question))
    emit(db, QuestionEnded(row.id, raise_version(db, row.id), question))
    return result


def _result(db: Session, row: Retro, question: str) -> Result | None:
    rows = db.exec(select(Answer).where(Answer.retro_id == row.id, Answer.question == question)).all()
    if not rows:
        return None
    key = keys.keys_of(db).get(row.id)
    result = result_of(
        question, (str(unseal(key, a.tag, a.sealed)["value"]) for a in rows), row.k, people_now(db, row)
    )
    in_words = question == SAFETY and row.pay_is_decided_here
    return replace(result, counts=None) if result is not None and in_words else result


def _was_answered(db: Session, row: Retro, question: str) -> bool:
    wanted = select(Answer.tag).where(Answer.retro_id == row.id, Answer.question == question)
    return db.exec(wanted.limit(1)).first() is not None


def _safety_now(row: Retro) -> bool:
    return safety_is_open(Stage(row.stage), row.write_asynchronously, row.safety_asked)
