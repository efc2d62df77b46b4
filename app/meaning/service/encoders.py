"""Which encoder serves this database: loaded once in a process, brought along by `db.info["encoder"]`."""

from __future__ import annotations

from sqlmodel import Session

from app.meaning.rules.encoding import Encoder, HashedWords


def encoder_of(db: Session) -> Encoder:
    """The encoder of this database; without one words alone are compared."""
    found: Encoder = db.info.get("encoder") or HashedWords()
    return found
