"""Real Chromium for stories: the machine's own, offline; skipped loudly where there is none."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

if TYPE_CHECKING:
    from tests.cast import Person
    from tests.serving import LiveServer

REQUIRED = os.environ.get("FENCEPOST_REQUIRE_BROWSER") == "1"
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
BIG_SCREEN: ViewportSize = {"width": 1920, "height": 1080}
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def chromium() -> dict[str, object] | None:
    """How to start the machine's Chromium, or None where there is none. It may run as root and must not call home."""
    path = os.environ.get("FENCEPOST_CHROMIUM") or next(filter(None, map(shutil.which, CANDIDATES)), None)
    if path is None:
        return None
    return {
        "executable_path": path,
        "chromium_sandbox": False,
        "args": ["--disable-background-networking", "--disable-component-update", "--no-first-run"],
    }


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    found = chromium()
    if found is None:
        reason = "NOT TESTED IN A BROWSER: no Chromium found (apt-get install chromium)"
        if REQUIRED:
            pytest.fail(f"FENCEPOST_REQUIRE_BROWSER=1, but {reason}", pytrace=False)
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    return found


# The plugin keeps one Playwright for the whole run, and its event loop with it: tests that run a loop of their own
# could then no longer run in the same process. Here it ends with each module.


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    launched = playwright.chromium.launch(**browser_type_launch_args)
    yield launched
    launched.close()


# What is typed is kept a moment later; when writing ends in that moment, the server refuses it to the page alone.
KEPT_TOO_LATE = r"status of 409 .*/draft\)"


class Window:
    """One window (own cookies) that remembers what went wrong in it: script errors, whatever the console calls
    an error (a broken security policy is one), requests to another host.

    `expected`: patterns of messages (with their address) that the story itself provokes, such as a refusal's status
    or a dead network.
    """

    def __init__(self, context: BrowserContext, server: str, expected: tuple[str, ...] = ()) -> None:
        self.context = context
        self.server = server
        self.expected = expected
        self.troubles: list[str] = []
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))
        context.on("console", self._said)
        context.on("request", self._asked)
        self.page: Page = context.new_page()

    def _said(self, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not any(re.search(pattern, said) for pattern in self.expected):
            self.troubles.append(f"console: {said}")

    def _asked(self, request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(self.server):
            self.troubles.append(f"asked another host: {request.url}")


class Windows:
    """Opens windows on a server, and at the end says what went wrong in any of them."""

    SIZES: ClassVar[dict[str, ViewportSize]] = {"phone": PHONE, "laptop": LAPTOP, "screen": BIG_SCREEN}

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser = browser
        self.server = server
        self.opened: list[Window] = []

    def __call__(
        self,
        kind: str = "laptop",
        *,
        person: Person | None = None,
        token: str | None = None,
        javascript: bool = True,
        dark: bool = False,
        expected: tuple[str, ...] = (),
        storage: StorageState | None = None,
        width: int | None = None,
    ) -> Page:
        """A page in a new window. `person` (or their `token`) is signed in; `storage` is that of a closed window."""
        size = self.SIZES[kind]
        context = self.browser.new_context(
            base_url=self.server,
            viewport={"width": width or size["width"], "height": size["height"]},
            has_touch=kind == "phone",
            is_mobile=kind == "phone",
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Berlin",
            storage_state=storage,
        )
        # The machine may be busy: what is awaited here comes by itself, nobody measures how soon.
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE)
        token = person.token if person else token
        if token is not None:
            context.add_cookies(
                [{"name": "visit", "value": token, "domain": "127.0.0.1", "path": "/desk", "httpOnly": True}]
            )
        self.opened.append(Window(context, self.server, expected))
        return self.opened[-1].page

    def close(self) -> list[str]:
        """Closes all; returns what went wrong."""
        for window in self.opened:
            window.context.close()
        return [trouble for window in self.opened for trouble in window.troubles]


@pytest.fixture
def open_window(browser: Browser, live_server: LiveServer) -> Iterator[Windows]:
    """Opens windows on the live server: `open_window("phone")`, `open_window("laptop", person=cast.frieda)`,
    `open_window("phone", javascript=False)`. At the end no window may have had a script error, a message that the
    console calls an error, or a request to another host."""
    windows = Windows(browser, live_server.url)
    yield windows
    assert windows.close() == []


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where to leave pictures of pages: `FENCEPOST_SCREENSHOTS`, or nowhere."""
    folder = os.environ.get("FENCEPOST_SCREENSHOTS")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
