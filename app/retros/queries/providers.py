"""Which departments what is said may name as the one it is about; decided at the reveal, read ever after."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from app.anonymity.rules.pooling import Pair, pool_may_be_named
from app.retros.models import Retro, RetroDepartment, RetroPairApart
from app.retros.rules.names import Labels


@dataclass(frozen=True, slots=True)
class Providers:
    """`labelled` groups say what they like: they are k or more. What comes out of the pool does not name the `hidden`
    departments: it is about the pool, or where even that would point at few (`pool_is_named` False) about nothing."""

    labelled: frozenset[UUID]
    hidden: frozenset[UUID]
    pool_is_named: bool

    def shown(self, writer: UUID | None, about: UUID | None) -> tuple[UUID | None, bool]:
        """(about, about the pool) as it is stored and shown, of what this group said."""
        if about is None or writer in self.labelled or about not in self.hidden:
            return about, False
        return None, self.pool_is_named


def providers_of(db: Session, row: Retro, *, late: bool = False) -> Providers:
    """What the reveal decided. `late`: for what is added after it by everybody alike, without a department."""
    departments = db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == row.id)).all()
    everybody = frozenset(one.department_id for one in departments)
    labelled = frozenset() if late else frozenset(one.department_id for one in departments if not one.pooled)
    if late or row.labels == Labels.KEPT:
        # Nobody was pooled: who has no label all the same came after the reveal.
        pool, hidden = everybody, everybody if row.late_about_pooled else frozenset()
    else:
        pool, hidden = everybody - labelled, frozenset(one.department_id for one in departments if one.about_pooled)
    # Hidden providers hold the whole pool; of the others without a label nobody was there.
    return Providers(labelled, hidden, pool_may_be_named(pool & hidden, hidden, _apart(db, row.id)))


def _apart(db: Session, retro_id: UUID) -> frozenset[Pair]:
    pairs = db.exec(select(RetroPairApart).where(RetroPairApart.retro_id == retro_id))
    return frozenset(frozenset((pair.one_id, pair.other_id)) for pair in pairs)
