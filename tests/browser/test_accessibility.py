"""Every page and every stage, on every screen: nothing that axe finds, nothing too wide, nothing too small to hit."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID
from zlib import crc32

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.fields import Fields
from app.actions.rules.kinds import ActionState, Cause
from app.actions.service import capturing, loading
from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from app.evidence.jobs import run_due as count_findings
from app.notifications.models import Mail
from app.notifications.rules.keeping_open import KEEP_OPEN, KeepLink
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_promises import LetterPromise, countered
from app.notifications.rules.one_click import OneClickLink
from app.notifications.rules.parts import Bullets, Button, MailHeading, Small, dumped
from app.notifications.service import one_click, preferences
from app.outcomes.rules.sharing import SHARE_DAYS
from app.outcomes.service import outcomes
from app.people.service import invitations
from app.retros.rules.names import STAGES, Stage, WayIn
from app.themes.service import taking_in
from tests import builders, past
from tests.browser.acting import heading, is_live
from tests.browser.conftest import Windows
from tests.browser.looking import troubles
from tests.cast import Cast
from tests.conftest import NOON, SHORT
from tests.history import a_theme
from tests.recurring import SAID, brought
from tests.unit.test_findings import an_action, ten_retros
from tests.unit.test_findings import month as retro_day
from tests.web.walking import ways

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.timeout(300),
]

NO_PAGES = re.compile(r"/healthz|/readyz|/desk/regions|.*(/stream|/changes|/mine|\.csv|\.md|\.json|\.ics)|/api/.*")
"""What browsers fetch and people do not look at."""


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_every_page(
    open_window: Windows, app: FastAPI, database: Database, cast: Cast, clock: SetClock, kind: str
) -> None:
    """Each address that answers with a page, taken from the routes themselves; the live screens follow below."""
    some = {"Editorial": 3, "Production": 3}
    project = builders.a_project(database, cast, clock)
    ahead = builders.a_retro(database, cast, clock, Stage.PREPARE, project_id=project, way_in=WayIn.TICKET)
    talk = builders.a_retro(database, cast, clock, Stage.DISCUSS, project_id=project, seats=some)
    over = builders.a_retro(database, cast, clock, Stage.CLOSED, project_id=project, seats=some)
    read = builders.a_retro(database, cast, clock, Stage.GROUP, project_id=project, seats=some)
    values = {
        "project_id": project, "department_id": cast.editorial, "account_id": cast.mia.id,
        "topic_id": builders.topics_of(database, talk)[0], "action_id": _promise(database, talk, clock),
        "agreement_id": _agreement(database, cast, clock), "mail_id": _mail(database, clock),
        "kind_key": "meetings",
        "webhook_id": builders.a_webhook(database, cast, clock),
        "provider_id": cast.editorial, "consumer_id": cast.production, "theme_id": _theme(database, cast, clock),
        "one_id": cast.editorial, "other_id": cast.production,
        "import_id": past.imported(database, clock), "upload_id": past.uploaded(database, cast.ada, clock),
    }  # fmt: skip
    rooms = {"preparation": ahead, "tickets": ahead, "outcome": over, "late-round": read}
    links = {
        "invitations": _invite(database, cast, clock), "shared": _share(database, cast, over, clock),
        "m": _mail_button(database, cast, clock),
        "open": database.info["signing_key"].sign(KEEP_OPEN, KeepLink(talk.id, cast.frieda.id).signed()),
        "off": preferences.off_token(database.info["signing_key"], cast.mia.id, MailKind.REMINDERS),
    }  # fmt: skip
    loaded = f"/desk/actions/{_loaded(database, clock)}/complete"
    ada = open_window(kind, person=cast.ada, expected=("status of 404",))
    frieda = open_window(kind, person=cast.frieda)
    found = []
    for way in ways(app):
        if way.method != "GET" or NO_PAGES.fullmatch(way.template) or "/setup/" in way.template:
            continue
        # CI's short run looks at each page once: one half on a phone, the other on a laptop.
        if SHORT and crc32(way.template.encode()) % 2 != (kind == "phone"):
            continue
        parts = way.template.split("/")
        room = next((rooms[part] for part in parts if part in rooms), talk)
        token = next((links[part] for part in reversed(parts) if part in links), "")
        address = way.address(values | {"retro_id": room.id, "code": room.code, "token": token})
        page = frieda if "/retros/" in way.template or "/actions/" in way.template else ada
        answer = page.goto(loaded if way.template.endswith("/complete") else address)
        assert answer
        assert answer.status == 200, f"{way.template}: {answer.status}"
        found += troubles(page, way.template)
    for nowhere in ("/nowhere", "/r/NOSUCH00"):
        ada.goto(nowhere)
        found += troubles(ada, nowhere)
    assert found == [], "\n".join(found)


def _theme(database: Database, cast: Cast, clock: SetClock) -> UUID:
    """A friction with a picture, pairs and an action that was accepted; doubtful ones wait beside it."""
    brought(database, cast, sorted(SAID))
    taking_in.take_in(database, NOON)
    theme = a_theme(database, "Files for print come late")
    retros = ten_retros(database, cast, theme, [3, 3, 3, 5, 2, 1, 0])
    an_action(database, cast, retros[3], retro_day(3))
    count_findings(database, clock.now())
    return theme


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_the_first_page_of_all(open_window: Windows, database: Database, clock: SetClock, kind: str) -> None:
    with database.transaction() as db:
        token = invitations.prepare_setup(db, clock.now())
    page = open_window(kind)
    page.goto(f"/desk/setup/{token}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Set up")
    found = troubles(page, "setup")
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


def _mail_button(database: Database, cast: Cast, clock: SetClock) -> str:
    """Of a mail to Paul, whom a closed retro asks for a promise."""
    room = builders.a_retro(database, cast, clock, Stage.DISCUSS, seats={"Editorial": 3, "Production": 3}, k=3)
    action_id = _promise(database, room, clock)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        builders.move(database, cast.frieda, room, stage, clock)
    with database.reading() as db:
        return one_click.token_for(db, OneClickLink(action_id, cast.paul.id, ActionState.PROMISED, 1))


def _promise(database: Database, room: builders.Room, clock: SetClock) -> UUID:
    cast = room.cast
    fields = Fields(
        title="Send page proofs two days earlier",
        done_when="Proofs are in the folder on Wednesday",
        owner_id=cast.paul.id,
        requesting_department_id=cast.editorial,
        providing_department_id=cast.production,
        due_on=clock.now().date() + timedelta(days=20),
        cause=Cause.PREVENT,
    )
    with database.transaction() as db:
        return capturing.capture(db, cast.frieda.visitor, room.id, fields, clock.now())


def _loaded(database: Database, clock: SetClock) -> UUID:
    rows = [{"title": "Write the checklist", "owner": "Dev + Design", "status": "ongoing", "raised": "2020-05-19"}]
    with database.transaction() as db:
        loading.load(db, None, rows, "Wiki", clock.now())
        return db.exec(select(Action.id).where(Action.imported_from == "Wiki")).one()


def _mail(database: Database, clock: SetClock) -> UUID:
    """One that is only kept, with every kind of part."""
    told = LetterPromise(
        "Send proofs", "Sent.", "Paul", "Production", "Editorial", None, "https://lantern.example/x", "Paul", "?"
    )
    words = (*countered("Edda", told, None).parts, MailHeading("More"), Bullets((("One", ""), ("Two", "/desk"))))
    with database.transaction() as db:
        row = Mail(
            recipient="edda@lantern.example",
            subject="Another offer: Send proofs",
            text="",
            parts=dumped((*words, Button("Accept", "/m/x", is_personal=True), Small("Small print"))),
            due_at=clock.now(),
            created_at=clock.now(),
            is_kept=True,
        )
        db.add(row)
        return row.id


def _invite(database: Database, cast: Cast, clock: SetClock) -> str:
    with database.transaction() as db:
        return invitations.prepare_new_link(db, cast.ada.visitor, cast.mia.id, clock.now())


def _share(database: Database, cast: Cast, room: builders.Room, clock: SetClock) -> str:
    with database.transaction() as db:
        return outcomes.share(db, cast.frieda.visitor, room.id, SHARE_DAYS[0], True, clock.now())[1]


def _agreement(database: Database, cast: Cast, clock: SetClock) -> UUID:
    """Written down by Editorial, so that the page of an agreement has its answers."""
    text = "Copy reaches Production three working days before press."
    with database.transaction() as db:
        return agreements.write_agreement(
            db, cast.edda.visitor, Terms(text, cast.editorial, cast.production), clock.now()
        )


def _put_in_the_light(database: Database, cast: Cast, room: builders.Room, clock: SetClock) -> None:
    from app.retros.service import timebox

    topic = builders.topics_of(database, room)[0]
    with database.transaction() as db:
        timebox.spotlight(db, cast.frieda.visitor, room.id, topic, clock.now(), 5)
