"""`cluster(texts)` as a scoring script calls it: what is proposed at a reveal, with the encoder that is set."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.config import Settings
from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.encoding import HashedWords
from app.meaning.rules.grouping import group
from app.meaning.rules.kinds import anchors_of
from app.meaning.service import encoders


def cluster(texts: Sequence[str]) -> list[int]:
    """A group number for each text, by the encoder of FENCEPOST_ENCODER and the built-in kinds of friction."""
    encoder = encoders.chosen(Settings().encoder)
    anchors = None if encoder.name == HashedWords.name else anchors_of(BUILT_IN, encoder)
    return group(encoder.encode(texts), anchors=anchors)
