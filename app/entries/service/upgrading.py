"""The part of an upgrade that needs keys: seals the owner tags that versions before 0009 kept in clear.

The migration moves them out of the entries into a table that no backup holds; this step, at the next start, seals
them where the retro's key is there. Where it is not, they go, and the board says that withdrawing has ended.
"""

from random import Random, SystemRandom
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from app.anonymity.service import shuffle
from app.anonymity.service.keys import KeyIsGone
from app.core.db import Database
from app.entries.models import OwnerToSeal
from app.entries.service import owners
from app.entries.service.withdrawing import take_away
from app.retros.models import Retro
from app.retros.queries.retros import locked
from app.retros.rules.names import Stage
from app.retros.service import notices

WITHDRAWING_HAS_ENDED = (
    "Fencepost was updated, and the key of this retro was missing. What has been shown so far can no longer be "
    "withdrawn; nothing stored says any more whose it is."
)


def seal_old_owners(database: Database, random: Random | None = None) -> None:
    """At every start, after the migrations; mostly there is nothing to do. Ends with a scrub of the files, and comes
    back at the next start until that has been done."""
    with database.reading() as db:
        waiting = list(db.exec(select(OwnerToSeal.retro_id).distinct()))
    if not waiting:
        return
    for retro_id in waiting:
        with database.transaction() as db:
            _seal_those_of(db, retro_id, random or SystemRandom())
    shuffle.scrub(database, anew=True)
    if shuffle.is_scrubbed(database):
        with database.transaction() as db:
            db.execute(delete(OwnerToSeal).where(col(OwnerToSeal.owner_tag).is_(None)))


def _seal_those_of(db: Session, retro_id: UUID, random: Random) -> None:
    row = locked(db, retro_id)
    statement = select(OwnerToSeal).where(OwnerToSeal.retro_id == retro_id, col(OwnerToSeal.owner_tag).is_not(None))
    clear = {old.entry_id: (str(old.owner_tag), old.withdrawn) for old in db.exec(statement)}
    if not clear:
        return
    asked = frozenset(entry_id for entry_id, (_, withdrawn) in clear.items() if withdrawn)
    try:
        owners.keep_owners(db, retro_id, {entry_id: tag for entry_id, (tag, _) in clear.items()}, random)
        for entry_id in asked:
            owner = owners.owner_of(db, retro_id, entry_id)
            if owner is not None:
                owners.ask_to_withdraw(db, retro_id, entry_id, owner)
    except KeyIsGone:
        _end_withdrawing(db, row, asked)
    mine = update(OwnerToSeal).where(col(OwnerToSeal.retro_id) == retro_id)
    db.execute(mine.values(owner_tag=None, withdrawn=False))
    shuffle.reseal(db, retro_id, random)


def _end_withdrawing(db: Session, row: Retro, asked: frozenset[UUID]) -> None:
    """What had been asked for cannot be kept without telling, so it is done now, all at once."""
    if row.stage == Stage.CLOSED:
        return
    take_away(db, row, asked)
    notices.give_notice(db, row, WITHDRAWING_HAS_ENDED)
