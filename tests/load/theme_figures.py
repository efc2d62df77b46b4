"""Times, memory and labels of grouping by meaning, and how themes, which place one text after the other, compare with
one batch."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.meaning.rules.encoding import Encoder
from app.meaning.rules.frames import centred, unit
from app.meaning.rules.grouping import group
from app.meaning.rules.kinds import Anchors
from app.meaning.rules.naming import names
from app.meaning.service import encoders
from app.meaning.service.remembering import Remembering
from app.themes.rules.assigning import Assignment
from app.themes.rules.embedding_space import EmbeddingSpace
from app.themes.rules.reference_sentences import PLAIN
from app.themes.rules.seeding import place_at_once
from tests.load.theme_sets import Labels, Texts, b_cubed_f1

ROOT = Path(__file__).resolve().parents[2]
AMONG, THEMES = 100_000, 1_500


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
        "one entry among 100,000 (p95)": _one_among(fresh, texts, anchors),
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


@dataclass(frozen=True, slots=True)
class Streamed:
    """B-cubed of texts that came one after the other, and how many of the first half the second half moved to
    another theme."""

    b_cubed: float
    changed: int


def stream(
    encoder: Encoder, anchors: Anchors, texts: Texts, gold: Labels, half: int
) -> tuple[Streamed, Streamed, float]:
    """2 x `half` texts as themes place topics: the first half imported, then one by one; all one by one from nothing,
    as in a house that imports nothing; and the B-cubed of all in one batch."""
    random = np.random.default_rng(0)
    order = random.permutation(len(texts))[: 2 * half]
    vectors = encoder.encode([texts[i] for i in order])
    space, truth = _sight(encoder, anchors), [gold[i] for i in order]
    seen = space.see(vectors)
    found = [_streamed(space, seen, truth, at_once) for at_once in (half, 0)]
    return found[0], found[1], b_cubed_f1(truth, group(vectors))


def _streamed(space: EmbeddingSpace, seen: np.ndarray, truth: Labels, at_once: int) -> Streamed:
    half = len(seen) // 2
    whole, before = ([one.group for one in _placed(space, rows, at_once)] for rows in (seen, seen[:half]))
    changed = sum(one != other for one, other in zip(before, whole[:half], strict=True))
    return Streamed(b_cubed_f1(truth, whole), changed)


def _placed(space: EmbeddingSpace, seen: np.ndarray, at_once: int) -> list[Assignment]:
    groups = space.no_groups()
    return place_at_once(groups, seen[:at_once]) + groups.place(seen[at_once:])


def _one_among(encoder: Encoder, texts: Texts, anchors: Anchors) -> float:
    """Encode one new text and place it among themes of 100,000 texts in all, as themes do."""
    random = np.random.default_rng(0)
    space = _sight(encoder, anchors)
    member_of = np.sort(random.integers(0, THEMES, AMONG))
    middles = unit(random.normal(size=(THEMES, encoder.size)).astype(np.float32))
    groups = space.no_groups()
    groups.fill(space.see(middles[member_of]), member_of.tolist(), THEMES)
    taken = []
    for text in texts[500:700]:
        start_time = time.perf_counter()
        groups.place(space.see(encoder.encode([text])))
        taken.append((time.perf_counter() - start_time) * 1e3)
    return float(np.quantile(taken, 0.95))


def _sight(encoder: Encoder, anchors: Anchors) -> EmbeddingSpace:
    return EmbeddingSpace("bench", encoder.name, encoder.encode(PLAIN), anchors)


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
