"""Takes the README's picture of the running product: `python -m tests.browser.readme_picture`.

One retro of the demo house is led to the discussion, on a server of its own, and photographed as the room sees it.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, sync_playwright

from app.core.clock import SetClock
from app.core.config import Settings
from app.demo import build as demo
from app.demo.playing import Play
from app.demo.story import story
from app.main import create_app
from app.people.service import invitations
from app.retros.service import timebox
from tests.databases import create_tables
from tests.serving import LiveServer

PICTURES = Path(__file__).resolve().parents[2] / "static" / "img"
IN_THE_MIDDLE = timedelta(minutes=52)
"""From the start of the story's writing to the moment of the picture: twelve minutes into the discussion."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Write the picture into static/img."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(data_dir=folder)
        create_tables(settings.url)
        now = datetime.now(UTC)
        app = create_app(settings, clock=SetClock(now + IN_THE_MIDDLE))
        database = app.state.database
        with database.transaction() as db:
            house = demo.found(db, now)
        newest = story().closed[-1]
        play = Play(database, house, replace(newest, closed_days_ago=None), now, Random(11))
        play.until_discussing()
        with database.transaction() as db:
            lit = play.topic_ids[newest.topics[0].title]
            timebox.spotlight(db, play.facilitator, play.retro_id, lit, now + IN_THE_MIDDLE - timedelta(minutes=2))
            link = invitations.prepare_demo_link(db, play.facilitator.account_id, now)
        server = LiveServer(app)
        server.start()
        try:
            _photograph(server.url, link, play)
        finally:
            server.stop()


def _photograph(url: str, link: str, play: Play) -> None:
    PICTURES.mkdir(exist_ok=True)
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False)
        _big_screen(browser, url, link, play)
        browser.close()


def _big_screen(browser: Browser, url: str, link: str, play: Play) -> None:
    page = browser.new_page(viewport={"width": 1600, "height": 1000}, color_scheme="light", reduced_motion="reduce")
    page.goto(f"{url}/desk/invitations/{link}")
    button = page.locator("main form button")
    if button.count():
        button.first.click()
        page.wait_for_url("**/desk")
    page.goto(f"{url}/desk/retros/{play.retro_id}/screen")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "readme-discuss.png")


if __name__ == "__main__":
    main()
