"""Times, memory and labels of grouping by meaning, and how a stream that is assigned compares with one batch."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from app.meaning.rules.assigning import assign
from app.meaning.rules.encoding import Encoder
from app.meaning.rules.frames import Frame, centred, frame_of, unit
from app.meaning.rules.grouping import group
from app.meaning.rules.kinds import Anchors
from app.meaning.rules.naming import names
from app.meaning.service import encoders
from app.meaning.service.remembering import Remembering
from tests.load.theme_sets import Labels, Texts, b_cubed_f1

ROOT = Path(__file__).resolve().parents[2]
AMONG = 100_000
REGROUPED_EVERY = 500


def times(setting: str, texts: Texts, anchors: Anchors) -> dict[str, float]:
    """Milliseconds; the best of three where something is repeated, as other work on the machine only adds."""
    fresh = Remembering(encoders.trio() if setting == encoders.TRIO else encoders.light())
    start = time.perf_counter()
    vectors = fresh.encode(texts[:500])
    group(vectors, anchors=anchors)
    cold = (time.perf_counter() - start) * 1e3
    return {
        "encode and group 500 from cold": cold,
        "group 100 cached": _best(lambda: group(fresh.encode(texts[:100]), anchors=anchors)),
        "group 500 cached": _best(lambda: group(fresh.encode(texts[:500]), anchors=anchors)),
        "one entry among 100,000 (p95)": _one_among(fresh, texts, vectors),
    }


def memory(setting: str) -> float:
    """Megabytes of a process that does nothing else: loads the encoder, reads and groups 500 texts."""
    script = (
        "from app.meaning.service import chosen; from app.meaning.rules.grouping import group;"
        f"e = chosen({setting!r}); group(e.encode([f'the handover number {{n}} came late' for n in range(500)]));"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')][0])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024


def labels(encoder: Encoder, judge: Encoder, anchors: Anchors, texts: Texts, gold: Labels) -> tuple[float, float]:
    """On groups of eight of each theme, three draws: how often the phrase is, for `judge`, nearest to its own theme's
    name among all names; and how often the typical entry is nearest to one of three of which one is its own."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, label in enumerate(gold):
        places[label].append(index)
    themes = sorted(places)
    wanted = centred(judge.encode([theme.replace("_", " ") for theme in themes]))
    phrase, typical = [], []
    for seed in range(3):
        random = np.random.default_rng(seed)
        groups = [[texts[i] for i in random.choice(places[theme], 8, replace=False)] for theme in themes]
        found = names(groups, [text for some in groups for text in some], encoder, anchors)
        phrase.append(_hits(judge, [name.label for name in found], wanted, 1))
        quoted = [some[name.typical] for some, name in zip(groups, found, strict=True)]
        typical.append(_hits(judge, quoted, wanted, 3))
    return float(np.mean(phrase)), float(np.mean(typical))


def stream(encoder: Encoder, phrases: np.ndarray, texts: Texts, gold: Labels, half: int) -> tuple[float, float, int]:
    """B-cubed of `half` texts grouped and as many assigned one by one, of all in one batch, and how many of the first
    half changed their group (none can: ids never change)."""
    random = np.random.default_rng(0)
    order = random.permutation(len(texts))[: 2 * half]
    vectors = encoder.encode([texts[i] for i in order])
    frame = frame_of(vectors[:half], phrases)
    seeded = group(vectors[:half])
    found = _assigned(frame.see(vectors), seeded)
    truth = [gold[i] for i in order]
    changed = sum(one != other for one, other in zip(seeded, found[:half], strict=True))
    return b_cubed_f1(truth, found), b_cubed_f1(truth, group(vectors)), changed


def _assigned(seen: np.ndarray, seeded: Sequence[int]) -> list[int]:
    """The seeded groups, then each further text where it belongs; those that belong nowhere are pooled, and the pool
    is grouped every 500 texts into new themes."""
    found, pool = list(seeded), list[int]()
    sums = np.zeros((max(found) + 1, seen.shape[1]), dtype=np.float32)
    np.add.at(sums, found, seen[: len(found)])
    for row in range(len(found), len(seen)):
        placed = assign(seen[row], sums, seen[:row], np.array(found))
        found.append(len(sums) if placed.index is None else placed.index)
        if placed.index is None:
            sums = np.vstack([sums, seen[row]])
            pool.append(row)
        else:
            sums[placed.index] += seen[row]
        if len(pool) >= REGROUPED_EVERY:
            _regroup(seen, found, pool)
            sums = np.zeros((max(found) + 1, seen.shape[1]), dtype=np.float32)
            np.add.at(sums, found, seen[: len(found)])
    if pool:
        _regroup(seen, found, pool)
    return found


def _regroup(seen: np.ndarray, found: list[int], pool: list[int]) -> None:
    """Themes that are still of one text and in the pool are joined with others like them; nothing else moves."""
    sizes = np.bincount(found)
    alone = [row for row in pool if sizes[found[row]] == 1]
    first: dict[int, int] = {}
    for row, number in zip(alone, group(seen[alone]), strict=True):
        found[row] = first.setdefault(number, found[row])
    pool.clear()


def _one_among(encoder: Encoder, texts: Texts, vectors: np.ndarray) -> float:
    """Encode one new text and find its theme among 1,500 themes of 100,000 texts in all."""
    random = np.random.default_rng(0)
    member_of = np.sort(random.integers(0, 1500, AMONG))
    frame = Frame(vectors.mean(axis=0))
    centroids = unit(random.normal(size=(1500, vectors.shape[1])).astype(np.float32))
    centroids[: len(vectors)] = frame.see(vectors)
    members = np.empty((AMONG, vectors.shape[1]), dtype=np.float16)
    for start in range(0, AMONG, 10_000):
        own = centroids[member_of[start : start + 10_000]]
        members[start : start + 10_000] = unit(own + random.normal(scale=0.03, size=own.shape).astype(np.float32))
    taken = []
    for text in texts[500:700]:
        start_time = time.perf_counter()
        assign(frame.see(encoder.encode([text]))[0], centroids, members, member_of)
        taken.append((time.perf_counter() - start_time) * 1e3)
    return float(np.quantile(taken, 0.95))


def _hits(judge: Encoder, said: Sequence[str], wanted: np.ndarray, within: int) -> float:
    nearest = np.argsort(-(centred(judge.encode(said)) @ wanted.T), axis=1)[:, :within]
    return float((nearest == np.arange(len(wanted))[:, None]).any(axis=1).mean())


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1e3)
    return min(taken)
