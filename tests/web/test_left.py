"""Who has left is marked wherever the name is shown: on every page, in every table, file and mail."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.core.clock import SetClock
from app.core.db import Database
from app.people.models import Account
from app.people.queries import names, roster
from app.people.service import accounts
from app.retros.rules.names import Stage
from tests.cast import Cast
from tests.promises import asked, take
from tests.unit.test_actions_service import capture, closed
from tests.web.house import House
from tests.web.walking import ways

QUIRIN, OTTOKAR = "Quirin Abendroth", "Ottokar Morgenroth"
NOT_NAMES = re.compile(r"\.email|order_by\(|person\.name|\.shown_name")


@pytest.fixture
def house_left(house_at: Callable[[Stage], House], at_desk: Callable[..., TestClient], clock: SetClock) -> House:
    """A closed retro that Ottokar ran; Quirin promised, agreed and reported. Both have left."""
    house = house_at(Stage.DISCUSS)
    database, cast = house.database, house.cast
    with database.transaction() as db:
        db.get_one(Account, cast.paul.id).name = QUIRIN
        db.get_one(Account, cast.frieda.id).name = OTTOKAR
        terms = Terms("Proofs on Tuesday", cast.production, cast.editorial, "", None)
        agreement = agreements.write_agreement(db, cast.paul.visitor, terms, clock.now())
    done, _ = capture(database, house.room, clock), capture(database, house.room, clock, title="Handed over")
    closed(database, house.room, clock)
    take(database, cast.paul, done, clock, ActionState.PROMISED, ActionState.REPORTED_DONE)
    take(database, cast.edda, done, clock, ActionState.ACCEPTED)
    house.values().update({"account_id": cast.paul.id, "action_id": done, "agreement_id": agreement})
    ada = at_desk(cast.ada)
    for person in (cast.paul, cast.frieda):
        gone = ada.post(f"/desk/people/{person.id}/leaving", data={"usual": str(cast.carla.id)})
        assert gone.status_code == 303
    return house


def unmarked(text: str) -> list[str]:
    """Each place where a name stands without the mark."""
    words = html.unescape(re.sub(r"<[^>]+>", "", text))
    found = re.finditer(rf"({QUIRIN}|{OTTOKAR})(?! \(left\))", words)
    return [words[max(0, one.start() - 60) : one.end() + 40] for one in found]


def test_every_page_table_and_file_marks_who_has_left(house_left: House, at_desk: Callable[..., TestClient]) -> None:
    marked: set[str] = set()
    for reader in (house_left.cast.ada, house_left.cast.edda, house_left.cast.mia):
        browser = at_desk(reader)
        for way in ways(house_left.app):
            if way.method != "GET" or not way.is_desk or way.is_stream:
                continue
            answer = browser.get(way.address(house_left.known), follow_redirects=False)
            if not answer.headers.get("content-type", "").startswith("text"):
                continue
            assert unmarked(answer.text) == [], way
            if "(left)" in answer.text:
                marked.add(way.template)
    expected = {"/desk/actions/{action_id}", "/desk/people", "/desk/agreements", "/desk/retros/{retro_id}/outcome"}
    assert expected <= marked


def test_programs_mails_and_webhooks_are_told_the_marked_name(
    database: Database, cast: Cast, clock: SetClock
) -> None:
    with database.transaction() as db:
        db.get_one(Account, cast.sven.id).name = QUIRIN
        accounts.disable(db, cast.ada.visitor, cast.sven.id, clock.now())
        assert names(db)[cast.sven.id] == f"{QUIRIN} (left)"
        assert db.exec(select(Account.shown_name).where(Account.id == cast.sven.id)).one() == f"{QUIRIN} (left)"
        assert db.get_one(Account, cast.sven.id).shown_name == f"{QUIRIN} (left)"
        assert QUIRIN in roster(db), "the gentle check would not know the name any more"


def test_nothing_reads_the_bare_name_to_show_it() -> None:
    """A new query that selects `Account.name` shows people who left as if they were here."""
    app = Path(__file__).resolve().parents[2] / "app"
    bare = [
        f"{file.relative_to(app)}: {line.strip()}"
        for file in sorted(app.rglob("*.py"))
        for line in file.read_text().splitlines()
        if re.search(r"\bAccount\.name\b", line) and not NOT_NAMES.search(line)
    ]
    allowed = {
        "briefs/queries/brief.py: select(Account.id, Account.name)",  # who may sign in, to be mailed
        "people/queries.py: return _ROSTER.get(db, None, tuple(now), lambda: list(db.exec(select(Account.name))))",
        "people/queries.py: now = db.exec(select(func.count(), func.sum(func.length(Account.name)))).one()",  # none
    }
    assert {one for one in bare if not one.startswith("themes/service/reading.py")} == allowed


def test_the_gone_owner_of_an_open_promise_is_marked_in_the_list_of_the_other_side(
    database: Database, cast: Cast, clock: SetClock, at_desk: Callable[..., TestClient]
) -> None:
    waiting: UUID = asked(database, cast, clock)
    with database.transaction() as db:
        db.get_one(Account, cast.paul.id).disabled_at = clock.now()
        assert db.get_one(Action, waiting).owner_id == cast.paul.id
    assert "Paul (left)" in at_desk(cast.edda).get("/desk/actions").text
