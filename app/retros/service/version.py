"""Counts a retro's changes, so that every screen knows whether it is current."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, update

from app.core.errors import NotFound
from app.core.tables import table_of
from app.retros.models import Retro

# On the table, not the model: rows that are loaded keep the version they were read with, and nobody asks them.
_RETRO = table_of(Retro)
_RAISED = (
    update(_RETRO)
    .where(_RETRO.c.id == bindparam("of"))
    .values(version=_RETRO.c.version + 1)
    .returning(_RETRO.c.version)
)


def raise_version(db: Session, retro_id: UUID) -> int:
    """One more than before, raised in SQL so that no increment is lost. Returns the new version.

    Locks the retro's row until the transaction ends, which puts changes of one retro in order. Whoever took
    `queries.hold` first must have asked for it with `raising=True`, or two of them can block each other.
    """
    version: int | None = db.execute(_RAISED, {"of": retro_id}).scalar_one_or_none()
    if version is None:
        raise NotFound
    return version
