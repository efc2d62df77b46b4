"""Under ten nobody reads "all" or "none": on no screen, in no file. An idea is promised in its own words."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.rules.names import EntryKind
from app.projects import service as projects
from app.retros.rules.names import Stage
from app.topics.service import discussing
from tests.builders import Room, a_retro, move, topics_of, vote, write
from tests.cast import Cast, Person

AtDesk = Callable[[Person], TestClient]
NewBrowser = Callable[[], TestClient]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
IDEA = "Let somebody of Production sit in for the first briefing of each book"


@pytest.fixture
def room(app: FastAPI, database: Database, cast: Cast, clock: SetClock) -> Room:
    """In discussion, the first topic in the light: Editorial all agree, Production all disagree, three of each."""
    seats = {"Editorial": 3, "Production": 3}
    made = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats=seats, k=3)
    move(database, cast.frieda, made, Stage.WRITE, clock)
    for secret in made.all_secrets():
        write(database, made.seat_of(secret), IDEA, EntryKind.IDEA)
        write(database, made.seat_of(secret), "The plates were wrong twice this spring")
    for stage in (Stage.GROUP, Stage.VOTE):
        move(database, cast.frieda, made, stage, clock)
    for topic_id in topics_of(database, made):
        for department, stance in (("Editorial", "agree"), ("Production", "disagree")):
            for number in range(3):
                vote(database, made.seat(department, number), topic_id, stance)
    move(database, cast.frieda, made, Stage.DISCUSS, clock)
    return made


def phones_of(new_browser: NewBrowser, room: Room) -> list[TestClient]:
    phones = []
    for secret in room.all_secrets():
        phone = new_browser()
        phone.cookies.set("seat", secret, path=f"/r/{room.code}")
        phones.append(phone)
    return phones


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_nearly_all_and_nearly_none_everywhere(
    at_desk: AtDesk, new_browser: NewBrowser, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda, board, phone = at_desk(cast.frieda), f"/desk/retros/{room.id}", phones_of(new_browser, room)[0]
    with database.transaction() as db:
        for topic_id in topics_of(database, room):
            discussing.mark_discussed(db, cast.frieda.visitor, room.id, topic_id)
    assert frieda.post(f"{board}/spotlight", data={"topic": str(topics_of(database, room)[0])}).status_code == 303
    screens = [frieda.get(board), frieda.get(f"{board}/screen"), phone.get(f"/r/{room.code}")]
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(database, cast.frieda, room, stage, clock)
    files = [frieda.get(f"{board}/outcome{ending}") for ending in ("", ".md", ".json")]
    for answer in (*screens, *files):
        assert answer.status_code == 200
        assert "nearly all" in answer.text, answer.url
        assert "almost nobody" in answer.text, answer.url
        told = text_of(answer.text)
        assert not re.search(r"\b3 of 3\b|\b0 of 3\b|\b100 ?%|\b0 ?%|\b3 (dis)?agree|\b0 (dis)?agree", told), (
            answer.url
        )
    for answer in screens:
        assert "w-20" not in "".join(re.findall(r'class="stances-\w+ w-\d+"', answer.text)), "a full bar says all"


def test_a_secret_question_that_all_answered_alike(
    at_desk: AtDesk, new_browser: NewBrowser, database: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    frieda, board, phones = at_desk(cast.frieda), f"/desk/retros/{room.id}", phones_of(new_browser, room)
    topic = str(topics_of(database, room)[0])
    frieda.post(f"{board}/spotlight", data={"topic": topic})
    frieda.post(f"{board}/questions/more-time")
    for phone in phones:
        phone.post(f"/r/{room.code}/answers", data={"question": f"more:{topic}:1", "value": "yes"})
    frieda.post(f"{board}/questions/more-time/end")
    told = text_of(phones[0].get(f"/r/{room.code}").text)
    assert "Nearly all say yes" in told
    assert "6 yes" not in told
    move(database, cast.frieda, room, Stage.WRAP_UP, clock)
    for phone in phones:
        phone.post(f"/r/{room.code}/answers", data={"question": "roti", "value": "4"})
    move(database, cast.frieda, room, Stage.CLOSED, clock)
    screen = frieda.get(f"{board}/screen").text
    asked = re.search(r"Was it worth the time.*?</figure>", screen, re.S)
    assert asked
    assert "About 3.5" in asked[0]
    assert not re.search(r'<span class="number">6</span></td>', asked[0])
    for ending in ("", ".md", ".json"):
        outcome = frieda.get(f"{board}/outcome{ending}").text
        assert "About 3.5 on the scale from 0 to 4" in outcome
        assert not re.search(r"\| 4 \| 6 \||\"roti\": \[", outcome)


def test_an_idea_is_promised_in_its_own_words(at_desk: AtDesk, database: Database, room: Room, cast: Cast) -> None:
    frieda, board = at_desk(cast.frieda), f"/desk/retros/{room.id}"
    for topic in topics_of(database, room):
        frieda.post(f"{board}/spotlight", data={"topic": str(topic)})
        page = frieda.get(board).text
        button = re.search(r'/actions/from-idea"><button[^>]*name="entry" value="([^"]+)"', page)
        if button:
            break
    assert button, "an idea in the light can be promised"
    form = frieda.post(f"{board}/actions/from-idea", data={"entry": button[1]})
    assert form.status_code == 200
    assert f'value="{IDEA}"' in form.text
    assert re.search(rf'value="{topic}" selected', form.text), "and its topic is known"
    wrong = next(iter(re.findall(r'data-entry="([^"]+)"', page)), "nonsense")
    for entry in ("nonsense", "", wrong):
        if entry != button[1]:
            assert frieda.post(f"{board}/actions/from-idea", data={"entry": entry}).status_code == 404
    assert at_desk(cast.edda).post(f"{board}/actions/from-idea", data={"entry": button[1]}).status_code == 404


def test_what_speaks_against_a_retro_is_written_down(
    at_desk: AtDesk, database: Database, cast: Cast, clock: SetClock, app: FastAPI
) -> None:
    frieda = at_desk(cast.frieda)
    fair = a_retro(database, cast, clock)
    assert "Warnings you overrode" not in frieda.get(f"/desk/retros/{fair.id}/settings").text
    with database.transaction() as db:
        ids = [cast.departments["Editorial"], cast.departments["Production"]]
        old = projects.create(db, cast.frieda.visitor, "Last year", "Book", None, date(2026, 1, 5), ids, clock.now())
    late = a_retro(database, cast, clock, project_id=old)
    assert "more than 15 working days before" in frieda.get(f"/desk/retros/{late.id}/settings").text


def test_the_door_says_what_becomes_of_what_leavers_wrote(
    app: FastAPI, database: Database, cast: Cast, clock: SetClock, new_browser: NewBrowser
) -> None:
    coming = a_retro(database, cast, clock, stage=Stage.CHECK_IN, seats={"Editorial": 3, "Production": 3}, k=3)
    assert "who has left by then appears, too" in text_of(new_browser().get(f"/r/{coming.code}").text)
    move(database, cast.frieda, coming, Stage.WRITE, clock)
    assert "who has left by then appears, too" in text_of(new_browser().get(f"/r/{coming.code}").text)
