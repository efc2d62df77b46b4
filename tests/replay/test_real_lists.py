"""Three real lists of actions are loaded, recognised again, and worked through at the desk by whom they bind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from app.actions.models import Action
from app.actions.queries import rows as rows_queries
from app.actions.rules.kinds import ActionState
from app.actions.rules.list_files import read_list, text_of
from app.actions.rules.loading import RowOutcome
from app.actions.rules.states import project
from app.actions.service import loading
from app.actions.service.loading import LoadReport
from app.core.clock import SetClock
from app.core.db import Database
from app.departments import service as departments
from app.people.service import accounts
from tests.cast import Cast, Person
from tests.load.forms import form
from tests.replay.sources import OPEN_SET

AtDesk = Callable[[Person], TestClient]
LISTS = ("eapd", "mybinder", "dfds")
LEFT_OPEN = "The list does not say who asked for it or a day by which it is due."
LEFT_OUT = "left out of the figures on promises kept"

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(not OPEN_SET.exists(), reason="the shared open set of retros is not here"),
]


def notes_of(name: str) -> list[dict[str, Any]]:
    """The actions of a source, read without the code under test."""
    records = [json.loads(line) for line in (OPEN_SET / f"{name}.jsonl").read_text().splitlines()]
    return [one for one in records if one["kind"] == "action"]


def load(database: Database, clock: SetClock, name: str) -> LoadReport:
    found = read_list(text_of((OPEN_SET / f"{name}.jsonl").read_bytes()))
    with database.transaction() as db:
        return loading.load(db, None, found.rows, name, clock.now())


def rows(database: Database, name: str) -> list[Action]:
    with database.reading() as db:
        wanted = select(Action).where(col(Action.imported_from) == name).order_by(col(Action.created_at))
        found = list(db.exec(wanted).all())
        db.expunge_all()
        return found


@pytest.fixture
def dev(database: Database, cast: Cast, clock: SetClock) -> Cast:
    """Two of the departments that the eAPD list names, one led by Paul and the other by Edda."""
    with database.transaction() as db:
        for name, lead in (("Dev", cast.paul), ("Design", cast.edda)):
            cast.departments[name] = departments.create(db, None, name, now=clock.now())
            accounts.set_memberships(db, lead.id, {cast.departments[name]: True})
    return cast


@pytest.mark.parametrize(("name", "count", "sessions"), [("eapd", 141, 47), ("mybinder", 126, 23), ("dfds", 127, 39)])
def test_every_action_of_a_real_list_is_loaded_as_its_source_states_it(
    database: Database, dev: Cast, clock: SetClock, name: str, count: int, sessions: int
) -> None:
    notes = notes_of(name)
    assert (len(notes), len({one["x"]["session"] for one in notes})) == (count, sessions)
    report = load(database, clock, name)
    assert [line.outcome for line in report.lines] == [RowOutcome.NEW] * count
    loaded = rows(database, name)
    assert [row.imported_as for row in loaded] == [f"{name}#{one['x']['session']}/{one['x']['n']}" for one in notes]
    for row, note in zip(loaded, notes, strict=True):
        assert json.loads(row.imported_row)["title"] == note["text"].strip(), "word for word"
        assert row.owner_name == (note["owner"] or "")
        assert (row.state == ActionState.DONE_BEFORE) == (note["status"] == "done")
        assert (row.providing_department_id is not None) == (note["department"] in ("Dev", "Design"))
    assert report.unknown_departments == tuple(sorted({one["department"] for one in notes} - {None, "Dev", "Design"}))
    _nothing_was_made_up(loaded)
    assert [line.outcome for line in load(database, clock, name).lines] == [RowOutcome.UNCHANGED] * count
    assert rows(database, name) == loaded


def _nothing_was_made_up(loaded: Iterable[Action]) -> None:
    for row in loaded:
        assert (row.requesting_department_id, row.due_on, row.promised_for, row.requested_on) == (None,) * 4
        assert (row.owner_id, row.owner_email, row.done_when, row.retro_id) == (None, "", "", None)
        assert (row.reported_on, row.answered_in, row.open_for, row.by_silence) == (None, None, None, False)
        assert row.attention_at is None, "the calendar reminds nobody of what nobody was asked for"


def test_days_of_being_done_are_those_of_the_source(database: Database, cast: Cast, clock: SetClock) -> None:
    load(database, clock, "eapd")
    stated = {f"eapd#{one['x']['session']}/{one['x']['n']}": one["x"].get("done_date") for one in notes_of("eapd")}
    done = [row for row in rows(database, "eapd") if row.state == ActionState.DONE_BEFORE]
    assert len(done) == 28
    with_day = {row.imported_as: str(row.settled_on) for row in done if stated[str(row.imported_as)]}
    assert len(with_day) == 14
    assert with_day == {name: day for name, day in stated.items() if day}
    assert {row.settled_on for row in done if not stated[str(row.imported_as)]} == {clock.now().date()}
    with database.reading() as db:
        for row in done:
            steps = rows_queries.steps_of(db, row.id)
            assert [step.account_id for step in steps] == [None, None]
            assert project(steps).state == row.state
            silent = "It does not say when." in steps[-1].reason
            assert silent == (stated[str(row.imported_as)] is None)


def test_real_lists_are_worked_through_at_the_desk(
    database: Database, client: TestClient, dev: Cast, clock: SetClock, at_desk: AtDesk
) -> None:
    for name in LISTS:
        load(database, clock, name)
    paul, edda = at_desk(dev.paul), at_desk(dev.edda)
    waiting = _links(paul.get("/desk/actions/loaded?list=eapd").text)
    assert len(waiting) == 6, "what the source names Dev for"
    for url in waiting:
        page = paul.get(url).text
        assert LEFT_OPEN in page
        assert LEFT_OUT in page
    kept, sent_back, dropped, *others = waiting
    _ask(paul, kept)
    _ask(paul, sent_back)
    _drop(paul, dropped)
    _step(paul, kept, "promised")
    _step(paul, kept, "reported_done")
    refused = paul.post(f"{kept}/steps", data={"state": "accepted"})
    assert refused.status_code == 403, "never by the owner"
    _step(edda, kept, "accepted")
    for state in ("promised", "reported_done"):
        _step(paul, sent_back, state)
    _step(edda, sent_back, "sent_back", reason="The test data is missing.")
    _step(paul, sent_back, "reported_done")
    _step(edda, sent_back, "accepted")
    states = {f"/desk/actions/{row.id}": row for row in rows(database, "eapd")}
    assert [states[url].state for url in waiting[:3]] == [
        ActionState.ACCEPTED,
        ActionState.ACCEPTED,
        ActionState.NOT_DOING,
    ]
    assert all(states[url].promised_for is not None for url in (kept, sent_back))
    others_state = [row for url, row in states.items() if url not in (kept, sent_back, dropped)]
    assert len(others_state) == 138
    _nothing_was_made_up(others_state)
    for url in others:
        assert LEFT_OUT in paul.get(url).text
    again = load(database, clock, "eapd")
    assert again.count(RowOutcome.UNCHANGED) == 141


def _links(page: str) -> list[str]:
    """The actions that a page of a loaded list offers to complete."""
    found = [part.split('"')[0] for part in page.split('href="')[1:]]
    return [one.removesuffix("/complete") for one in found if one.endswith("/complete")]


def _ask(browser: TestClient, url: str) -> None:
    """Through the form of the page, with what it really offers."""
    new = form(browser.get(f"{url}/complete").text, "/completion")
    half = browser.post(new.action, data=dict(new.filled(done_when="The team has seen it.")))
    assert half.status_code == 422
    assert "Choose who asks for it." in half.text
    filled = new.filled(
        done_when="The team has seen it.",
        owner=new.choice("owner", "Paul"),
        requesting_department=new.choice("requesting_department", "Design"),
        due_on="2026-04-10",
        cause="process",
    )
    answer = browser.post(new.action, data=dict(filled))
    assert answer.status_code == 303, answer.text


def _drop(browser: TestClient, url: str) -> None:
    drop = form(browser.get(f"{url}/complete").text, "/dropping")
    assert browser.post(drop.action, data=dict(drop.filled(reason="That tool is gone."))).status_code == 303


def _step(browser: TestClient, url: str, state: str, **said: str) -> None:
    answer = browser.post(f"{url}/steps", data={"state": state, **said})
    assert answer.status_code == 303, answer.text
