"""Groups of texts with their names in one go: what is proposed to people; pure but for the encoder it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.meaning.rules.encoding import Encoder, Vectors
from app.meaning.rules.frames import GROUPED_WITH, Frame, centred, held_mean
from app.meaning.rules.kinds import Anchors, kind_of
from app.meaning.rules.labels import GroupLabel, candidates, heading, likenesses, most_typical, telling_likeness

SURE = 0.6
"""Share of the softmax from which a kind is named. High, and in no title: left out of their own kind, sentences that
were given a share of .35 or more were right in 3 of 10 cases only (chance: 1 in 23)."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a group is called. `typical`: place in the group of the text that stands for it; `kind`: '' if unsure."""

    heading: GroupLabel
    typical: int
    kind: str


def names(
    groups: Sequence[Sequence[str]], among: Sequence[str], encoder: Encoder, anchors: Anchors | None = None
) -> list[Name]:
    """A name for each group of texts, told from all (`among`). Phrases are encoded for groups of two or more only."""
    if not groups:
        return []
    found = candidates(groups, among)
    vectors = encoder.encode(list(among)) if among else np.zeros((0, encoder.size), dtype=np.float32)
    frame = _frame(vectors, anchors)
    seen = [frame.see(encoder.encode(list(texts))) for texts in groups]
    middles = np.array([rows.mean(axis=0) for rows in seen], dtype=np.float32)
    # Phrases share more than sentences do (they are short): they are seen from their own middle.
    wanted = [
        [one.written for one in some] if len(texts) > 1 else [] for some, texts in zip(found, groups, strict=True)
    ]
    flat = centred(encoder.encode([phrase for some in wanted for phrase in some]))
    alike = likenesses(flat, middles)
    named, start = [], 0
    for place, (some, rows) in enumerate(zip(found, seen, strict=True)):
        own = alike[start : start + len(wanted[place])]
        start += len(wanted[place])
        others = np.delete(middles, place, axis=0)
        likeness = telling_likeness(own, place) if len(own) else None
        typical = most_typical(rows, others)[0]
        named.append(Name(heading(some, groups[place], likeness, typical), typical, _kind(rows, anchors)))
    return named


def _kind(rows: Vectors, anchors: Anchors | None) -> str:
    if anchors is None or len(rows) < 2:
        return ""
    found = kind_of(rows.mean(axis=0), anchors)
    return found.key if found.certainty >= SURE else ""


def _frame(vectors: Vectors, anchors: Anchors | None) -> Frame:
    if anchors is not None:
        return Frame(held_mean(vectors, anchors.middle, GROUPED_WITH))
    return Frame(vectors.mean(axis=0) if len(vectors) > 2 else np.zeros(vectors.shape[1], dtype=np.float32))
