"""Destroys keys of retros that a restore took away: nothing that they open is to be read any more."""

from uuid import UUID

from sqlmodel import select

from app.anonymity.service.keys import KeyStore
from app.core.db import Database
from app.retros.models import Retro


def destroy_orphaned_keys(database: Database) -> int:
    """How many there were. Only for a moment when this is certainly the database that the keys belong to: after it
    was put in the place of another one."""
    keys: KeyStore = database.info["keys"]
    with database.reading() as db:
        known = set(db.exec(select(Retro.id)))
    orphaned = {UUID(file.stem) for file in keys.folder.glob("*.key")} - known
    for retro_id in orphaned:
        keys.destroy(retro_id)
    return len(orphaned)
