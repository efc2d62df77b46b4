"""Two tabs of one seat: nothing that one sends is replaced, deleted or signed by the other, nothing is twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.entries import queries
from app.entries.rules.composers import KEY_MOST, digest, is_key, opened_with, root_of
from app.entries.rules.refusals import DraftIsGone
from app.entries.service import signing, writing
from app.retros.rules.names import Stage
from tests.unit.rooms import Room, open_room

KEYS = st.text("abcXYZ019_-", min_size=1, max_size=KEY_MOST)
SAVED = "Half a thought that waits"


@pytest.fixture
def room(database, cast, now) -> Room:
    opened = open_room(database, cast, now, 6, 6)
    opened.move(Stage.WRITE)
    return opened


def call(room: Room, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with room.database.transaction() as db:
        return function(db, *arguments, **named)


def texts(room: Room) -> list[str]:
    with room.database.reading() as db:
        return [draft.text for draft in queries.own_drafts(db, room.seat(), room.view().entry_limit)]


def typing(room: Room) -> queries.DraftView | None:
    with room.database.reading() as db:
        return queries.composer(db, room.seat())


@given(KEYS, KEYS)
def test_a_composer_opened_with_saved_words_has_a_key_of_its_own_and_names_the_other(saved: str, fresh: str) -> None:
    key = opened_with(saved, fresh)
    assert is_key(key)
    assert key != saved or fresh == saved
    if len(saved) + len(fresh) < KEY_MOST:
        assert root_of(opened_with(key, "again")) in {saved, "again"}, "opened again it still names the first"


@pytest.mark.parametrize("made_up", ["", "~", "a~", "~a", "a~b~c", "no blanks", "é", "x" * 65])
def test_no_other_key_is_taken(made_up: str) -> None:
    assert not is_key(made_up)


def test_what_was_said_is_known_by_all_that_was_chosen_with_it() -> None:
    said = digest("The files came late", "idea", None, None)
    assert said == digest("The files came late", "idea", "", "")
    others = [("The files came late.", "idea", None), ("The files came late", "thanks", None)]
    assert all(digest(text, kind, about, None) != said for text, kind, about in others)


def test_other_words_under_the_same_key_are_another_entry_and_each_resend_is_one(room: Room) -> None:
    """Two tabs that opened with the same page, or a page that came back out of the history."""
    seat = room.seat()
    first = room.write(seat, "The files came late", key="k")
    second = room.write(seat, "The cover was changed", key="k")
    assert (first.slot, second.slot) == (1, 2)
    for text, slot in (("The cover was changed", 2), ("The files came late", 1)):
        assert room.write(seat, text, key="k").slot == slot, "a resend is the same entry"
    assert texts(room) == ["The files came late", "The cover was changed"]


def test_words_saved_once_and_sent_from_two_tabs_are_one_entry(room: Room) -> None:
    seat = room.seat()
    call(room, writing.autosave, seat, "first", "idea", SAVED)
    one, two = opened_with("first", "one"), opened_with("first", "two")
    assert room.write(seat, SAVED, "idea", key=one).slot == room.write(seat, SAVED, "idea", key=two).slot
    assert room.write(seat, "Something else altogether", "idea", key=two).slot == 2
    assert texts(room) == [SAVED, "Something else altogether"]


def test_a_resend_brings_back_nothing_that_was_rewritten_since(room: Room) -> None:
    seat = room.seat()
    sent = room.write(seat, "The first wording", key="k")
    room.write(seat, "The second wording", key="k", slot=sent.slot)
    room.write(seat, "The first wording", key="k")
    assert texts(room) == ["The second wording"]


def test_what_was_sent_is_not_still_being_typed_and_another_tabs_words_are(room: Room) -> None:
    seat = room.seat()
    call(room, writing.autosave, seat, "first", "idea", SAVED)
    room.write(seat, SAVED, "idea", key=opened_with("first", "one"))
    assert typing(room) is None, "it would be sent twice"
    call(room, writing.autosave, seat, "two", "idea", "Typed in the other tab")
    room.write(seat, "Sent from here", key="three")
    call(room, writing.autosave, seat, "three", "idea", "")
    still = typing(room)
    assert still is not None
    assert still.text == "Typed in the other tab", "neither sending nor clearing here takes it"


@pytest.mark.parametrize("what", ["rewrite", "delete", "sign"])
def test_a_stale_tab_changes_no_other_entry_that_has_the_place_by_now(room: Room, what: str) -> None:
    seat = room.seat()
    old = room.write(seat, "Deleted in the other tab", key="old")
    call(room, writing.remove, seat, old.slot, old.key)
    new = room.write(seat, "Sent from the other tab", key="new")
    assert new.slot == old.slot
    if what == "rewrite":
        with pytest.raises(DraftIsGone):
            room.write(seat, "The old one, rewritten", key="old", slot=old.slot, of="old")
    elif what == "delete":
        call(room, writing.remove, seat, old.slot, "old")
    else:
        with pytest.raises(DraftIsGone):
            call(room, signing.sign, seat, old.slot, False, "old")
    assert texts(room) == ["Sent from the other tab"]


def test_a_draft_of_an_older_version_is_known_by_what_it_says_now(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was sealed without what it said at first."""
    from app.entries.service import writing

    sealed = writing._seal_into
    with monkeypatch.context() as patch:
        patch.setattr(
            writing,
            "_seal_into",
            lambda db, retro_id, tag, contents: sealed(
                db, retro_id, tag, {name: value for name, value in contents.items() if name != "said"}
            ),
        )
        room.write(room.seat(), "Sent before the upgrade", key="k")
    assert room.write(room.seat(), "Sent before the upgrade", key="k").slot == 1
    assert texts(room) == ["Sent before the upgrade"]
