"""What a group of texts is called: a phrase that its texts share and others do not, and the text most like it.

Candidates come from class-based TF-IDF (Grootendorst 2022) over noun phrases of one to three words that carry
meaning; those near the middle of the group in meaning are preferred. Pure: who encodes the phrases is the caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from app.core.patterns import bounded
from app.meaning.rules.encoding import Vectors
from app.meaning.rules.frames import unit
from app.meaning.rules.noun_phrases import Phrase, Stems, noun_phrases
from app.meaning.rules.words import GENERIC, begun, phrases

UNTITLED = "Untitled"
CANDIDATES = 12
LENGTH_BONUS = 0.6
GENERIC_COUNTS = 0.25
CUT_COUNTS = 0.6
WORDS_COUNT = 0.3
CLOSENESS_COUNTS = 2.0
OTHERS_COUNT = 0.5
PHRASE_OTHERS = 0.5
PAIR_SAYS = 0.5
SECOND_SAYS = 0.2
COVERED = 0.6
"""A phrase that is in so large a share of the texts says enough alone."""
BEGINNING = 5
STEMS_MOST = 3
JOINED_WORDS_MOST = 5
RUN_MOST = 60
_WORD = bounded(r"[\w'’-]{1,99}")


@dataclass(frozen=True, slots=True)
class LabelCandidate:
    """A phrase that might be a group's label. `telling`: how frequent here and how rare elsewhere, 1 for the best;
    `inside`: places in the group of the texts that have it; `acts`: something done rather than a thing."""

    stems: Stems
    written: str
    telling: float
    inside: frozenset[int] = frozenset()
    acts: bool = False


@dataclass(frozen=True, slots=True)
class GroupLabel:
    """What a group of texts is called: `written` in words that at least two of them share; where there are none (''),
    it points at the text at `place` in the group, from `start` to `end` (0: the whole text), and copies nothing."""

    written: str
    place: int = 0
    start: int = 0
    end: int = 0


def candidates(
    groups: Sequence[Sequence[str]], among: Sequence[str], most: int = CANDIDATES
) -> list[list[LabelCandidate]]:
    """For each group of texts its most telling phrases, the best first; none for texts without words."""
    everywhere = Counter(stems for text in among for stems in {one.stems for one in headings(text)})
    found = [_most_telling(texts, everywhere, len(among), most) for texts in groups]
    forget_texts()
    return found


def chosen(
    found: Sequence[LabelCandidate], likeness: Sequence[float] | NDArray[np.floating] | None = None, texts: int = 0
) -> str:
    """The label: the most telling candidate, weighed with its `likeness` (cosine) to the group's middle if given. A
    single word gives way to a longer phrase with it that says nearly as much. Where most of the `texts` do not have
    it, a second phrase that other texts have stands beside it."""
    if not found:
        return UNTITLED
    worth = [
        one.telling + CLOSENESS_COUNTS * (0.0 if likeness is None else float(likeness[place]))
        for place, one in enumerate(found)
    ]
    ranked = sorted(range(len(found)), key=lambda place: (-worth[place], place))
    best = _longer(found[ranked[0]], found)
    label = best.written
    if len(best.stems) == 1 or len(best.inside) < COVERED * texts:
        enough = SECOND_SAYS * worth[ranked[0]]
        others = [found[place] for place in ranked if worth[place] >= enough and found[place].inside - best.inside]
        second = next((one for one in others if _stand_together(one, best)), None)
        label = f"{best.written} and {second.written}" if second else label
    return begun(label)


def heading(
    found: Sequence[LabelCandidate],
    texts: Sequence[str],
    likeness: Sequence[float] | NDArray[np.floating] | None = None,
    typical: int | None = None,
) -> GroupLabel:
    """What a group of texts is called. Words stand for themselves only where at least two texts have them; what one
    text alone says is its own, so the heading points at it (the `typical` one) and holds none of its words."""
    shared = [place for place, one in enumerate(found) if len(one.inside) > 1]
    if shared:
        near = None if likeness is None else [float(likeness[place]) for place in shared]
        return GroupLabel(chosen([found[place] for place in shared], near, len(texts)))
    place = typical if typical is not None else min(found[0].inside, default=0) if found else 0
    own = [one for one in found if place in one.inside]
    return GroupLabel("", place, *(run_of(own[0].written, texts[place]) if own else (0, 0)))


def run_of(phrase: str, text: str) -> tuple[int, int]:
    """Where the shortest run of a text's own words lies that has all words of a phrase; (0, 0) where there is none,
    or it is too long to be a heading. "late proofs" lies in "the proofs were late" from the second word on."""
    wanted = Counter(word.casefold() for word in _WORD.findall(phrase))
    at = [(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(text)]
    best = (0, 0)
    for first, (start, _, word) in enumerate(at):
        if word not in wanted:
            continue
        left = wanted.copy()
        for _, end, other in at[first : first + RUN_MOST]:
            if end - start > RUN_MOST:
                break
            left -= Counter([other])
            if not left:
                best = (start, end) if not best[1] or end - start < best[1] - best[0] else best
                break
    return best


def most_typical(group_seen: Vectors, other_middles: Vectors | None = None) -> list[int]:
    """Rows (n, d) of one group, the most typical first: near their own middle and, where the middles of the others
    (m, d) are given, not near the nearest of them."""
    rows = unit(group_seen)
    near = rows @ unit(rows.mean(axis=0, keepdims=True))[0]
    if other_middles is not None and len(other_middles):
        near = near - OTHERS_COUNT * (rows @ unit(other_middles).T).max(axis=1)
    return [int(row) for row in np.argsort(-near, kind="stable")]


def likenesses(phrases_seen: Vectors, middles: Vectors) -> Vectors:
    """Cosine (m, groups) of phrases (m, d) with the middles of groups; all groups at once, as it is quicker."""
    found: Vectors = unit(phrases_seen) @ unit(middles).T
    return found


def telling_likeness(alike: Vectors, own: int) -> Vectors:
    """(m,): how like their own group's middle phrases are, less a share of how like the nearest other's: names of
    neighbours tell them apart. `alike` (m, groups)."""
    others = np.delete(alike, own, axis=1)
    found: Vectors = alike[:, own] - (PHRASE_OTHERS * others.max(axis=1) if others.shape[1] else 0)
    return found


@lru_cache(maxsize=10_000)
def headings(text: str) -> tuple[Phrase, ...]:
    """Noun phrases of a text; runs of words where it has none ("Nobody knew")."""
    runs = (Phrase(stems, written) for stems, written in phrases(text) if len(stems) <= STEMS_MOST)
    return tuple(noun_phrases(text)) or tuple(runs)


def forget_texts() -> None:
    """What people wrote is not kept in memory once it is named: `headings` remembers for the length of one naming."""
    headings.cache_clear()


def as_written(texts: Iterable[str]) -> dict[Stems, str]:
    """How each phrase is mostly written."""
    written: dict[Stems, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for one in headings(text):
            written[one.stems][one.written] += 1
    return {stems: min(ways, key=lambda way: (-ways[way], way)) for stems, ways in written.items()}


def share_a_word(one: Stems, other: Stems) -> bool:
    """Also when it has another ending or is cut short: the same five letters first ("translation", "translated";
    "documentation", "docs")."""
    return any(_begin_alike(_singular(mine), _singular(theirs)) for mine in one for theirs in other)


def _begin_alike(one: str, other: str) -> bool:
    first, second = one[:BEGINNING], other[:BEGINNING]
    return first == second or first.startswith(other) or second.startswith(one)


def _singular(stem: str) -> str:
    """Stemming leaves short words as they are."""
    return stem[:-1] if len(stem) > 2 and stem.endswith("s") else stem


def says_little(stems: Stems) -> bool:
    """Words alone that fit anything: "people", "part of the problem"."""
    return GENERIC.issuperset(stems)


def _stand_together(one: LabelCandidate, other: LabelCandidate) -> bool:
    words = len(one.written.split()) + len(other.written.split())
    if words > JOINED_WORDS_MOST or one.acts != other.acts:
        return False
    return not share_a_word(one.stems, other.stems) and not says_little(one.stems)


def _longer(best: LabelCandidate, found: Sequence[LabelCandidate]) -> LabelCandidate:
    """The most telling longer phrase that has the single word `best` in it, if it tells half as much."""
    if len(best.stems) > 1:
        return best
    longer = [one for one in found if len(one.stems) > 1 and best.stems[0] in one.stems]
    phrase = max(longer, key=lambda one: one.telling, default=best)
    return phrase if phrase.telling >= PAIR_SAYS * best.telling else best


def _most_telling(texts: Sequence[str], everywhere: Counter[Stems], among: int, most: int) -> list[LabelCandidate]:
    found: dict[Stems, list[tuple[int, Phrase]]] = defaultdict(list)
    for place, text in enumerate(texts):
        for one in headings(text):
            found[one.stems].append((place, one))
    inside = {stems: frozenset(place for place, _ in ways) for stems, ways in found.items()}
    word_in = Counter(stem for text in texts for stem in {stem for one in headings(text) for stem in one.stems})
    telling = {
        stems: _telling(stems, _here(stems, len(inside[stems]), word_in), everywhere[stems], among)
        * (1 if any(one.whole for _, one in ways) else CUT_COUNTS)
        for stems, ways in found.items()
    }
    ranked = sorted(telling, key=lambda stems: (-telling[stems], stems))[:most]
    written, best = as_written(texts), telling[ranked[0]] if ranked else 1.0
    return [
        LabelCandidate(
            stems, written[stems], telling[stems] / best, inside[stems], all(one.acts for _, one in found[stems])
        )
        for stems in ranked
    ]


def _here(stems: Stems, whole: int, word_in: Counter[str]) -> float:
    """In how many texts a phrase is, and for a share in how many its words are."""
    return whole + WORDS_COUNT * (sum(word_in[stem] for stem in stems) / len(stems) - whole)


def _telling(stems: Stems, here: float, everywhere: int, texts: int) -> float:
    rarity = log(1 + texts / max(1, everywhere))
    generic = GENERIC_COUNTS if says_little(stems) else 1.0
    return here * rarity * (1 + LENGTH_BONUS * (len(stems) - 1)) * generic
