"""What the job of themes still has to do, for pages that would otherwise show half of it without a word."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.meaning.service import encoders
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.themes.models import RetroTakenIn, TopicVector
from app.themes.queries.history import wants_rerun


@dataclass(frozen=True, slots=True)
class WaitingRetros:
    """`retros`: closed, and not yet in the themes. `is_regrouped`: another encoder serves, or history was taken away;
    `topics`: so many of them are still to be encoded."""

    retros: int
    topics: int
    is_regrouped: bool

    def __bool__(self) -> bool:
        return bool(self.retros or self.is_regrouped)


def waiting(db: Session) -> WaitingRetros:
    """What is left to do now. Never loads an encoder: that is the job's."""
    closed = (
        select(func.count())
        .select_from(Retro)
        .outerjoin(RetroTakenIn, col(RetroTakenIn.retro_id) == col(Retro.id))
        .where(col(Retro.stage) == Stage.CLOSED, col(RetroTakenIn.retro_id).is_(None))
    )
    is_regrouped, encoder = wants_rerun(db), encoders.encoder_of(db)
    topics = 0
    if is_regrouped and getattr(encoder, "is_loaded", True):
        topics = db.exec(select(func.count()).where(col(TopicVector.encoder) != encoder.name)).one()
    return WaitingRetros(db.exec(closed).one(), topics, is_regrouped)
