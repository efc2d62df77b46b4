"""Every page and every stage, on every screen: nothing that axe finds, nothing too wide, nothing too small to hit."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules import STAGES, Stage
from tests import builders
from tests.browser.acting import heading, is_live
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.timeout(300),
]

OPEN_TO_ALL = ("/", "/anonymity", "/style", "/desk/sign-in", "/r/NOSUCH00", "/nowhere")
AT_THE_DESK = (
    "/desk", "/desk/retros", "/desk/retros/new", "/desk/projects", "/desk/projects/new", "/desk/actions",
    "/desk/departments", "/desk/people", "/desk/settings",
)  # fmt: skip
OF_A_RETRO = ("/settings", "/actions", "/actions/new", "/outcome")


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_pages_around_a_retro(
    open_window: Windows, database: Database, cast: Cast, clock: SetClock, kind: str
) -> None:
    project = builders.a_project(database, cast, clock)
    room = builders.a_retro(
        database, cast, clock, Stage.DISCUSS, project_id=project, seats={"Editorial": 3, "Production": 3}
    )
    ada = open_window(kind, person=cast.ada, expected=("status of 404",))
    frieda = open_window(kind, person=cast.frieda)
    found = []
    for path in (*OPEN_TO_ALL, f"/r/{room.code}", *AT_THE_DESK, f"/desk/projects/{project}"):
        ada.goto(path)
        found += troubles(ada, path)
    retro, of_project = f"/desk/retros/{room.id}", f"/desk/projects/{project}"
    more = (f"{of_project}/edit", f"/desk/retros/new?project={project}", *(retro + part for part in OF_A_RETRO))
    for path in more:
        frieda.goto(path)
        found += troubles(frieda, path)
    assert found == [], "\n".join(found)


def test_looking_finds_what_is_wrong(open_window: Windows) -> None:
    """So that silence elsewhere means something."""
    page = open_window("laptop")
    page.set_content(
        "<html><body><div style='width:900px'>wide</div><img src='data:,'><button>"
        "<span style='display:block;width:9px;height:9px'></span></button></body></html>"
    )
    found = "\n".join(troubles(page, "bad"))
    for wrong in ("image-alt", "button-name", "html-has-lang", "px wide in a window of 320", "<button>"):
        assert wrong in found


def test_every_stage_on_every_screen(open_window: Windows, database: Database, cast: Cast, clock: SetClock) -> None:
    room = builders.a_retro(database, cast, clock, Stage.PREPARE, k=3)
    desk = open_window("laptop", person=cast.frieda)
    desk.goto(f"/desk/retros/{room.id}")
    screen = open_window("screen", person=cast.frieda)
    screen.goto(f"/desk/retros/{room.id}/screen")
    found = []
    phone = None
    for stage in STAGES:
        if stage is not Stage.PREPARE:
            builders._before(database, room, stage, {"Editorial": 3, "Production": 3}, 2, clock)
            builders.move(database, cast.frieda, room, stage, clock)
        if stage is Stage.CHECK_IN:
            phone = open_window("phone")
            phone.goto(f"/r/{room.code}")
            found += troubles(phone, "join")
            phone.get_by_role("button", name="Editorial").click()
        if stage is Stage.DISCUSS:
            _put_in_the_light(database, cast, room, clock)
        for name, page in (("desk", desk), ("screen", screen), ("phone", phone)):
            if page is None:
                continue
            page.reload() if stage is not Stage.CLOSED else None
            is_live(page)
            expect(heading(page)).to_be_visible()
            page.evaluate("() => { for (const one of document.querySelectorAll('main details')) one.open = true; }")
            found += troubles(page, f"{name} in {stage}")
    assert found == [], "\n".join(found)


def _put_in_the_light(database: Database, cast: Cast, room: builders.Room, clock: SetClock) -> None:
    from app.retros import service as retros

    topic = builders.topics_of(database, room)[0]
    with database.transaction() as db:
        retros.spotlight(db, cast.frieda.visitor, room.id, topic, clock.now(), 5)
