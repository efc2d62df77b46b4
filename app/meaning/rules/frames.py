"""From where vectors are looked at: an encoder's vectors share a direction that says nothing, which is taken off; pure.

Grouping takes the middle of the texts it groups. What is kept and compared over years needs one middle that stays: a
`Frame`, made from what is there and from plain phrases of the field while little is there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Vectors

PHRASES_COUNT_AS = 50


def unit(rows: NDArray[np.floating]) -> Vectors:
    """Rows (n, d) of length one; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return found


def centred(rows: NDArray[np.floating]) -> Vectors:
    """Unit rows seen from their own middle; of fewer than three rows the middle would say nothing."""
    if len(rows) < 3:
        return unit(rows)
    return unit(rows - rows.mean(axis=0))


@dataclass(frozen=True, slots=True)
class Frame:
    """One middle, kept: the same text has the same vector as long as the frame is the same."""

    middle: Vectors

    def see(self, rows: NDArray[np.floating]) -> Vectors:
        """Unit rows (n, d) seen from the middle."""
        return unit(np.asarray(rows, dtype=np.float32) - self.middle)


def frame_of(rows: NDArray[np.floating], phrases: NDArray[np.floating]) -> Frame:
    """A frame for rows (n, d): their mean, held by the mean of `phrases` (m, d) as if these were 50 rows more."""
    held = np.asarray(phrases, dtype=np.float32).mean(axis=0) * PHRASES_COUNT_AS
    total = np.asarray(rows, dtype=np.float32).sum(axis=0) + held
    return Frame((total / (len(rows) + PHRASES_COUNT_AS)).astype(np.float32))
