""" "One more thing", for tests that are about something else: skipped on the way from grouping to the vote."""

from __future__ import annotations

from random import Random
from uuid import UUID

from sqlmodel import Session

from app.people.rules import Visitor
from app.retros.queries import retros
from app.retros.rules.names import Stage
from app.retros.service import late_round


def skip_before(db: Session, visitor: Visitor, retro_id: UUID, to: Stage) -> None:
    """Skip it where it is due and the room goes on; anything else is left to the services."""
    if to in {Stage.VOTE, Stage.DISCUSS} and retros.get(db, retro_id, visitor).late_round_is_due:
        late_round.skip_late_round(db, visitor, retro_id, Random(retro_id.int))
