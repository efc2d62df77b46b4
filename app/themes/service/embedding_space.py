"""How this database sees topics: its encoder and its kinds of friction; kept in the process while both stay."""

from __future__ import annotations

from sqlmodel import Session

from app.meaning.queries import kinds
from app.meaning.rules.encoding import Encoder, Vectors
from app.meaning.service import anchoring, encoders
from app.themes.rules.embedding_space import EmbeddingSpace, name_of_space
from app.themes.rules.reference_sentences import PLAIN

_kept: dict[str, Vectors] = {}
"""The plain sentences by the name of the encoder."""


def space_of(db: Session) -> EmbeddingSpace:
    """What topics are compared by, from the next run on."""
    encoder = encoders.encoder_of(db)
    return EmbeddingSpace(
        name_of_space(encoder.name, kinds(db)), encoder.name, _plain(encoder), anchoring.anchors(db)
    )


def _plain(encoder: Encoder) -> Vectors:
    if encoder.name not in _kept:
        _kept.clear()
        _kept[encoder.name] = encoder.encode(PLAIN)
    return _kept[encoder.name]
