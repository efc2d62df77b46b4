"""`fencepost bench themes`: how well texts are grouped by meaning, beside other methods, and how long it takes.

Prints one table, then every bar with what was measured. Noise: 0.02 at 500 texts, 0.03 at 100, twice the time.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from app.meaning.rules.built_in_kinds import BUILT_IN
from app.meaning.rules.encoding import Encoder
from app.meaning.rules.kinds import Anchors, anchors_of
from app.meaning.service import encoders, weights
from tests.load import theme_figures
from tests.load.theme_methods import methods
from tests.load.theme_sets import SEEDS_FOR_SIZE, SETS, b_cubed_f1, found_beside, left_alone_apart, load, sample

ROOT = Path(__file__).resolve().parents[2]
CELLS = ((100, "session"), (500, "session"), (3000, "session"), (100, "zipf"), (500, "zipf"))
BARS = {
    "light": {"banking77 100": 0.82, "banking77 500": 0.63, "clinc150 100": 0.95, "clinc150 500": 0.86},
    "trio": {
        "banking77 100": 0.85, "banking77 500": 0.67, "clinc150 100": 0.95, "clinc150 500": 0.88,
        "both 500 zipf": 0.73,
    },
}  # fmt: skip
MOST = {
    "light": {"cold": 600, "group 100": 10, "group 500": 60, "one": 10, "memory": 260},
    "trio": {"cold": 2500, "group 100": 10, "group 500": 60, "one": 25, "memory": 500},
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="fencepost bench themes", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, help="folder with data/clustering/*.tsv; else `shared` beside the source"
    )
    parser.add_argument("--encoders", nargs="+", default=["light", *(["trio"] if weights.has_mini_lm() else [])])
    parser.add_argument("--quick", action="store_true", help="100 and 500 texts, no baselines, no stream")
    options = parser.parse_args()
    folder = options.data or found_beside(ROOT)
    if folder is None or not (folder / "data" / "clustering").is_dir():
        print("The sets are not here: give the folder that holds data/clustering/banking77.tsv with --data FOLDER.")
        return 2
    met = [measure(setting, folder, options.quick) for setting in options.encoders]
    return 0 if all(met) else 1


def measure(setting: str, folder: Path, quick: bool) -> bool:
    """Everything of one encoder; tells whether every bar is met within the noise."""
    encoder = encoders.chosen(setting)
    anchors = anchors_of(BUILT_IN, encoder)
    if anchors is None:
        return False
    print(f"\n== {setting}: {encoder.name}")
    scores = _scores(setting, folder, quick)
    bars = [_bar(f"B3 {cell}", scores[cell], least, 0.03 if " 100" in cell else 0.02)
            for cell, least in BARS.get(setting, {}).items()]  # fmt: skip
    texts, gold = load(folder, "banking77")
    times = theme_figures.times(setting, texts, anchors)
    most = MOST.get(setting, MOST["light"])
    for said, key in zip(times, ("cold", "group 100", "group 500", "one"), strict=True):
        bars.append(_limit(f"{said}, ms", times[said], most[key], 2))
    bars.append(_limit("memory, MB", theme_figures.memory(setting), most["memory"], 1.05))
    judge = encoders.chosen("trio") if weights.has_mini_lm() else encoder
    phrase, typical = theme_figures.labels(encoder, judge, anchors, texts, gold)
    bars += [
        _bar("labels: phrase, top 1", phrase, 0.68, 0.02),
        _bar("labels: typical entry, top 3", typical, 0.92, 0.02),
    ]
    if not quick:
        bars += _streams(encoder, anchors, folder)
    return all(bars)


def _streams(encoder: Encoder, anchors: Anchors, folder: Path) -> tuple[bool, bool]:
    """Prints both ways for both sets. The bar is the mean of the first way: 5,000 imported, then 5,000 one by one."""
    found = [theme_figures.stream(encoder, anchors, *load(folder, name), half=5000) for name in SETS]
    for name, (seeded, nothing, batch) in zip(SETS, found, strict=True):
        ways = ((seeded, "5,000 at once + 5,000 one by one"), (nothing, "10,000 one by one from nothing"))
        for way, said in ways:
            share = f"{way.b_cubed / batch:.3f} of one batch's {batch:.3f}"
            print(f"       {name}, {said}: B3 {way.b_cubed:.3f}, {share}, {way.changed} ids changed")
    share = float(np.mean([seeded.b_cubed / batch for seeded, _, batch in found]))
    changed = sum(way.changed for seeded, nothing, _ in found for way in (seeded, nothing))
    return _bar("5,000 + 5,000, share of one batch", share, 0.98, 0), _limit("ids that changed", changed, 0, 1)


def _scores(setting: str, folder: Path, quick: bool) -> dict[str, float]:
    """Prints the table; returns our own B-cubed by cell."""
    encoder = encoders.chosen(setting)
    ours: dict[str, float] = {}
    print(f"{'':17}{'':11}" + "".join(f"{f'{n} {shape}':>27}" for n, shape in CELLS))
    print(f"{'':17}{'':11}" + "".join(f"{'B3    NMI   ARI  themes':>27}" for _ in CELLS))
    for name in SETS:
        texts, labels = load(folder, name)
        for title, method in methods(encoder, anchors_of(BUILT_IN, encoder)).items():
            if quick and title != "ours":
                continue
            row = f"{title:17}{name:11}"
            for n, shape in CELLS:
                if quick and n > 500:
                    continue
                found = np.mean([_one(method, texts, labels, n, seed, shape) for seed in _seeds(n)], axis=0)
                row += f"{found[0]:9.3f}{found[1]:6.3f}{found[2]:6.3f}{found[3]:6.0f}"
                if title == "ours":
                    ours[f"{name} {n}{' zipf' if shape == 'zipf' else ''}"] = float(found[0])
            print(row, flush=True)
    ours["both 500 zipf"] = float(np.mean([ours[f"{name} 500 zipf"] for name in SETS]))
    return ours


def _one(method, texts, labels, n, seed, shape) -> tuple[float, float, float, int]:
    some, gold = sample(texts, labels, n, seed, shape)
    found = left_alone_apart(method(some, len(set(gold))))
    same = normalized_mutual_info_score(gold, found), adjusted_rand_score(gold, found)
    return b_cubed_f1(gold, found), *same, len(set(found))


def _seeds(n: int) -> range:
    return range(SEEDS_FOR_SIZE.get(n, 1))


def _bar(what: str, found: float, least: float, noise: float) -> bool:
    met = found >= least - noise
    print(f"{'met   ' if found >= least else 'noise ' if met else 'MISSED'} {what}: {found:.3f} (bar {least})")
    return met


def _limit(what: str, found: float, most: float, noise: float) -> bool:
    met = found <= most * noise
    print(f"{'met   ' if found <= most else 'noise ' if met else 'MISSED'} {what}: {found:.1f} (bar {most})")
    return met


if __name__ == "__main__":
    sys.exit(main())
