"""Public sets of short texts with themes, samples of them in two shapes, and how a grouping of them is scored."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SETS = ("banking77", "clinc150")
THEMES_FOR_SIZE = {100: 12, 500: 40}
SEEDS_FOR_SIZE = {100: 5, 500: 3}

Texts, Labels = list[str], list[str]


def found_beside(root: Path) -> Path | None:
    """The folder of the sets, beside a checkout of the source at `root`."""
    places = [root.parent / "shared", *(parent / "shared" for parent in root.parents)]
    return next((place for place in places if (place / "data" / "clustering").is_dir()), None)


def load(folder: Path, name: str) -> tuple[Texts, Labels]:
    with open(folder / "data" / "clustering" / f"{name}.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def sample(texts: Texts, labels: Labels, n: int, seed: int, shape: str) -> tuple[Texts, Labels]:
    """`session`: n texts of themes drawn at random. `zipf`: sizes of themes fall like 1/rank, over twice as many."""
    random = np.random.default_rng(seed)
    members: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(labels):
        members[label].append(index)
    names = sorted(members)
    themes = THEMES_FOR_SIZE.get(n, len(names))
    if shape == "session":
        chosen = set(random.choice(names, min(themes, len(names)), replace=False))
        pool = [index for index, label in enumerate(labels) if label in chosen]
        picked = random.choice(pool, min(n, len(pool)), replace=False)
    else:
        ordered = list(random.permutation(names)[: min(2 * themes, len(names))])
        share = 1 / np.arange(1, len(ordered) + 1)
        sizes = np.maximum(1, np.round(share / share.sum() * n).astype(int))
        parts = [
            random.choice(members[name], min(size, len(members[name])), replace=False)
            for name, size in zip(ordered, sizes, strict=True)
        ]
        picked = random.permutation(np.concatenate(parts))[:n]
    return [texts[i] for i in picked], [labels[i] for i in picked]


def b_cubed_f1(gold: Sequence[object], found: Sequence[int]) -> float:
    """Bagga & Baldwin 1998."""
    pairs, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(count * count / founds[own] for (_, own), count in pairs.items()) / len(gold)
    recall = sum(count * count / golds[own] for (own, _), count in pairs.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def left_alone_apart(found: Sequence[int]) -> list[int]:
    """A negative number means "left alone": each becomes a group of one."""
    top = max(found, default=0) + 1
    return [label if label >= 0 else top + index for index, label in enumerate(found)]
