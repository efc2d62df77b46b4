"""Pictures of every page and stage to look at: `python -m tests.browser.screens FOLDER [WIDTH ...]`.

Builds the demo house in a temporary folder, serves it, walks its open retro from write to the outcome, and leaves a
picture of each screen at 390, 1280 and 1920 pixels, light and dark. It judges nothing; people look.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.core.clock import Clock
from app.demo.build import DemoAccess, open_or_build
from app.main import create_app
from tests.browser.acting import Desk, Phone, heading
from tests.browser.conftest import BIG_SCREEN, LAPTOP, PHONE, chromium
from tests.conftest import open_database, settings_for
from tests.databases import SQLiteTemplate
from tests.serving import LiveServer

HEIGHTS = {390: 844, 1280: 800, 1920: 1080}
ROUND = ("/", "/about/anonymity", "/style", "/desk/sign-in", "/nowhere")
DESK = (
    "/desk", "/desk/retros", "/desk/projects", "/desk/projects/new", "/desk/actions", "/desk/departments",
    "/desk/people", "/desk/settings",
)  # fmt: skip


class Camera:
    """Takes each page at each width, in light and dark."""

    def __init__(self, folder: Path, widths: list[int]) -> None:
        self.folder = folder
        self.widths = widths

    def take(self, page: Page, name: str) -> None:
        before = page.viewport_size
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.wait_for_timeout(150)
                page.screenshot(path=self.folder / f"{name}-{width}-{scheme}.png", full_page=True)
        if before:
            page.set_viewport_size(before)


def walk(browser: Browser, server: str, access: DemoAccess, camera: Camera) -> None:
    """The pages around, then one retro on all three screens."""

    def window(size: object) -> BrowserContext:
        return browser.new_context(base_url=server, viewport=size, locale="en-GB")  # type: ignore[arg-type]

    laptop = window(LAPTOP).new_page()
    for number, path in enumerate(ROUND):
        laptop.goto(path)
        camera.take(laptop, f"0{number}{path.replace('/', '-')}")
    laptop.goto(f"/desk/invitations/{access.facilitator}")
    laptop.get_by_role("main").get_by_role("button").first.click()
    for number, path in enumerate(DESK):
        laptop.goto(path)
        camera.take(laptop, f"1{number}{path.replace('/', '-')}")
    laptop.goto("/desk")
    laptop.locator(".retro-card").filter(has_text=access.join_code[:4]).first.click()
    desk = Desk(laptop)
    retro = laptop.url
    screen = laptop.context.new_page()
    screen.set_viewport_size(BIG_SCREEN)
    screen.goto(f"{retro}/screen")
    phone = Phone(window(PHONE).new_page())
    phone.page.goto(f"/r/{access.join_code}")
    camera.take(phone.page, "20-join")
    phone.page.locator(".seat-button").first.click()
    for path in ("settings", "actions", "actions/new", "outcome"):
        other = laptop.context.new_page()
        other.goto(f"{retro}/{path}")
        camera.take(other, f"19-{path.replace('/', '-')}")
        other.close()
    phone.write("Went wrong", "The proofs came back a day after the press date")
    phone.compose("Idea", "One calendar that both departments see")
    for number, (words, then) in enumerate(
        (
            (None, "Write in silence"),
            ("Reveal everything", "Read and group"),
            ("Start the vote", "Vote in secret"),
            ("End the vote", "Talk about it"),
            ("Wrap up", "Read back the actions"),
            ("Close the retro", "Closed"),
        )
    ):
        if words:
            desk.go_on(words)
        for page in (laptop, screen, phone.page):
            expect(heading(page)).to_have_text(then)
        if then == "Talk about it":
            laptop.locator(".rank-row").first.get_by_role("button").click()
            for page in (laptop, screen, phone.page):
                expect(page.locator(".spotlight-title")).to_be_visible()
        if then == "Vote in secret":
            first = phone.page.locator(".ballot-line").first
            first.get_by_role("button", name="Agree", exact=True).click()
            first.get_by_role("button", name="Add a dot").click()
        laptop.wait_for_timeout(500)
        for who, page in (("desk", laptop), ("screen", screen), ("phone", phone.page)):
            camera.take(page, f"3{number}-{then.split()[0].lower()}-{who}")
    laptop.goto(f"{retro}/outcome")
    camera.take(laptop, "40-outcome")


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.browser.screens", description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("widths", nargs="*", type=int, default=[390, 1280, 1920])
    chosen = reader.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fencepost-screens-") as name:
        place = Path(name)
        url = SQLiteTemplate(place).copy_to(place)
        database, clock = open_database(url, place), Clock()
        settings = settings_for(url, place, public_url="http://retro.example")
        server = LiveServer(create_app(settings, database=database, clock=clock))
        access = open_or_build(database, clock.now(), Random(7))
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**(chromium() or {}))  # type: ignore[arg-type]
            walk(browser, server.url, access, Camera(chosen.folder, chosen.widths))
            browser.close()
        server.stop()
        database.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
