"""What a group of texts is called: phrases that its texts share and others do not, and the text most like it.

Candidates come from class-based TF-IDF (Grootendorst 2022) over runs of one to three words that carry meaning; those
near the middle of the group in meaning are preferred. Pure: who encodes the phrases is the caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Vectors
from app.meaning.rules.frames import unit
from app.meaning.rules.words import phrases

UNTITLED = "Untitled"
CANDIDATES = 10
STEMS_MOST = 3
LENGTH_BONUS = 0.2
CLOSENESS_COUNTS = 1.0
OTHERS_COUNT = 0.5
PAIR_SAYS = 0.6
BEGINNING = 5

Stems = tuple[str, ...]
PhraseCounts = Counter[Stems]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that might be a group's label. `telling`: how frequent here and how rare elsewhere, 1 for the best."""

    stems: Stems
    written: str
    telling: float


def candidates(
    groups: Sequence[Sequence[str]], among: Sequence[str], most: int = CANDIDATES
) -> list[list[Candidate]]:
    """For each group of texts its most telling phrases, the best first; none for texts without words."""
    everywhere = _phrase_counts(among)
    return [_most_telling(texts, everywhere, len(among), most) for texts in groups]


def chosen(found: Sequence[Candidate], likeness: Sequence[float] | NDArray[np.floating] | None = None) -> str:
    """The label: the two most telling candidates that share no word, weighed with their `likeness` (cosine) to the
    group's middle if given. A single word gives way to a pair of words with it that says nearly as much."""
    if not found:
        return UNTITLED
    worth = [
        one.telling + CLOSENESS_COUNTS * (0.0 if likeness is None else float(likeness[place]))
        for place, one in enumerate(found)
    ]
    ranked = [found[place] for place in sorted(range(len(found)), key=lambda place: (-worth[place], place))]
    best = _pair_with(ranked[0], found)
    second = next((one for one in ranked if not _share_a_word(one.stems, best.stems)), None)
    label = f"{best.written}, {second.written}" if second else best.written
    return label[0].upper() + label[1:]


def most_typical(group_seen: Vectors, other_middles: Vectors | None = None) -> list[int]:
    """Rows (n, d) of one group, the most typical first: near their own middle and, where the middles of the others
    (m, d) are given, not near the nearest of them."""
    rows = unit(group_seen)
    near = rows @ unit(rows.mean(axis=0, keepdims=True))[0]
    if other_middles is not None and len(other_middles):
        near = near - OTHERS_COUNT * (rows @ unit(other_middles).T).max(axis=1)
    return [int(row) for row in np.argsort(-near, kind="stable")]


def likeness_to_middle(phrases_seen: Vectors, group_seen: Vectors) -> Vectors:
    """Cosine of each phrase (m, d) with the middle of a group (n, d); both seen from the same middle."""
    found: Vectors = unit(phrases_seen) @ unit(group_seen.mean(axis=0, keepdims=True))[0]
    return found


def _share_a_word(one: Stems, other: Stems) -> bool:
    """Also when it has another ending: stems with the same five letters first ("translation", "translated")."""
    return bool({stem[:BEGINNING] for stem in one} & {stem[:BEGINNING] for stem in other})


def _pair_with(best: Candidate, found: Sequence[Candidate]) -> Candidate:
    """The most telling pair of words that has the single word `best` in it, if it tells 60 % as much."""
    if len(best.stems) > 1:
        return best
    pairs = [one for one in found if len(one.stems) == 2 and best.stems[0] in one.stems]
    pair = max(pairs, key=lambda one: one.telling, default=best)
    return pair if pair.telling >= PAIR_SAYS * best.telling else best


def _most_telling(texts: Sequence[str], everywhere: PhraseCounts, among: int, most: int) -> list[Candidate]:
    here, written = _phrase_counts(texts), _most_written(texts)
    telling = {phrase: _telling(phrase, here, everywhere, among) for phrase in here}
    ranked = sorted(telling, key=lambda phrase: (-telling[phrase], phrase))[:most]
    return [Candidate(phrase, written[phrase], telling[phrase] / telling[ranked[0]]) for phrase in ranked]


def _phrase_counts(texts: Sequence[str]) -> PhraseCounts:
    """In how many texts each phrase is."""
    return Counter(
        phrase for text in texts for phrase in {stemmed for stemmed, _ in phrases(text)} if len(phrase) <= STEMS_MOST
    )


def _most_written(texts: Sequence[str]) -> dict[Stems, str]:
    written: dict[Stems, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for stemmed, as_written in phrases(text):
            written[stemmed][as_written] += 1
    return {stemmed: min(ways, key=lambda way: (-ways[way], way)) for stemmed, ways in written.items()}


def _telling(phrase: Stems, here: PhraseCounts, everywhere: PhraseCounts, texts: int) -> float:
    rarity = log(1 + texts / max(1, everywhere[phrase]))
    return here[phrase] * rarity * (1 + LENGTH_BONUS * (len(phrase) - 1))
