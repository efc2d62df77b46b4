"""Rooms with words that must go: hidden, withdrawn and erased ones, and where to look for what is left of them."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.core.clock import SetClock
from app.core.db import Database
from app.entries.queries import entries as entries_of
from app.entries.rules.names import EntryKind, HiddenReason
from app.entries.rules.refusals import EntryIsNotYours
from app.entries.service import withdrawing
from app.outcomes.queries.erasing import erasing
from app.outcomes.service import erasing as service
from app.retros.queries.retros import get
from app.retros.rules.names import Stage
from app.topics.queries.topic_board import TopicView, board
from app.topics.service import choosing, discussing
from tests.attack import evidence
from tests.builders import Room, a_retro, move, write
from tests.cast import Cast, Person

HIDDEN = "Zwiebelturm keeps the whole plan in his drawer"
WITHDRAWN = "Marzipanschwein was promised and never came"
ERASED = "Quittengelee dripped over every single contract"
KEPT = "The lantern room was cold"
SHARED = ("Proofs came late again", "Late proofs for the third time", "Proofs were late and nobody said so")


def a_room_of_words(house: Database, cast: Cast, clock: SetClock) -> Room:
    """Revealed, with one entry hidden, one to be withdrawn and one to be erased, each alone in its topic."""
    made = a_retro(
        house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 5, "Production": 5, "Marketing": 5}, entries=0, k=3
    )
    texts = (HIDDEN, WITHDRAWN, ERASED, KEPT, *SHARED)
    about = {ERASED: cast.marketing}
    for number, text in enumerate(texts):
        write(house, made.seat("Editorial", number % 5), text, EntryKind.WENT_WRONG, about.get(text))
    move(house, cast.frieda, made, Stage.GROUP, clock)
    return made


def entry(house: Database, room: Room, text: str) -> UUID:
    with house.reading() as db:
        return next(one.id for one in entries_of(db, room.id) if one.text == text)


def holding(house: Database, room: Room, entry_id: UUID) -> TopicView:
    with house.reading() as db:
        return next(one for one in board(db, room.id).topics if entry_id in {each.id for each in one.entries})


def hide(house: Database, room: Room, text: str, person: Person | None = None) -> UUID:
    found = entry(house, room, text)
    with house.transaction() as db:
        withdrawing.hide(db, (person or room.cast.frieda).visitor, room.id, found, HiddenReason.NAMES_A_PERSON)
    return found


def withdraw(house: Database, room: Room, text: str) -> None:
    found = entry(house, room, text)
    for number in range(5):
        try:
            with house.transaction() as db:
                withdrawing.withdraw(db, room.seat("Editorial", number), found)
            return
        except EntryIsNotYours:
            continue
    pytest.fail("nobody could withdraw it")


def close(house: Database, room: Room, clock: SetClock, *, notes: str = "", why: str = "") -> None:
    with house.transaction() as db:
        everything = [one.id for one in board(db, room.id).topics]
        choosing.choose_for_vote(db, room.cast.frieda.visitor, room.id, everything)
    for stage in (Stage.VOTE, Stage.DISCUSS):
        move(house, room.cast.frieda, room, stage, clock)
    with house.transaction() as db:
        first = board(db, room.id).topics[0]
        visitor = room.cast.frieda.visitor
        discussing.mark_discussed(db, visitor, room.id, first.id)
        if notes:
            discussing.write_notes(db, visitor, room.id, first.id, notes, first.version)
        if why:
            discussing.add_why(db, visitor, room.id, first.id, why)
    for stage in (Stage.WRAP_UP, Stage.CLOSED):
        move(house, room.cast.frieda, room, stage, clock)


def in_files(house: Database, *words: str) -> list[str]:
    """Those of these words that lie anywhere in the bytes of tables, indexes, statistics and SQLite's log."""
    seen = evidence.take(house, "now").raw
    found = [word for word in words if word.encode() in seen or word.lower().encode() in seen]
    return sorted(set(found))


def word(text: str) -> str:
    return text.split()[0]


def erase(house: Database, room: Room, clock: SetClock, key: str, one: Person, other: Person) -> None:
    with house.transaction() as db:
        asked = service.ask(db, one.visitor, room.id, key, "asked_for", clock.now())
    with house.transaction() as db:
        service.confirm(db, other.visitor, room.id, asked, clock.now())


def key_of(house: Database, room: Room, text: str) -> str:
    with house.reading() as db:
        view = erasing(db, get(db, room.id, for_=room.cast.ada.visitor), room.cast.ada.visitor)
    return next(one.key for _, some in view.topics for one in some if one.text == text)
