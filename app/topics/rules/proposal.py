"""Proposes topics: which entries say the same thing, and a title for each group. Pure, and quick enough.

The seam is `Proposer`. `ByMeaning` compares what texts mean to an encoder. Where none is installed `TfIdfProposer`
compares words and runs of letters (TF-IDF, cosine), builds an average-link tree and cuts it at one rule: mean + 1
standard deviation of all pair similarities, inside fixed bounds.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.meaning.rules.encoding import Encoder
from app.meaning.rules.grouping import group
from app.meaning.rules.kinds import Anchors
from app.meaning.rules.labels import GroupLabel, candidates, heading
from app.meaning.rules.naming import names
from app.meaning.rules.words import pieces, stems

CUT_DEVIATIONS = 1.0
CUT_LEAST = 0.07
CUT_MOST = 0.5

Similarities = NDArray[np.float64]


class Proposer(Protocol):
    """Proposes topics for texts of one retro."""

    @property
    def name(self) -> str:
        """What proposes, and its version: kept beside what became of each proposal."""

    def propose(self, texts: Sequence[str]) -> list[list[int]]:
        """Groups of indexes, each index in exactly one, the largest group first."""

    def labels(self, groups: Sequence[Sequence[str]], among: Sequence[str]) -> list[GroupLabel]:
        """For each group of texts a short title that tells it from all (`among`); see `GroupLabel`."""


class TfIdfProposer:
    """By shared words and runs of letters; needs no model and knows no meaning."""

    name = "tf-idf-1"

    def propose(self, texts: Sequence[str]) -> list[list[int]]:
        """See `Proposer`. 500 texts take about a tenth of a second."""
        from scipy.cluster.hierarchy import fcluster, linkage
        from scipy.spatial.distance import squareform

        if len(texts) < 2:
            return [[index] for index in range(len(texts))]
        alike = (_cosines(texts, stems) + _cosines(texts, pieces)) / 2
        distances = np.clip(1 - alike, 0, 1)
        np.fill_diagonal(distances, 0)
        tree = linkage(squareform(distances, checks=False), "average")
        numbers = fcluster(tree, 1 - cut_at(alike) + 1e-9, "distance")
        groups: dict[int, list[int]] = defaultdict(list)
        for index, number in enumerate(numbers):
            groups[int(number)].append(index)
        return sorted(groups.values(), key=lambda group: (-len(group), group[0]))

    def labels(self, groups: Sequence[Sequence[str]], among: Sequence[str]) -> list[GroupLabel]:
        """The most telling phrases: frequent in a group, rare in the others (class-based TF-IDF)."""
        found = candidates(groups, among)
        return [heading(some, texts) for some, texts in zip(found, groups, strict=True)]


@dataclass(frozen=True, slots=True)
class ByMeaning:
    """By what an encoder sees, with kinds of friction as anchors."""

    encoder: Encoder
    anchors: Anchors | None

    @property
    def name(self) -> str:
        return self.encoder.name

    def propose(self, texts: Sequence[str]) -> list[list[int]]:
        """See `Proposer`. 500 texts that were encoded before take about a twentieth of a second."""
        groups: dict[int, list[int]] = defaultdict(list)
        for index, number in enumerate(group(self.encoder.encode(texts), anchors=self.anchors)):
            groups[number].append(index)
        return [groups[number] for number in sorted(groups)]

    def labels(self, groups: Sequence[Sequence[str]], among: Sequence[str]) -> list[GroupLabel]:
        """Telling phrases that lie near the middle of a group."""
        return [found.heading for found in names(groups, among, self.encoder, self.anchors)]


def cut_at(alike: Similarities) -> float:
    """The similarity at which the tree is cut: mean + 1 standard deviation of all pairs, within .07 and .5.

    The least bound keeps a handful of unrelated entries apart, the most joins entries that nearly all say one thing.
    """
    pairs = alike[np.triu_indices(len(alike), 1)]
    return float(np.clip(pairs.mean() + CUT_DEVIATIONS * pairs.std(), CUT_LEAST, CUT_MOST))


def _cosines(texts: Sequence[str], features_of: Callable[[str], list[str]]) -> Similarities:
    weights = _tfidf(texts, features_of)
    return np.asarray((weights @ weights.T).toarray(), dtype=np.float64)


def _tfidf(texts: Sequence[str], features_of: Callable[[str], list[str]]) -> Any:
    """Unit rows: (1 + log tf) * (log((1 + n)/(1 + df)) + 1)."""
    from scipy.sparse import csr_array, diags_array

    number_of: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, text in enumerate(texts):
        for feature, times in Counter(features_of(text)).items():
            rows.append(row)
            columns.append(number_of.setdefault(feature, len(number_of)))
            values.append(1 + np.log(times))
    shape = (len(texts), max(1, len(number_of)))
    counts = csr_array((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)
    document_frequency = np.bincount(np.array(columns, dtype=np.int64), minlength=shape[1])
    weighed = counts @ diags_array(np.log((1 + len(texts)) / (1 + document_frequency)) + 1)
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))
    lengths[lengths == 0] = 1
    return diags_array(1 / lengths) @ weighed
