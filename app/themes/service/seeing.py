"""How this database sees topics: its encoder and its kinds of friction; kept in the process while both stay."""

from __future__ import annotations

from sqlmodel import Session

from app.meaning.queries import kinds
from app.meaning.rules.encoding import Encoder, Vectors
from app.meaning.service import anchoring, encoders
from app.themes.rules.plain import PLAIN
from app.themes.rules.seeing import Sight, name_of_sight

_kept: dict[str, Vectors] = {}
"""The plain sentences by the name of the encoder."""


def sight_of(db: Session) -> Sight:
    """What topics are compared by, from the next run on."""
    encoder = encoders.encoder_of(db)
    return Sight(name_of_sight(encoder.name, kinds(db)), encoder.name, _plain(encoder), anchoring.anchors(db))


def _plain(encoder: Encoder) -> Vectors:
    if encoder.name not in _kept:
        _kept.clear()
        _kept[encoder.name] = encoder.encode(PLAIN)
    return _kept[encoder.name]
