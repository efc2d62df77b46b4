"""The living style page opens in a real browser, without a script error, a CSP violation or another host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("kind", ["phone", "laptop", "screen"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_opens(open_window: Callable[..., Page], kind: str, dark: bool) -> None:
    page = open_window(kind, dark=dark)
    page.goto("/style")
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
