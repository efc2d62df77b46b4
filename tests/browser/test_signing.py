"""Somebody of a small department signs an entry on a phone, takes the name off, signs again; all see it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.models import RetroDepartment
from app.retros.rules.names import Stage
from tests.browser.acting import Phone
from tests.browser.conftest import LAPTOP, PHONE, Windows
from tests.browser.looking import troubles
from tests.builders import Room, a_project, a_retro, move, write
from tests.cast import Cast
from tests.databases import only_sqlite

SEATS = {"Editorial": 6, "Production": 1, "Marketing": 2, "Rights": 6, "Sales": 2}


def look(page: Page, name: str, folder: Path | None) -> None:
    """Pictures for people."""
    if folder is None:
        return
    before = page.viewport_size
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=folder / f"{name}-{size['width']}-{scheme}.png", full_page=True)
    if before:
        page.set_viewport_size(before)


def a_room(house: Database, cast: Cast, clock: SetClock) -> Room:
    project = a_project(house, cast, clock, tuple(SEATS))
    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats=SEATS, project_id=project, k=3)
    with house.transaction() as db:
        for row in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.id)):
            people = next(n for name, n in SEATS.items() if cast.departments[name] == row.department_id)
            setattr(row, "expected" if hasattr(row, "expected") else "headcount", people)
    return room


@only_sqlite
def test_signing_on_a_phone(
    house: Database,
    cast: Cast,
    clock: SetClock,
    open_window: Windows,
    screenshots: Path | None,
) -> None:
    room = a_room(house, cast, clock)
    marketing = cast.departments["Marketing"]
    write(house, room.seat("Production"), "The contract lay with us for a week", about=marketing)
    write(house, room.seat("Marketing"), "The proofs came late", about=cast.production)
    page = open_window("phone")
    Phone(page).come_back(room.code, room.secret("Production"))
    page.get_by_text("About a department?").click()
    expect(page.get_by_text("Where only a few people here could say it")).to_be_visible()
    look(page, "composer", screenshots)
    page.get_by_text("About a department?").click()
    page.get_by_text("Sign as Production…").click()
    expect(page.get_by_text("people will know it was you")).to_be_visible()
    look(page, "sign", screenshots)
    assert troubles(page, "signing") == []
    page.get_by_role("button", name="Sign this entry as Production").click()
    expect(page.get_by_text("Signed as Production")).to_be_visible()
    page.get_by_role("button", name="Remove the name").click()
    expect(page.get_by_text("Signed as Production")).to_have_count(0)
    page.get_by_text("Sign as Production…").click()
    page.get_by_role("button", name="Sign this entry as Production").click()
    expect(page.get_by_text("Signed as Production")).to_be_visible()
    look(page, "signed", screenshots)
    move(house, cast.frieda, room, Stage.GROUP, clock)
    page.goto(f"/r/{room.code}")
    expect(page.get_by_text("Production, signed")).to_be_visible()
    look(page, "revealed", screenshots)
    page.get_by_role("button", name="Not ours: remove the name").click()
    expect(page.get_by_text("The department’s name goes when the stage changes")).to_be_visible()
