"""Counts a retro's changes, so that every screen knows whether it is current."""

from uuid import UUID

from sqlmodel import Session, col, update

from app.core.errors import NotFound
from app.retros.models import Retro


def raise_version(db: Session, retro_id: UUID) -> int:
    """One more than before, raised in SQL so that no increment is lost. Returns the new version.

    Locks the retro's row until the transaction ends, which puts changes of one retro in order. Whoever took
    `queries.hold` first must have asked for it with `raising=True`, or two of them can block each other.
    """
    statement = update(Retro).where(col(Retro.id) == retro_id).values(version=col(Retro.version) + 1)
    version: int | None = db.execute(statement.returning(col(Retro.version))).scalar_one_or_none()
    if version is None:
        raise NotFound
    return version
