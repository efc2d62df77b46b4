"""Ways to group texts without knowing how many groups there are, to compare ours with; k-means alone is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

from app.meaning.rules.encoding import Encoder
from app.meaning.rules.frames import centred
from app.meaning.rules.grouping import group
from app.meaning.rules.kinds import Anchors
from app.topics.rules.proposal import TfIdfProposer

Method = Callable[[Sequence[str], int], list[int]]


def methods(encoder: Encoder, anchors: Anchors | None) -> dict[str, Method]:
    """Each takes the texts and the true number of themes, which only k-means looks at."""
    seen = encoder.encode
    return {
        "ours": lambda texts, _: group(seen(texts), anchors=anchors),
        "ours, no kinds": lambda texts, _: group(seen(texts)),
        "fixed threshold": lambda texts, _: _cut(centred(seen(texts)), 0.20),
        "HDBSCAN": lambda texts, _: HDBSCAN(min_cluster_size=2, copy=True).fit_predict(centred(seen(texts))).tolist(),
        "k-means told k": lambda texts, k: KMeans(k, n_init=4, random_state=0).fit_predict(seen(texts)).tolist(),
        "old proposer": lambda texts, _: _numbers(TfIdfProposer().propose(texts), len(texts)),
        "TF-IDF": lambda texts, _: _cut(TfidfVectorizer().fit_transform(texts).toarray(), 0.15),
    }


def _cut(rows: np.ndarray, similarity: float) -> list[int]:
    """Average link, cut at one similarity whatever the texts."""
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    distances = np.clip(1 - unit @ unit.T, 0, 2)
    tree = linkage(distances[np.triu_indices(len(rows), 1)], "average")
    return [int(number) for number in fcluster(tree, 1 - similarity, "distance")]


def _numbers(groups: Sequence[Sequence[int]], count: int) -> list[int]:
    found = [0] * count
    for number, members in enumerate(groups):
        for index in members:
            found[index] = number
    return found
