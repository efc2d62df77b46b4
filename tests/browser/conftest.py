"""Real Chromium for stories: the machine's own, offline; skipped loudly where there is none."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

if TYPE_CHECKING:
    from tests.cast import Person
    from tests.serving import LiveServer

REQUIRED = os.environ.get("FENCEPOST_REQUIRE_BROWSER") == "1"
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}
BIG_SCREEN = {"width": 1920, "height": 1080}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The machine's Chromium. It may run as root and must not call home."""
    path = os.environ.get("FENCEPOST_CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    if path is None:
        reason = "NOT TESTED IN A BROWSER: no Chromium found (apt-get install chromium)"
        if REQUIRED:
            pytest.fail(f"FENCEPOST_REQUIRE_BROWSER=1, but {reason}", pytrace=False)
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    return {
        "executable_path": path,
        "chromium_sandbox": False,
        "args": ["--disable-background-networking", "--disable-component-update", "--no-first-run"],
    }


class Window:
    """One browser window (own cookies) that remembers what went wrong in it: script errors, foreign hosts, CSP."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.context = context
        self.server = server
        self.troubles: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        self.page.on("console", self._said)
        context.on("request", self._asked)

    def _said(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error" and "Content Security Policy" in text:
            self.troubles.append(f"CSP: {text}")

    def _asked(self, request: object) -> None:
        url: str = getattr(request, "url", "")
        if url.startswith("http") and not url.startswith(self.server):
            self.troubles.append(f"asked another host: {url}")


@pytest.fixture
def open_window(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens windows on the live server: `open_window("phone")`, `open_window("laptop", person=cast.frieda)`,
    `open_window("phone", javascript=False)`. At the end no window may have had a script error, a CSP violation or a
    request to another host."""
    windows: list[Window] = []
    sizes = {"phone": PHONE, "laptop": LAPTOP, "screen": BIG_SCREEN}

    def make(
        kind: str = "laptop", *, person: Person | None = None, javascript: bool = True, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=sizes[kind],  # type: ignore[arg-type]
            has_touch=kind == "phone",
            is_mobile=kind == "phone",
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(10_000)
        if person is not None:
            context.add_cookies(
                [{"name": "visit", "value": person.token, "domain": "127.0.0.1", "path": "/desk", "httpOnly": True}]
            )
        windows.append(Window(context, live_server.url))
        return windows[-1].page

    yield make
    troubles = [trouble for window in windows for trouble in window.troubles]
    for window in windows:
        window.context.close()
    assert troubles == []


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where to leave pictures of pages: `FENCEPOST_SCREENSHOTS`, or nowhere."""
    folder = os.environ.get("FENCEPOST_SCREENSHOTS")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
