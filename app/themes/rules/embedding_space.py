"""How themes see topics: what they say, and beside it which kinds of friction it sounds like; pure.

Encoders hear the subject of a sentence louder than the friction in it. A small share that says only which kinds it is
like (`app.meaning.rules.kinds`, soft anchors) draws together what goes wrong in the same way. Stored vectors stay as
the encoder gives them: the share is worked out when they are compared, so kinds can be edited without encoding anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.meaning.rules.frames import unit
from app.meaning.rules.kinds import KIND_SHARE, Anchors, KindDescription, kind_of
from app.meaning.rules.naming import SURE
from app.themes.rules.assigning import JOIN, Groups, Vectors

JOIN_WITH_KINDS = 0.42
"""Kinds make everything a little more alike, so it takes more to join (measured on 260 entries sorted by hand)."""
RULE = "kinds-2"
ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class EmbeddingSpace:
    """`name`: of the encoder, the kinds and this rule; `encoder`: its name; `plain` (m, width): plain sentences of
    the field as it gives them; `anchors`: None where it knows no kinds."""

    name: str
    encoder: str
    plain: Vectors
    anchors: Anchors | None
    middle: Vectors = field(init=False)
    """(size,): the mean of the plain sentences, as they are seen."""

    def __post_init__(self) -> None:
        middle = self.see(self.plain).mean(axis=0).astype(np.float32)
        object.__setattr__(self, "middle", middle)

    @property
    def size(self) -> int:
        return int(self.plain.shape[1]) + (len(self.anchors.keys) if self.anchors else 0)

    @property
    def join(self) -> float:
        """The cosine from which a topic joins a group."""
        return JOIN_WITH_KINDS if self.anchors else JOIN

    def no_groups(self) -> Groups:
        """Where grouping begins."""
        return Groups(self.middle, self.join)

    def see(self, vectors: Vectors) -> Vectors:
        """(n, size) of vectors (n, width) as the encoder gives them; a row of zeros stays one."""
        if self.anchors is None:
            return vectors
        found = np.zeros((len(vectors), self.size), dtype=np.float32)
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            rows = vectors[start : start + ROWS_AT_ONCE]
            found[start : start + ROWS_AT_ONCE] = _with_kinds(rows, self.anchors)
        return found

    def kind(self, vectors: Vectors) -> str:
        """The key of the kind that the middle of vectors (n, width) is surely like, else ''."""
        if self.anchors is None or not len(vectors):
            return ""
        found = kind_of(unit(vectors - self.anchors.middle).mean(axis=0), self.anchors)
        return found.key if found.certainty >= SURE else ""


def name_of_space(encoder: str, kinds: Sequence[KindDescription]) -> str:
    """Another name as soon as the encoder, a phrase of a kind, or this rule is another."""
    said = "\x1f".join([RULE, encoder, *(text for kind in kinds for text in (kind.key, *kind.phrases))])
    return f"{RULE}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _with_kinds(rows: Vectors, anchors: Anchors) -> Vectors:
    seen = unit(rows - anchors.middle)
    share = unit(anchors.profiles(seen)) * np.float32(KIND_SHARE**0.5)
    joined = np.hstack([seen * np.float32((1 - KIND_SHARE) ** 0.5), share])
    says = np.abs(rows).sum(axis=1, keepdims=True) > 0
    found: Vectors = np.where(says, joined, 0).astype(np.float32)
    return found
