"""Whatever opens on a live page says what it is about (js/keyed.js): on every page, at every stage."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import STAGES, Stage
from app.retros.service import timebox
from tests.builders import a_retro, sit_down, topics_of, write
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
VOID = {"input", "br", "meta", "link", "img", "hr", "source", "wbr", "col", "path", "use", "circle", "rect"}
ABOUT_NOTHING = {"keys"}
"""Dialogs that are the same whatever the retro does."""


class Boxes(HTMLParser):
    """Disclosures of a page that say nothing of what they are about, neither themselves nor what is around them; and
    how many there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count = 0
        self.unkeyed: list[str] = []
        self._around: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        keyed = "data-about" in said or any(around for _, around in self._around)
        if tag == "details" and "data-menu" not in said:
            self.count += 1
            if not keyed or "hx-morph-skip" in said:
                self.unkeyed.append(str(said))
        if tag not in VOID:
            self._around.append((tag, keyed))

    def handle_endtag(self, tag: str) -> None:
        while self._around and self._around.pop()[0] != tag:
            pass


@pytest.mark.parametrize("stage", STAGES)
def test_every_disclosure_of_a_live_page_is_about_something(
    app: FastAPI, at_desk: AtDesk, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock,
    stage: Stage,
) -> None:  # fmt: skip
    seats = {"Editorial": 2, "Production": 3, "Marketing": 3}
    expected = {cast.departments[name]: number for name, number in seats.items()}
    room = a_retro(database, cast, clock, stage, seats=seats, k=3, expected=expected)
    if stage is Stage.WRITE:
        write(database, room.seat("Editorial"))
    if stage is Stage.DISCUSS:
        with database.transaction() as db:
            timebox.spotlight(db, cast.frieda.visitor, room.id, topics_of(database, room)[0], clock.now(), 5)
    board = f"/desk/retros/{room.id}"
    desk = at_desk(cast.frieda)
    pages = [desk.get(board).text, desk.get(f"{board}/screen").text, at_desk(cast.ada).get(board).text]
    if stage not in {Stage.PREPARE, Stage.CLOSED}:
        phone = new_browser()
        phone.cookies.set("seat", room.secret("Editorial"), path=f"/r/{room.code}")
        pages += [phone.get(f"/r/{room.code}").text, new_browser().get(f"/r/{room.code}").text]
    fragments = ["/mine"]
    if stage is Stage.GROUP:
        fragments += ["/voted-topics", "/late-round", f"/topics/{topics_of(database, room)[0]}/edit", "/actions/new"]
    pages += [desk.get(board + path, headers={"HX-Request": "true"}).text for path in fragments]
    found = [Boxes(page) for page in pages]
    assert [box for one in found[:3] + found[5:] for box in one.unkeyed] == []
    live = {Stage.CHECK_IN: 2, Stage.WRITE: 3, Stage.VOTE: 1, Stage.DISCUSS: 1}
    assert sum(one.count for one in found) >= live.get(stage, 0), "the page that was looked at opens nothing"


@pytest.mark.parametrize(
    ("dialog", "stage", "address"),
    [
        ("next-step", Stage.WRITE, "/next?to=group"), ("next-step", Stage.WRAP_UP, "/next?to=closed"),
        ("ask-late-round", Stage.GROUP, "/late-round"), ("edit-topic", Stage.GROUP, "/voted-topics"),
    ],
)  # fmt: skip
def test_what_a_dialog_asks_for_says_with_what_it_lives(
    app: FastAPI, at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, dialog: str, stage: Stage,
    address: str,
) -> None:  # fmt: skip
    room = a_retro(database, cast, clock, stage, k=3)
    desk = at_desk(cast.frieda)
    assert f'id="{dialog}"' in desk.get(f"/desk/retros/{room.id}").text
    shown = desk.get(f"/desk/retros/{room.id}{address}", headers={"HX-Request": "true"}).text
    assert "data-lives-with=" in shown
    assert "data-gone=" in shown


def test_a_new_seat_has_no_open_box_of_another(
    app: FastAPI, new_browser: NewBrowser, database: Database, cast: Cast, clock: SetClock
) -> None:
    room = a_retro(database, cast, clock, Stage.CHECK_IN, k=3)
    secret = sit_down(database, room, "Production", clock)
    phone = new_browser()
    phone.cookies.set("seat", secret, path=f"/r/{room.code}")
    assert f'data-about="{cast.departments["Production"]}"' in phone.get(f"/r/{room.code}").text
