"""Everybody is as blind as everybody else: each role, each page, each file and each live frame, at each stage.

What must not be there is looked for by its bytes; what must not be told by numbers is shown by interference: what
nobody may learn is changed, and not one byte of anybody's page may change with it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.agreements import service as agreements
from app.agreements.rules import Terms
from app.retros.rules.names import STAGES, Stage
from app.votes.models import Tally
from tests import builders
from tests.attack.attacker import known_tags
from tests.attack.play import Played
from tests.databases import only_sqlite
from tests.web.walking import ask, sampled, ways

pytestmark = [only_sqlite, pytest.mark.timeout(240)]
ROLES = ("frieda", "carla", "stefan", "edda", "ada", "mia", "sven")
# Three alone reach k; Marketing's one is pooled with the smallest of them, Editorial, and two keep their names.
SEATS = {"Editorial": 6, "Production": 7, "Rights": 8, "Marketing": 1}
POLLED = "/changes"


@pytest.fixture
def browsers(app, at_desk, new_browser, cast):
    found = {name: at_desk(getattr(cast, name)) for name in ROLES}
    return {**found, "passer-by": new_browser()}


@pytest.fixture
def begin(app, database, cast, clock):
    def make(stage):
        agree(database, cast, clock.now() - timedelta(days=1))
        project_id = builders.a_project(database, cast, clock, tuple(SEATS))
        room = builders.a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=SEATS, project_id=project_id)
        for step in STAGES[2 : STAGES.index(stage) + 1]:
            if step is Stage.GROUP:
                for secret in room.all_secrets():
                    builders.write(database, room.seat_of(secret), words_of(room, secret))
            if step is Stage.DISCUSS:
                vote(database, room)
            builders.move(database, cast.frieda, room, step, clock)
        if stage is Stage.WRITE:
            for secret in room.all_secrets():
                builders.write(database, room.seat_of(secret), words_of(room, secret))
        return room

    return make


FULL = os.environ.get("FENCEPOST_FULL") == "1"


def agree(database, cast, yesterday):
    """An agreement of two departments of the room, in force since before: check-in shows it to everybody."""
    terms = Terms("Copy reaches Production in time.", cast.editorial, cast.production)
    with database.transaction() as db:
        agreement_id = agreements.write_agreement(db, cast.edda.visitor, terms, yesterday)
        agreements.say_yes(db, cast.paul.visitor, agreement_id, yesterday)


def vote(database, room):
    topics = builders.topics_of(database, room)
    for number, secret in enumerate(room.all_secrets()):
        for place, topic_id in enumerate(topics):
            dots = 1 if place == number % len(topics) else 0
            builders.vote(database, room.seat_of(secret), topic_id, "agree", dots=dots)


def words_of(room, secret):
    """A text that only this seat writes; says nothing of who it is."""
    number = room.all_secrets().index(secret)
    return f"Case {'abcdefghijklmnopqrstuvwxyz'[number] * 5} went to the printer on a Friday"


def pages(app, browser, room, cast, database, project_id):
    """Answers of every GET that leads anywhere, with what this retro has, by address."""
    database.caches.clear()  # each walk begins with an empty memory: how often it knew is on a page of its own
    topics = builders.topics_of(database, room)
    values = {
        "retro_id": room.id,
        "code": room.code,
        "project_id": project_id,
        "department_id": cast.editorial,
        "account_id": cast.paul.id,
        "topic_id": topics[0] if topics else room.id,
        "action_id": room.id,
        "webhook_id": room.id,
        "kind_key": "meetings",
        "mail_id": room.id,
        "provider_id": cast.editorial,
        "theme_id": room.id,
        "consumer_id": cast.production,
        "one_id": cast.editorial,
        "other_id": cast.production,
        "agreement_id": agreement_of(database),
        "import_id": room.id,
        "upload_id": room.id,
        "token": "x" * 43,
    }
    found = {}
    every = [way for way in ways(app) if way.method == "GET" and not way.is_stream]
    # The quarter changes with the stage: in the short run all stages together walk all pages.
    for way in every if FULL else sampled(every, quarter=len(room.view().stage)):
        for address in _addresses(way, values):
            answer = ask(browser, way, address)
            found[address] = f"{answer.status_code} {dict(answer.headers)!r} {answer.text}"
    return found


def _addresses(way, values):
    address = way.address(values)
    if not way.template.endswith(POLLED):
        return [address]
    audiences = ("facilitator", "screen", "observer") if way.is_desk else ("participant",)
    return [f"{address}?since=0&audience={audience}" for audience in audiences]


def all_look_in(browsers, room):
    """Every screen says who looks in: everybody has come before the first picture, so that both say the same."""
    for browser in browsers.values():
        browser.get(f"/desk/retros/{room.id}")


def project_of(database, room):
    with database.engine.connect() as connection:
        return connection.execute(
            text("SELECT project_id FROM retro WHERE id = :id"), {"id": room.id.hex}
        ).scalar_one()


def agreement_of(database):
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT id FROM agreement LIMIT 1")).scalar_one_or_none()
    return found or "0" * 32


def secrets_of(database, room):
    """Bytes that no other browser may ever be sent."""
    topics = [topic.hex for topic in builders.topics_of(database, room)]
    played = Played(room.id, room.code, joined=room.all_secrets())
    with database.engine.connect() as connection:
        tags = [
            tag
            for table in ("seat", "draft", "stance_vote", "dot_vote", "rating", "answer")
            for tag in connection.execute(text(f"SELECT tag FROM {table}")).scalars()
        ]
        handles = connection.execute(text("SELECT handle FROM seat")).scalars().all()
    return {*room.all_secrets(), *known_tags(played, topics), *tags}, handles


@pytest.mark.parametrize("stage", STAGES[1:], ids=str)
def test_nobody_is_sent_a_tag_a_secret_or_a_handle_nor_an_entry_too_early(
    app, browsers, begin, cast, database, stage
):
    room = begin(stage)
    hidden, handles = secrets_of(database, room)
    assert len(hidden) > 100
    texts = [words_of(room, secret) for secret in room.all_secrets()]
    early = STAGES.index(stage) < STAGES.index(Stage.GROUP)
    project_id = project_of(database, room)
    looked_at, read_along = 0, {}
    for role, browser in browsers.items():
        for address, answer in pages(app, browser, room, cast, database, project_id).items():
            looked_at += answer.startswith("200")
            where = f"{role} at {address} in {stage}"
            assert not [mark for mark in hidden if mark in answer], where
            assert not [handle for handle in handles if re.search(rf"\b{handle}\b", answer)], where
            if early:
                assert not [words for words in texts if words in answer], where
            if role in ("sven", "passer-by"):
                if address in open_to_the_code(room, stage):
                    read_along.setdefault(address, set()).add(answer)
                else:
                    assert not [words for words in texts if words in answer], where
    assert looked_at > 100
    for address, answers in read_along.items():
        assert len(answers) == 1, f"{address} tells who reads without a seat"


def open_to_the_code(room, stage):
    """Where the room's code alone shows what the room reads: along with it, once "one more thing" is over (decision
    26), and again when it is closed (decision 6)."""
    if stage is Stage.CLOSED:
        return {f"/r/{room.code}/outcome"}
    if STAGES.index(stage) < STAGES.index(Stage.VOTE):
        return set()
    return {f"/r/{room.code}{path}" for path in ("", "/reading", "/changes?since=0&audience=participant")}


@pytest.mark.parametrize("stage", [Stage.CHECK_IN, Stage.WRITE], ids=str)
def test_before_the_reveal_no_page_depends_on_who_sits_where(app, browsers, begin, cast, database, stage):
    """Everybody but one sits in another department: not a byte of any page of any role is different."""
    room = begin(stage)
    project_id = project_of(database, room)
    all_look_in(browsers, room)
    before = {r: pages(app, b, room, cast, database, project_id) for r, b in browsers.items()}
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE seat SET department_id = :there WHERE department_id = :here"),
            {"there": cast.marketing.hex, "here": cast.production.hex},
        )
    app.state.painter._whole.forget()
    for role, browser in browsers.items():
        after = pages(app, browser, room, cast, database, project_id)
        assert _without_keys(after) == _without_keys(before[role]), role


def test_before_the_reveal_no_page_depends_on_what_or_how_much_was_written(app, browsers, begin, cast, database):
    room = begin(Stage.WRITE)
    project_id = project_of(database, room)
    all_look_in(browsers, room)
    before = {r: pages(app, b, room, cast, database, project_id) for r, b in browsers.items()}
    for number in range(6):
        builders.write(database, room.seat("Production"), f"One more observation, number {number}")
    app.state.painter._whole.forget()
    for role, browser in browsers.items():
        after = pages(app, browser, room, cast, database, project_id)
        assert _without_keys(after) == _without_keys(before[role]), role


def test_while_people_vote_no_page_depends_on_the_votes(app, browsers, begin, cast, database):
    room = begin(Stage.VOTE)
    project_id = project_of(database, room)
    all_look_in(browsers, room)
    before = {r: pages(app, b, room, cast, database, project_id) for r, b in browsers.items()}
    vote(database, room)
    app.state.painter._whole.forget()
    for role, browser in browsers.items():
        after = pages(app, browser, room, cast, database, project_id)
        assert _without_keys(after) == _without_keys(before[role]), role


def test_the_comparison_would_notice_a_number(app, browsers, begin, cast, database, clock):
    """What everybody may know (how many are seated) does change a page."""
    room = begin(Stage.WRITE)
    project_id = project_of(database, room)
    before = pages(app, browsers["frieda"], room, cast, database, project_id)
    builders.sit_down(database, room, "Production", clock)
    after = pages(app, browsers["frieda"], room, cast, database, project_id)
    assert _without_keys(after) != _without_keys(before)


@pytest.mark.parametrize("stage", STAGES[3:], ids=str)
def test_a_pooled_department_is_never_named_beside_an_entry(app, browsers, begin, cast, database, stage):
    room = begin(stage)
    with database.engine.connect() as connection:
        pooled_ids = (
            connection.execute(text("SELECT department_id FROM retro_department WHERE pooled")).scalars().all()
        )
    pooled = [name for name, one in cast.departments.items() if one.hex in pooled_ids]
    assert sorted(pooled) == ["Editorial", "Marketing"]
    project_id = project_of(database, room)
    texts = {words_of(room, secret): name for name in SEATS for secret in room.secrets[name]}
    told = 0
    for role, browser in browsers.items():
        for address, answer in pages(app, browser, room, cast, database, project_id).items():
            for words, department in texts.items():
                for beside in _beside(address, answer, words):
                    named = [name for name in pooled if name in beside]
                    assert not named, f"{role} at {address}: {named} beside {words!r}"
                    told += department not in pooled and department in beside
    assert told > 0, "labelled departments are named, so the search does look beside entries"


@pytest.mark.parametrize("stage", [Stage.DISCUSS, Stage.CLOSED], ids=str)
def test_no_figure_is_of_a_group_below_k(begin, database, stage):
    begin(stage)
    with database.reading() as db:
        groups = {(tally.group, tally.seats) for tally in db.exec(select(Tally))}
    assert groups
    assert all(seats >= 5 for _, seats in groups)


def test_a_participant_sees_its_own_handle_and_no_other(app, begin, new_browser, database):
    room = begin(Stage.WRITE)
    _, handles = secrets_of(database, room)
    phone = new_browser()
    phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
    mine = room.seat().handle
    for path in ("", "/mine", "/changes"):
        page = phone.get(f"/r/{room.code}{path}").text
        assert not [h for h in handles if h != mine and re.search(rf"\b{h}\b", page)]
        others = [words_of(room, secret) for secret in room.all_secrets() if secret != room.secret()]
        assert not [words for words in others if words in page]
    assert mine in phone.get(f"/r/{room.code}").text
    assert mine not in phone.get(f"/r/{room.code}/changes").text, "a live frame is the same for everybody"


class TestAbuse:
    def test_a_seat_is_ejected_by_the_letters_on_its_phone_and_counted_in_public(
        self, app, begin, cast, at_desk, new_browser, database
    ):
        room = begin(Stage.WRITE)
        desk = at_desk(cast.frieda)
        assert 'name="handle"' in desk.get(f"/desk/retros/{room.id}/settings").text
        handle = room.seat().handle
        answer = desk.post(f"/desk/retros/{room.id}/ejected-seats", data={"handle": handle.lower()})
        assert answer.status_code == 303
        other = new_browser()
        other.cookies.set("seat", room.secret("Production"), path=f"/r/{room.code}")
        page = other.get(f"/r/{room.code}").text
        assert "1 seat has been removed from this retro by those who run it." in page
        assert handle not in page
        gone = new_browser()
        gone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        assert gone.get(f"/r/{room.code}").status_code == 403
        with database.engine.connect() as connection:
            drafts = connection.execute(text("SELECT count(*) FROM draft")).scalar_one()
        assert drafts == len(room.all_secrets()) - 1, "its drafts go with its next request"

    def test_an_entry_is_hidden_for_a_reason_that_everybody_sees_and_shown_again(
        self, app, begin, cast, at_desk, new_browser
    ):
        room = begin(Stage.GROUP)
        desk = at_desk(cast.frieda)
        board = desk.get(f"/desk/retros/{room.id}").text
        assert 'id="hide-entry"' in board
        words = words_of(room, room.secret())
        card = next(card for card in _cards(board) if words in card)
        entry = re.search(r'data-entry="([\w-]{36})"', card)[1]
        url = f"/desk/retros/{room.id}/hidden-entries"
        assert desk.post(url, data={"entry": entry, "reason": "I do not like it"}).status_code == 422
        assert desk.post(url, data={"entry": entry, "reason": "names_a_person"}).status_code == 303
        phone = new_browser()
        phone.cookies.set("seat", room.secret("Production"), path=f"/r/{room.code}")
        everybody = (
            phone.get(f"/r/{room.code}").text,
            desk.get(f"/desk/retros/{room.id}").text,
            desk.get(f"/desk/retros/{room.id}/screen").text,
        )
        for page in everybody:
            assert words not in page
            assert re.search(r"Hidden by the facilitator:[^<]*person", page)
        assert f"{url}/removal" in everybody[1]
        assert desk.post(f"{url}/removal", data={"entry": entry}).status_code == 303
        assert words in phone.get(f"/r/{room.code}").text

    def test_only_who_runs_the_retro_hides_and_ejects(self, app, begin, cast, at_desk):
        room = begin(Stage.GROUP)
        for person, status in ((cast.edda, 403), (cast.ada, 403), (cast.mia, 403), (cast.sven, 404)):
            browser = at_desk(person)
            for path, data in (
                ("hidden-entries", {"entry": str(room.id), "reason": "insults"}),
                ("ejected-seats", {"handle": room.seat().handle}),
            ):
                assert browser.post(f"/desk/retros/{room.id}/{path}", data=data).status_code == status


def _without_keys(found):
    """Without what is drawn anew for every page: keys of forms that nobody has sent yet."""
    return {address: re.sub(r'name="key" value="[^"]*"', "", answer) for address, answer in found.items()}


def _cards(html):
    return re.findall(r'<article class="entry[ "].*?</article>', html, re.DOTALL)


def _beside(address, answer, words):
    """What stands beside an entry with this text: its card, its row, its object or its line."""
    if words not in answer:
        return []
    body = answer.split("} ", 1)[1]
    if address.endswith(".csv"):
        return [" ".join(row) for row in csv.reader(io.StringIO(body)) if any(words in cell for cell in row)]
    if address.endswith(".json"):
        return [json.dumps(found) for found in _objects(json.loads(body)) if found.get("text") == words]
    if address.endswith(".md"):
        return [line for line in body.splitlines() if words in line]
    return [card for card in _cards(body) if words in card]


def _objects(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
