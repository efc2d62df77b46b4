"""Lets several processes count the evidence without locks: whoever was overtaken gives up, and nothing is half true.

Each transaction of a counting raises the turn by one, from the turn at which its picture was read. Where it is not
that any more another process wrote in between.
"""

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.evidence.models import EvidenceRun
from app.evidence.queries.changes import LONG_AGO


class Overtaken(Exception):
    """Another process has written findings since the picture was read."""


def turn_of(db: Session) -> int:
    """The turn of the picture that is read here; 0 before the first."""
    return db.scalar(select(col(EvidenceRun.turn))) or 0


def take(db: Session, turn: int) -> int:
    """Hold the findings until this transaction ends; the turn that it makes. Raises Overtaken."""
    raised = update(EvidenceRun).where(col(EvidenceRun.turn) == turn).values(turn=turn + 1)
    if not db.execute(raised).rowcount:  # type: ignore[attr-defined]  # an UPDATE has one
        if turn:
            raise Overtaken
        db.add(EvidenceRun(ran_at=LONG_AGO, turn=1))
        db.flush()
    return turn + 1
