"""Kinds of friction between people who work on one thing, as plain sentences that texts are compared with; pure.

They lend short texts a direction (soft anchors) and never decide: themes that fit no kind stay possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Encoder, Vectors
from app.meaning.rules.frames import centred, unit

WARMTH = 0.08
"""Divides likenesses before the softmax: smaller lets the nearest kind speak alone."""
KIND_SHARE = 0.3
PHRASES_HEARD = 2


@dataclass(frozen=True, slots=True)
class KindDescription:
    """One kind: `key` never changes, `name` is shown, `phrases` say it in plain sentences."""

    key: str
    name: str
    phrases: tuple[str, ...]


class KindFound(NamedTuple):
    """The nearest kind and how much of the softmax it has: 1 / kinds when nothing speaks, 1 when it alone does."""

    key: str
    certainty: float


@dataclass(frozen=True)
class Anchors:
    """Kinds as an encoder sees them. `phrases` (m, d): unit rows, centred; `owner` (m,): the kind of each; `middle`
    (d,): what the phrases have in common, as the encoder gives it; `usual` (kinds,): their mean profile."""

    keys: tuple[str, ...]
    phrases: Vectors
    owner: NDArray[np.int64]
    middle: Vectors
    usual: Vectors = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "usual", unit(self.profiles(self.phrases)).mean(axis=0))

    def likenesses(self, rows: Vectors) -> Vectors:
        """(n, kinds): the mean of the two phrases of a kind that are most like each row. `rows`: centred, unit."""
        alike = rows @ self.phrases.T
        found = np.empty((len(rows), len(self.keys)), dtype=np.float32)
        for number in range(len(self.keys)):
            own = np.sort(alike[:, self.owner == number], axis=1)
            found[:, number] = own[:, -PHRASES_HEARD:].mean(axis=1)
        return found

    def profiles(self, rows: Vectors) -> Vectors:
        """(n, kinds): softmax of the likenesses; each row sums to one."""
        warm = self.likenesses(rows) / WARMTH
        grown = np.exp(warm - warm.max(axis=1, keepdims=True))
        profile: Vectors = grown / grown.sum(axis=1, keepdims=True)
        return profile


def anchors_of(kinds: Sequence[KindDescription], encoder: Encoder) -> Anchors | None:
    """The kinds as `encoder` sees them; None when there is none with a phrase."""
    heard = [kind for kind in kinds if kind.phrases]
    if not heard:
        return None
    phrases = [phrase for kind in heard for phrase in kind.phrases]
    owner = [number for number, kind in enumerate(heard) for _ in kind.phrases]
    vectors = encoder.encode(phrases)
    keys = tuple(kind.key for kind in heard)
    return Anchors(keys, centred(vectors), np.array(owner), middle=vectors.mean(axis=0))


def with_kinds(rows: Vectors, anchors: Anchors) -> Vectors:
    """Centred unit rows (n, d) with their profile of kinds beside them, (n, d + kinds), centred again: without that
    all texts of another field would share one profile and seem alike."""
    share = np.float32(KIND_SHARE**0.5)
    joined = np.hstack([rows * np.float32((1 - KIND_SHARE) ** 0.5), unit(anchors.profiles(rows)) * share])
    usual = np.concatenate([np.zeros(rows.shape[1], dtype=np.float32), anchors.usual * share])
    return centred(joined, usual)


def kind_of(vector: NDArray[np.floating], anchors: Anchors) -> KindFound:
    """The kind a text, or the middle of a group, is most like. `vector` (d,): centred."""
    profile = anchors.profiles(unit(np.asarray(vector, dtype=np.float32)[None]))[0]
    best = int(profile.argmax())
    return KindFound(anchors.keys[best], float(profile[best]))
