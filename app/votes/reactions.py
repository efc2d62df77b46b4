"""What votes do when the retro moves: counted on the way forward, discarded on the way back."""

import numpy as np
from sqlmodel import Session

from app.core.events import Bus
from app.retros.events import StageLeft
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.votes.service import counting


def register(bus: Bus) -> None:
    bus.inside(StageLeft, when_a_stage_ends)


def when_a_stage_ends(db: Session, fact: StageLeft) -> None:
    """Runs while the retro's row is locked and still says `vote`: no vote arrives any more."""
    if fact.stage is Stage.GROUP and fact.to is Stage.DISCUSS:
        counting.rank_unvoted(db, fact.retro_id)
    if fact.stage is not Stage.VOTE:
        return
    if fact.to is Stage.GROUP:
        counting.discard(db, fact.retro_id)
        return
    # Shuffles of a significance test: they guard nobody's secret.
    counting.count(db, db.get_one(Retro, fact.retro_id), np.random.default_rng())
