"""Reads what is about to be revealed, so that the reveal itself holds the database for a moment only.

The encoder remembers vectors under hashes of texts. No text is kept, stored or logged, and texts are read in the
order of their letters: nothing here says whose they are or in which order they came.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from app.core.db import Database
from app.entries.queries import opened_drafts
from app.meaning.service.encoders import ChosenEncoder
from app.retros.models import Retro
from app.retros.rules.names import LateRound
from app.topics.service.proposers import proposer_of
from app.topics.service.proposing import PRAISE


def get_ready(database: Database) -> None:
    """Have the encoder loaded, a second's work, while people write."""
    encoder = database.info.get("encoder")
    if isinstance(encoder, ChosenEncoder):
        encoder.load_meanwhile()


def read_ahead(database: Database, retro_id: UUID) -> None:
    """Propose topics for what was sent, and forget the proposal: what the encoder read it now remembers."""
    encoder = database.info.get("encoder")
    if isinstance(encoder, ChosenEncoder):
        encoder.load()
    with database.reading() as db:
        sides = _texts(db, retro_id)
        proposer = proposer_of(db)
    among = [text for side in sides for text in side]
    groups = [[side[place] for place in group] for side in sides for group in proposer.propose(side)]
    proposer.labels(groups, among)


def _texts(db: Session, retro_id: UUID) -> list[list[str]]:
    """Friction and praise that the reveal, or the end of the round after it, would show, each sorted; nothing when
    it has been."""
    row = db.exec(select(Retro).where(Retro.id == retro_id)).first()
    runs_late = row is not None and row.late_round == LateRound.RUNNING
    if row is None or (row.revealed_at is not None and not runs_late):
        return []
    wanted = [contents for contents in opened_drafts(db, retro_id) if contents["sent"]]
    if row.awaiting_release and not runs_late:
        wanted = [contents for contents in wanted if contents["released"]]
    return [_sorted(wanted, praise=False), _sorted(wanted, praise=True)]


def _sorted(contents: Iterable[dict[str, Any]], praise: bool) -> list[str]:
    return sorted(one["text"] for one in contents if (one["kind"] in PRAISE) is praise)
