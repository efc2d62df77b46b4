"""From where vectors are looked at: what all vectors of an encoder share says nothing and is taken off; pure.

Grouping takes the middle of the texts it groups, held by phrases of the field while the texts are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Vectors

GROUPED_WITH = 20


def unit(rows: NDArray[np.floating]) -> Vectors:
    """Rows (n, d) of length one; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return found


def centred(rows: NDArray[np.floating], middle: NDArray[np.floating] | None = None) -> Vectors:
    """Unit rows (n, d) seen from their own middle, held by `middle` (d,) as if it were 20 rows more.

    Six texts that all say one thing are their own middle: seen from there they would have nothing in common (measured
    B-cubed on 12 to 100 texts: 0.02 better in the mean). Without `middle` fewer than three rows stay as they are.
    """
    if middle is not None:
        return Frame(held_mean(rows, middle, GROUPED_WITH)).see(rows)
    return unit(rows) if len(rows) < 3 else unit(rows - rows.mean(axis=0))


@dataclass(frozen=True, slots=True)
class Frame:
    """One middle: the same text has the same vector as long as the frame is the same."""

    middle: Vectors

    def see(self, rows: NDArray[np.floating]) -> Vectors:
        """Unit rows (n, d) seen from the middle."""
        return unit(np.asarray(rows, dtype=np.float32) - self.middle)


def held_mean(rows: NDArray[np.floating], held_by: NDArray[np.floating], counts_as: int) -> Vectors:
    """The mean of rows (n, d) and `counts_as` times `held_by` (d,)."""
    total = np.asarray(rows, dtype=np.float32).sum(axis=0) + held_by * counts_as
    mean: Vectors = (total / (len(rows) + counts_as)).astype(np.float32)
    return mean
