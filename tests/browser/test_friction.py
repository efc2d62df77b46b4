"""The friction map in a real browser: by keyboard, in grey, on a phone, on paper."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.core.db import Database
from app.entries.rules.names import Dimension
from app.pulse.models import PulseSummary
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.history import past_retro, right, wrong

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(300)]
MAP = "/desk/friction"


@pytest.fixture
def told(database: Database, cast: Cast) -> None:
    said = [
        *[wrong("Late", "Production", "Editorial")] * 18,
        *[right("Fast", "Editorial", "Production")] * 18,
        *[wrong("Late", "Editorial", "Marketing"), right("Kind", "Editorial", "Marketing")] * 4,
        wrong("Late", "Marketing", "Production"),
    ]
    seats = {"Editorial": 8, "Production": 8, "Marketing": 8}
    retro = past_retro(database, cast, date(2026, 1, 8), said, seats=seats)
    past_retro(
        database, cast, date(2026, 2, 1), [wrong("No", "Rights", "Editorial")],
        seats={"Rights": 2, "Editorial": 8}, imported=True,
    )  # fmt: skip
    with database.transaction() as db:
        for consumer, mean in ((cast.production, 2.1), (cast.editorial, 4.6), (cast.marketing, None)):
            for dimension in Dimension:
                summary = {"consumer": str(consumer), "dimension": dimension, "band": "5-9", "mean": mean}
                db.add(PulseSummary(retro_id=retro, provider_id=cast.editorial, **summary))


def test_arrow_keys_move_between_cells_and_tab_stops_once(open_window: Windows, cast: Cast, told: None) -> None:
    page = open_window("laptop", person=cast.mia)
    page.goto(MAP)
    table = page.locator("[data-map]")
    expect(table.locator("a[tabindex='0']")).to_have_count(1)
    table.locator("a").first.focus()
    # Editorial on Marketing, then on Production; below: Marketing on Production; to the left nobody, Rights has one.
    expect(page.locator(":focus")).to_have_attribute("href", f"{MAP}/{cast.marketing}/{cast.editorial}")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("href", f"{MAP}/{cast.production}/{cast.editorial}")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_attribute("href", f"{MAP}/{cast.production}/{cast.marketing}")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(page.locator(":focus")).to_have_attribute("href", f"{MAP}/{cast.marketing}/{cast.editorial}")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Production and Editorial")


LUMINANCE = """(cells) => cells.map((cell) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colour) => { canvas.fillStyle = "#fff"; canvas.fillRect(0, 0, 1, 1); canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1); const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const style = getComputedStyle(cell);
  return { text: cell.innerText.trim(), grey: paint(style.backgroundColor), frame: style.boxShadow !== "none",
    hatched: style.backgroundImage.includes("gradient") };
})"""


def looks(page: Page) -> dict[str, dict[str, object]]:
    found = page.locator("[data-map] td.heat").evaluate_all(LUMINANCE)
    return {one["text"]: one for one in found}


@pytest.mark.parametrize("dark", [False, True])
def test_in_grey_each_cell_says_what_its_colour_says(
    open_window: Windows, cast: Cast, told: None, dark: bool
) -> None:
    page = open_window("laptop", person=cast.mia, dark=dark)
    page.goto(MAP)
    seen = looks(page)
    assert set(seen) == {"100 %", "0 %", "50 %", "1/1", "few"}, "every cell has its figure or word"
    hard, easy = seen["100 %"], seen["0 %"]
    assert abs(hard["grey"] - easy["grey"]) > 60, "hard and easy differ without any colour"  # type: ignore[operator]
    assert not hard["frame"]
    assert seen["50 %"]["frame"], "what is unsure is outlined"
    assert seen["1/1"]["frame"]
    assert seen["few"]["hatched"]
    assert not hard["hatched"]


def test_a_phone_gets_a_list_and_paper_the_map(open_window: Windows, cast: Cast, told: None) -> None:
    phone = open_window("phone", person=cast.mia)
    phone.goto(MAP)
    expect(phone.locator("[data-map]")).to_be_hidden()
    expect(phone.get_by_role("link", name="Production on Editorial")).to_be_visible()
    phone.goto(f"{MAP}?view=map")
    expect(phone.locator("[data-map]")).to_be_visible()
    laptop = open_window("laptop", person=cast.mia)
    laptop.goto(MAP)
    expect(laptop.locator("[data-map]")).to_be_visible()
    expect(laptop.get_by_role("link", name="Production on Editorial")).to_be_hidden()
    for address, most in ((MAP, 2), (f"{MAP}/{cast.editorial}/{cast.production}", 3)):
        laptop.goto(address)
        for paper in ("A4", "Letter"):
            sheets = len(re.findall(rb"/Type\s*/Page\b", laptop.pdf(format=paper)))
            assert 1 <= sheets <= most, f"{address} takes {sheets} sheets of {paper}"


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_nothing_is_wrong_with_them(open_window: Windows, cast: Cast, told: None, kind: str) -> None:
    page = open_window(kind, person=cast.ada)
    found = []
    pair = f"{MAP}/{cast.editorial}/{cast.production}"
    for address in (MAP, f"{MAP}?show=both&compare=yes", f"{MAP}?show=pulse&view=map", pair):
        page.goto(address)
        page.evaluate("() => { for (const one of document.querySelectorAll('main details')) one.open = true; }")
        found += troubles(page, address)
    assert found == [], "\n".join(found)
