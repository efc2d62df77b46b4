"""Enters a stage: everything that one press does, in two transactions with what takes long between them."""

from datetime import datetime
from random import Random
from uuid import UUID

from app.core.db import Database
from app.people.rules import Visitor
from app.retros.events import StageAsked
from app.retros.queries.retros import get
from app.retros.rules.names import Stage
from app.retros.rules.presses import Move
from app.retros.service import late_round, safety, stage_moves


def enter(database: Database, visitor: Visitor, retro_id: UUID, move: Move, now: datetime, random: Random) -> bool:
    """Move on, or back, from where the button stood; False: the retro is elsewhere, and nothing moved.

    The safety check ends by itself first, and stays ended when it asks for a choice.
    """
    with database.transaction() as db:
        if move.leaving and not stage_moves.still_stands(db, visitor, retro_id, move.leaving):
            return False
        if move.to in {Stage.WRITE, Stage.GROUP}:
            safety.end_safety_check(db, visitor, retro_id, move.to)
    with database.reading() as db:
        helps = get(db, retro_id, for_=visitor).is_helped_by(visitor)
    if helps:
        database.bus.prepare(database, StageAsked(retro_id, move.to))
    with database.transaction() as db:
        # Asked again: another press may have come first meanwhile.
        if move.leaving and not stage_moves.still_stands(db, visitor, retro_id, move.leaving):
            return False
        if move.skips_late_round:
            late_round.skip_late_round(db, visitor, retro_id, random)
        stage_moves.move_to(db, visitor, retro_id, move.to, now, random, hands=move.hands)
    return True
