"""The script of 50,000 actions with few of them: not how fast, only that each page is there for who asks."""

from __future__ import annotations

import asyncio

import pytest

from tests.load.fifty_thousand import ADMINS_PAGES, PAGES, measure


@pytest.mark.timeout(120)
def test_every_page_that_is_measured_is_there() -> None:
    report = asyncio.run(measure(120, times=1))
    assert report.errors == 0, report.as_table()
    assert len(report.figures) == len(PAGES) + len(ADMINS_PAGES)
