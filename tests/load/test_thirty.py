"""The load script at a tenth of its size: not how fast, only that nothing is refused, lost or doubled."""

from __future__ import annotations

import asyncio

import pytest

from tests.load.three_hundred import measure


@pytest.mark.timeout(240)
def test_thirty_people_lose_nothing_and_double_nothing() -> None:
    report = asyncio.run(measure(30, pages=False))
    assert (report.errors, report.lost, report.doubled) == (0, 0, 0), report.as_table()
    measured = {figure.what for figure in report.figures if figure.seconds}
    for part in ("entries sent", "ready, 30 a second", "reveal of 60 entries", "stances and dots", "spotlight"):
        assert any(part in what for what in measured), f"{part} was not measured"
    assert len(report.ratios) == 4
