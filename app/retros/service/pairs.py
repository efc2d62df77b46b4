"""Who worked together: pairs of departments of a retro that did not are not asked to rate each other.

Settled while the retro is prepared, like the smallest group: once people are seated nothing of it moves any more.
"""

from collections.abc import Collection, Iterable
from itertools import combinations
from uuid import UUID

from sqlmodel import Session, col, delete, or_, select

from app.core.events import emit
from app.people.rules import Visitor
from app.retros.events import RoomPrepared
from app.retros.models import RetroDepartment, RetroPairApart
from app.retros.queries.retros import get_for_change
from app.retros.rules.names import Stage
from app.retros.rules.refusals import AlreadyPrepared, NobodyWorkedTogether, UnknownPair
from app.retros.service.version import raise_version

Pair = frozenset[UUID]


def set_pairs_apart(db: Session, visitor: Visitor, retro_id: UUID, apart: Iterable[Pair]) -> None:
    """Say which pairs did not work together; all others did. Raises AlreadyPrepared, UnknownPair and
    NobodyWorkedTogether."""
    row = get_for_change(db, retro_id, visitor)
    if row.stage != Stage.PREPARE:
        raise AlreadyPrepared
    taking_part = db.exec(select(RetroDepartment.department_id).where(RetroDepartment.retro_id == retro_id))
    every = {frozenset(pair) for pair in combinations(taking_part, 2)}
    chosen = set(apart)
    if not chosen <= every:
        raise UnknownPair
    if chosen == every:
        raise NobodyWorkedTogether
    db.execute(delete(RetroPairApart).where(col(RetroPairApart.retro_id) == retro_id))
    db.add_all(RetroPairApart(retro_id=retro_id, one_id=min(pair), other_id=max(pair)) for pair in chosen)
    db.flush()
    emit(db, RoomPrepared(retro_id, raise_version(db, retro_id)))


def forget_pairs_without(db: Session, retro_id: UUID, department_ids: Collection[UUID]) -> None:
    """After other departments were chosen: drop the pairs of those that do not take part any more."""
    gone = or_(col(RetroPairApart.one_id).not_in(department_ids), col(RetroPairApart.other_id).not_in(department_ids))
    db.execute(delete(RetroPairApart).where(col(RetroPairApart.retro_id) == retro_id, gone))
