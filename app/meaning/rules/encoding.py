"""What an encoder is, and the one that needs no weights: words and runs of letters, hashed; it knows no meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.core.patterns import bounded

Vectors = NDArray[np.float32]

_WORD = bounded(r"\w{1,99}")


class Encoder(Protocol):
    """Turns texts into vectors whose scalar product says how alike they are."""

    @property
    def name(self) -> str:
        """Name and version, kept beside every vector: vectors of two names cannot be compared."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, size), each row of length one (or zero for a text that says nothing)."""


class HashedWords:
    """Words and runs of three letters, each counted in one of `size` places (feature hashing, Weinberger 2009)."""

    name = "words-1"
    size = 512

    def encode(self, texts: Sequence[str]) -> Vectors:
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                pieces = [f" {word} "[at : at + 3] for at in range(len(word))]
                for feature in (word, word, *pieces):
                    number = crc32(feature.encode())
                    found[row, number % self.size] += 1 if number & 0x80000000 else -1
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Vectors = (found / np.where(lengths == 0, 1, lengths)).astype(np.float32)
        return unit
