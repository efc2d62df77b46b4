"""A retro, an account, the house and words that were kept long enough go for good; what stays is said and stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect
from sqlmodel import col, select

from app.actions.models import Action
from app.actions.rules.kinds import ActionState
from app.core.clock import SetClock
from app.core.db import Database
from app.entries.models import Entry
from app.outcomes import jobs
from app.outcomes.models import Erasure
from app.outcomes.queries import outcomes
from app.outcomes.rules.erasing import months_before
from app.outcomes.service import erasing_at_the_shell, leaving
from app.outcomes.service.erasing_whole import LEFT, StillNeeded
from app.people.models import Account
from app.retros.models import Retro
from app.retros.rules.names import Stage
from app.topics.models import Topic
from app.topics.queries.topic_board import board
from app.topics.service import discussing
from tests.attack import evidence
from tests.builders import SENTENCES, Room, a_retro, move
from tests.cast import HOUSE, Cast
from tests.unit.test_actions_service import capture, take


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    """Closed, with a promise, in which some words were noted that nothing else says."""
    seats = {"Editorial": 4, "Production": 4, "Marketing": 4}
    made = a_retro(house, cast, clock, stage=Stage.DISCUSS, seats=seats, k=3)
    with house.transaction() as db:
        first = board(db, made.id).topics[0]
        discussing.write_notes(db, cast.frieda.visitor, made.id, first.id, "Kirschkern said so", first.version)
        discussing.mark_discussed(db, cast.frieda.visitor, made.id, first.id)
    capture(house, made, clock)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(house, cast.frieda, made, stage, clock)
    return made


def told(house: Database, clock: SetClock, what: str, which: str, *, for_good: bool = False) -> str:
    lines: list[str] = []
    erasing_at_the_shell.erase(house, what, which, for_good, clock.now(), lines.append)
    return "\n".join(lines)


def lies_in_files(house: Database, word: str) -> bool:
    return word.encode() in evidence.take(house, "now").raw


def test_a_retro_goes_and_its_promises_stay(house: Database, room: Room, clock: SetClock) -> None:
    title = room.view().title
    would = told(house, clock, "retro", room.code)
    assert f"Would erase “{title}”" in would
    assert "stays: 1 actions" in would
    assert lies_in_files(house, "Kirschkern"), "the dry run erased something"
    assert "Erased." in told(house, clock, "retro", room.code, for_good=True)
    assert not lies_in_files(house, "Kirschkern")
    assert not any(lies_in_files(house, sentence) for sentence in SENTENCES[:4])
    with house.reading() as db:
        assert db.get(Retro, room.id) is None
        assert [action.retro_id for action in db.exec(select(Action)).all()] == [None]


def test_an_open_retro_loses_its_key_too(house: Database, cast: Cast, clock: SetClock) -> None:
    writing = a_retro(house, cast, clock, stage=Stage.WRITE, k=3)
    assert house.info["keys"].exists(writing.id)
    told(house, clock, "retro", writing.code, for_good=True)
    assert not house.info["keys"].exists(writing.id)


def test_an_account_goes_and_its_promises_say_somebody_who_left(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    with house.reading() as db:
        owner = db.exec(select(Action.owner_id)).one()
        person = db.get_one(Account, owner)
        name, email = person.name, person.email
        action_id = db.exec(select(Action.id)).one()
    with pytest.raises(StillNeeded, match="2 things wait for this account"):
        told(house, clock, "account", email)
    for taken in (ActionState.PROMISED, ActionState.REPORTED_DONE):
        take(house, cast.paul, action_id, taken, clock)
    take(house, cast.edda, action_id, ActionState.ACCEPTED, clock)
    with house.transaction() as db:
        leaving.leave(db, cast.ada.visitor, owner, {}, cast.mia.id, clock.now())
    assert "stays: 1 actions" in told(house, clock, "account", email)
    told(house, clock, "account", email, for_good=True)
    assert not lies_in_files(house, email)
    with house.reading() as db:
        assert db.get(Account, owner) is None
        (action,) = db.exec(select(Action)).all()
        assert (action.owner_id, action.owner_name) == (None, LEFT)
        document = outcomes.outcome(db, room.id, for_=cast.ada.visitor).document
    assert [one.owner for one in document.actions] == [LEFT]
    assert name not in str(document)


def test_who_ran_closed_retros_can_be_erased_and_who_is_needed_cannot(
    house: Database, room: Room, cast: Cast, clock: SetClock
) -> None:
    with pytest.raises(StillNeeded, match="only admin"):
        told(house, clock, "account", cast.ada.email, for_good=True)
    running = a_retro(house, cast, clock, stage=Stage.WRITE, k=3)
    with pytest.raises(StillNeeded, match="still run by"):
        told(house, clock, "account", cast.frieda.email, for_good=True)
    told(house, clock, "retro", running.code, for_good=True)
    told(house, clock, "account", cast.frieda.email, for_good=True)
    with house.reading() as db:
        leads = db.exec(select(Account).where(Account.id == db.get_one(Retro, room.id).facilitator_id)).one()
        assert (leads.name, leads.disabled_at is not None, leads.password_hash) == (LEFT, True, None)
        nobody = leads.email
    with pytest.raises(StillNeeded, match="stands for everybody"):
        told(house, clock, "account", nobody, for_good=True)


def test_what_is_not_there_is_said(house: Database, cast: Cast, clock: SetClock) -> None:
    for what, which in (("account", "nobody@x.example"), ("retro", "Nowhere"), ("house", "Another"), ("cat", "")):
        with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
            told(house, clock, what, which, for_good=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_house_goes_with_its_keys(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    folder: Path = house.info["keys"].folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "signing").write_bytes(b"x")
    assert "Nothing has been erased" in told(house, clock, "house", HOUSE)
    told(house, clock, "house", HOUSE, for_good=True)
    assert inspect(house.engine).get_table_names() == []
    assert list(folder.glob("*")) == []
    assert not lies_in_files(house, cast.ada.email)


class TestRetention:
    def months(self, house: Database, number: int | None) -> None:
        house.info["settings"] = SimpleNamespace(retention_months=number)

    def texts(self, house: Database, room: Room) -> set[str]:
        with house.reading() as db:
            return set(db.exec(select(Entry.text).where(col(Entry.retro_id) == room.id)))

    def test_off_by_default(self, house: Database, room: Room, clock: SetClock) -> None:
        self.months(house, None)
        jobs.run_due(house, clock.now() + timedelta(days=4000))
        assert "" not in self.texts(house, room)

    def test_words_go_when_they_were_kept_long_enough_and_counts_stay(
        self, house: Database, room: Room, cast: Cast, clock: SetClock
    ) -> None:
        self.months(house, 12)
        before = len(self.texts(house, room))
        jobs.run_due(house, clock.now() + timedelta(days=360))
        assert len(self.texts(house, room)) == before
        jobs.run_due(house, clock.now() + timedelta(days=367))
        assert self.texts(house, room) == {""}
        assert not any(lies_in_files(house, sentence) for sentence in SENTENCES[:4])
        with house.reading() as db:
            assert [row.reason for row in db.exec(select(Erasure)).all()] == ["kept_long_enough"]
            assert all(title == "" for title in db.exec(select(Topic.title)).all())
            document = outcomes.outcome(db, room.id, for_=cast.edda.visitor).document
            assert len(db.exec(select(Action)).all()) == 1
        said = [one for topic in (*document.topics, *document.not_discussed) for one in topic.entries]
        assert said
        assert {(one.text, one.erased_on is not None) for one in said} == {("", True)}
        jobs.run_due(house, clock.now() + timedelta(days=368))
        with house.reading() as db:
            assert len(db.exec(select(Erasure)).all()) == 1

    def test_months_end_where_they_end(self, clock: SetClock) -> None:
        day = clock.now().replace(year=2026, month=3, day=31)
        assert months_before(day, 1).day == 28
        assert (months_before(day, 15).year, months_before(day, 15).month) == (2024, 12)
