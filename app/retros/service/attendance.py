"""Keeps "we are fewer than that": any seat may say it of its department, and nobody learns who did, nor of which.

Every seat has such a row from the start, sealed like all answers, its department inside. Each change rewrites all of
them in random order under new nonces, so that two dumps tell that somebody changed something, not who. At the reveal
they are opened, once: the departments named in them are pooled.
"""

from collections.abc import Sequence
from random import SystemRandom
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select

from app.anonymity.rules import tags
from app.anonymity.rules.sealing import VOTE_SIZE, seal, unseal
from app.anonymity.service import keys
from app.anonymity.service.keys import KeyIsGone
from app.retros.models import Answer
from app.retros.queries.questions import ANSWER
from app.retros.queries.retros import hold
from app.retros.queries.views import HeldRetro, SeatVisitor
from app.retros.rules.names import Stage
from app.retros.rules.questions import FEWER, NO, YES
from app.retros.rules.refusals import QuestionIsOver

SAID_IN = frozenset({Stage.CHECK_IN, Stage.WRITE})
_random = SystemRandom()


def begin(db: Session, row: HeldRetro, secret: str, department_id: UUID) -> None:
    """The row of a new seat: it says nothing yet, and looks like all others."""
    if row.revealed_at is None:
        key = keys.keys_of(db).get(row.id)
        db.add(_row(key, row.id, tags.tag(secret, ANSWER, row.id, FEWER), NO, department_id))
        db.flush()


def begin_all(db: Session, retro_id: UUID, coming: Sequence[tuple[str, UUID]]) -> None:
    """The same of seats that are let in together: by the tag of each, and its department."""
    key = keys.keys_of(db).get(retro_id)
    db.add_all(_row(key, retro_id, tag, NO, department_id) for tag, department_id in coming)
    db.flush()


def say_fewer(db: Session, seat: SeatVisitor, fewer: bool) -> None:
    """This seat says that its department is fewer people than expected, or takes that back. Until the reveal."""
    row = hold(db, seat.retro_id, raising=True)
    if row.revealed_at is not None or row.stage not in SAID_IN or seat.department_id is None:
        raise QuestionIsOver
    _rewrite(db, row.id, seat, YES if fewer else NO, seat.department_id)


def sit_elsewhere(db: Session, seat: SeatVisitor, department_id: UUID) -> None:
    """What a seat said was said of the department that it leaves now. The caller holds the row (`raising`)."""
    _rewrite(db, seat.retro_id, seat, NO, department_id)


def open_at_the_reveal(db: Session, retro_id: UUID) -> frozenset[UUID]:
    """Departments that are fewer people than it looks, by their own word; the rows go."""
    rows = _rows(db, retro_id)
    try:
        key = keys.keys_of(db).get(retro_id)
    except KeyIsGone:
        return frozenset()
    said = [unseal(key, row.tag, row.sealed) for row in rows]
    _forget(db, retro_id)
    return frozenset(UUID(one["department"]) for one in said if one["value"] == YES)


def _rewrite(db: Session, retro_id: UUID, seat: SeatVisitor, value: str, department_id: UUID) -> None:
    key, own = keys.keys_of(db).get(retro_id), tags.tag(seat.secret, ANSWER, retro_id, FEWER)
    said: dict[str, Any] = {row.tag: unseal(key, row.tag, row.sealed) for row in _rows(db, retro_id)}
    said[own] = {"value": value, "department": str(department_id)}
    _forget(db, retro_id)
    anew = [_row(key, retro_id, tag, one["value"], UUID(one["department"])) for tag, one in said.items()]
    _random.shuffle(anew)
    db.add_all(anew)
    db.flush()


def _rows(db: Session, retro_id: UUID) -> list[Answer]:
    return list(db.exec(select(Answer).where(Answer.retro_id == retro_id, Answer.question == FEWER)))


def _forget(db: Session, retro_id: UUID) -> None:
    db.flush()
    db.execute(delete(Answer).where(col(Answer.retro_id) == retro_id, col(Answer.question) == FEWER))


def _row(key: bytes, retro_id: UUID, tag: str, value: str, department_id: UUID) -> Answer:
    sealed = seal(key, tag, {"value": value, "department": str(department_id)}, VOTE_SIZE)
    return Answer(tag=tag, retro_id=retro_id, question=FEWER, sealed=sealed)
