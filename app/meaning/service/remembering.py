"""An encoder that remembers: a text is encoded once in a process. Keeps no text, only a hash of it and its vector."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Encoder, Vectors

MOST = 8_000
AT_ONCE = 64


class Remembering:
    """The last 8,000 texts, in half precision (12 MB with the light encoder).

    What is given out was always rounded to half precision, so that a text has one vector, remembered or stored.
    """

    def __init__(self, encoder: Encoder, most: int = MOST) -> None:
        self._encoder = encoder
        self._most = most
        self._known: OrderedDict[bytes, NDArray[np.float16]] = OrderedDict()
        self._book = threading.Lock()
        # One text at a time: two at once would only share the same cores, and no model here says that it allows it.
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def size(self) -> int:
        return self._encoder.size

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 (n, size); see `Encoder`. From any thread."""
        found = np.zeros((len(texts), self.size), dtype=np.float32)
        missing: dict[bytes, list[int]] = {}
        for row, text in enumerate(texts):
            if text.strip():
                key = blake2b(text.encode(errors="replace"), digest_size=16).digest()
                vector = self._recall(key)
                if vector is None:
                    missing.setdefault(key, []).append(row)
                else:
                    found[row] = vector
        keys = list(missing)
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            with self._turn:
                new = self._encoder.encode([_readable(texts[missing[key][0]]) for key in some]).astype(np.float16)
            for key, vector in zip(some, new, strict=True):
                found[missing[key]] = vector
                self._remember(key, vector)
        return found

    def forget(self) -> None:
        """Remember nothing: words were erased, and what they meant goes with them."""
        with self._book:
            self._known.clear()

    def _recall(self, key: bytes) -> NDArray[np.float16] | None:
        with self._book:
            vector = self._known.get(key)
            if vector is not None:
                self._known.move_to_end(key)
            return vector

    def _remember(self, key: bytes, vector: NDArray[np.float16]) -> None:
        with self._book:
            self._known[key] = vector
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def _readable(text: str) -> str:
    """Half of a character that UTF-8 cannot hold breaks tokenizers: a question mark stands for it."""
    return text.encode(errors="replace").decode()
