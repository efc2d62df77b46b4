"""Drafts and entries on both databases: sealed writing, limits, one entry for a resend, the reveal, taking back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from app.anonymity.rules.tags import tag
from app.core.errors import Invalid
from app.core.tables import table_of
from app.entries import queries
from app.entries.events import EntriesRevealed, EntriesWithdrawn, EntryHidden, ThanksRevealed
from app.entries.models import Draft, Entry, EntryOwner, Withdrawal
from app.entries.rules.names import EntryKind, HiddenReason
from app.entries.rules.refusals import (
    DraftIsGone,
    EntriesCannotBeOpened,
    EntryIsNotYours,
    EntryLimitReached,
    NothingToRelease,
    TextIsUnusable,
    ThanksAreOver,
    UnknownEntry,
    WritingHasNotBegun,
    WritingIsOver,
)
from app.entries.rules.text import clean_text, cut_to_fit
from app.entries.service import withdrawing, writing
from app.retros.events import RetroChanged
from app.retros.models import Seat
from app.retros.queries import seats as seats_queries
from app.retros.rules.names import Stage
from app.retros.rules.refusals import DoorIsClosed, NotYourRetro, RetroIsClosed, SeatWasEjected, UnknownDepartment
from app.retros.service import room as room_service
from tests.cast import Cast, settle_in
from tests.unit.rooms import Room, heard, open_room


@pytest.fixture
def cast(database, now) -> Cast:
    return settle_in(database, now)


@pytest.fixture
def room(database, cast, now) -> Room:
    """Six from Editorial (seats 0-5) and six from Production (6-11), writing."""
    opened = open_room(database, cast, now, 6, 6)
    opened.move(Stage.WRITE)
    return opened


def call(room: Room, function, *arguments, **named):
    with room.database.transaction() as db:
        return function(db, *arguments, **named)


def drafts(room: Room, number: int = 0) -> list[queries.DraftView]:
    with room.database.reading() as db:
        return queries.own_drafts(db, room.seat(number), room.view().entry_limit)


def typing(room: Room, number: int = 0) -> queries.DraftView | None:
    with room.database.reading() as db:
        return queries.composer(db, room.seat(number))


def revealed(room: Room) -> list[queries.EntryView]:
    with room.database.reading() as db:
        return queries.entries(db, room.retro_id)


# text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  The files came late \n", "The files came late"),
        ("Cafe\u0301 was closed", "Café was closed"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("👩‍👩‍👧‍👦 and 🇩🇪 👍🏽", "👩‍👩‍👧‍👦 and 🇩🇪 👍🏽"),
        ("הקבצים הגיעו מאוחר", "הקבצים הגיעו מאוחר"),
        ("الملفات وصلت متأخرة", "الملفات وصلت متأخرة"),
        ("The \u2067עברית\u2069 page was late", "The \u2067עברית\u2069 page was late"),
        ("x" * 280, "x" * 280),
        ("e\u0301" * 280, "é" * 280),
        ("😀" * 280, "😀" * 280),
        ("tab\there", "tab\there"),
    ],
)
def test_text_is_kept_as_it_was_meant(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least 3"),
        ("  ab  ", "at least 3"),
        ("\u200b\u200b\u200b\u200b", "at least 3"),
        ("x" * 281, "281 characters; 280 fit"),
        ("bell\x07 rings", "control character"),
        ("nul\x00 here", "control character"),
        ("turn \u202egnihtyreve", "direction"),
        ("left open \u2067עברית", "direction"),
        ("closed twice \u2069", "direction"),
        ("crossed \u2067 \u202a \u2069 \u202c", "direction"),
    ],
)
def test_unusable_text_is_refused_in_a_sentence(typed, said):
    with pytest.raises(TextIsUnusable) as refusal:
        clean_text(typed)
    assert said in refusal.value.sentence
    assert refusal.value.field == "text"


@given(st.text(max_size=400))
def test_cleaning_twice_is_cleaning_once(typed):
    try:
        clean = clean_text(typed)
    except TextIsUnusable:
        return
    assert clean_text(clean) == clean
    assert 3 <= len(clean) <= 280


@given(st.text(max_size=3000))
def test_a_half_typed_text_is_cut_to_what_a_sealed_row_holds(typed):
    kept = cut_to_fit(typed, 1500)
    assert typed.encode("utf-8", "ignore").decode().startswith(kept)
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= 1502


# writing


def test_an_entry_is_written_rewritten_and_deleted(room, cast):
    seat = room.seat()
    sent = room.write(seat, "The files came late", about=cast.production, dimension="quality")
    assert (sent.slot, sent.kind, sent.sent) == (1, EntryKind.WENT_WRONG, True)
    rewritten = room.write(seat, "The files came two days late", slot=1, kind="surprised_us")
    assert (rewritten.slot, rewritten.key) == (1, sent.key)
    assert [(one.text, one.kind, one.about_department_id) for one in drafts(room)] == [
        ("The files came two days late", EntryKind.SURPRISED_US, None)
    ]
    call(room, writing.remove, seat, 1)
    call(room, writing.remove, seat, 1)
    assert drafts(room) == []
    with pytest.raises(DraftIsGone):
        room.write(seat, "Too late for that", slot=1)


def test_a_resend_is_one_entry_and_two_tabs_do_not_overwrite_each_other(room):
    seat = room.seat()
    first = room.write(seat, "From the first tab", key="a")
    again = room.write(seat, "From the first tab", key="a")
    other = room.write(seat, "From the second tab", key="b")
    assert (first.slot, again.slot, other.slot) == (1, 1, 2)
    assert [one.text for one in drafts(room)] == ["From the first tab", "From the second tab"]


def test_the_same_entry_sent_by_many_threads_is_one(room):
    seat = room.seat()
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda _: room.write(seat, "Sent on a bad network", key="once"), range(40)))
    assert [one.text for one in drafts(room)] == ["Sent on a bad network"]


def test_the_limit_holds_when_all_are_sent_at_once(room):
    seat = room.seat()

    def send(number: int) -> bool:
        try:
            room.write(seat, f"Observation number {number}", key=f"key-{number}")
        except EntryLimitReached:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(send, range(30))) == 8
    assert len(drafts(room)) == 8
    with pytest.raises(EntryLimitReached, match="8 entries are the limit"):
        room.write(seat, "One too many")
    call(room, writing.remove, seat, 3)
    assert room.write(seat, "There is room again").slot == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["send", "remove"]), st.integers(1, 12)), max_size=25))
def test_whatever_a_seat_does_it_has_at_most_its_limit_and_every_key_once(room, steps):
    seat = room.seat(1)
    for step, number in steps:
        if step == "remove":
            call(room, writing.remove, seat, number)
            continue
        try:
            room.write(seat, f"Observation {number}", key=f"k{number}")
        except EntryLimitReached:
            assert len(drafts(room, 1)) == 8
    held = drafts(room, 1)
    assert len(held) <= 8
    assert len({one.key for one in held}) == len(held)


def test_what_is_typed_is_saved_unsent_and_goes_when_it_is_sent(room, cast):
    seat = room.seat()
    call(room, writing.autosave, seat, "k1", "idea", "Half a thou", about=cast.editorial)
    saved = typing(room)
    assert (saved.text, saved.kind, saved.sent, saved.about_department_id) == (
        "Half a thou",
        EntryKind.IDEA,
        False,
        cast.editorial,
    )
    assert drafts(room) == []
    room.write(seat, "Half a thought, finished", key="k1")
    assert typing(room) is None
    call(room, writing.autosave, seat, "k1", "idea", "Half a thought, fin")  # arrives late
    assert typing(room) is None
    call(room, writing.autosave, seat, "k2", "", "\x00" + "long " * 2000)
    assert typing(room).text.startswith("\x00long")
    call(room, writing.autosave, seat, "k2", None, "  ")
    assert typing(room) is None


def test_a_rewrite_in_progress_is_saved_too(room):
    seat = room.seat()
    room.write(seat, "The first wording", key="k1")
    call(room, writing.autosave, seat, "k1", "idea", "The second wor", slot=1)
    assert (typing(room).editing, typing(room).text) == (1, "The second wor")
    room.write(seat, "The second wording", key="k1", slot=1)
    assert typing(room) is None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"kind": "gossip"}, Invalid),
        ({"kind": ""}, Invalid),
        ({"dimension": "beauty"}, Invalid),
        ({"about": uuid4()}, UnknownDepartment),
        ({"key": "no blanks please"}, Invalid),
        ({"key": "x" * 65}, Invalid),
    ],
)
def test_what_the_form_cannot_hold_is_refused(room, change, refusal):
    with pytest.raises(refusal):
        room.write(room.seat(), "The files came late", **change)
    assert drafts(room) == []


def test_writing_raises_no_version_and_tells_nobody(room):
    facts, before = heard(room.database.bus, RetroChanged), room.view().version
    seat = room.seat()
    room.write(seat, "The files came late")
    call(room, writing.autosave, seat, "k", "idea", "Half a thou")
    call(room, writing.remove, seat, 1)
    assert (facts, room.view().version) == ([], before)


def test_nothing_readable_lies_in_the_database_while_people_write(room):
    room.write(room.seat(), "A secret nobody should read", about=room.cast.production)
    with room.database.reading() as db:
        (row,) = [dict(one) for one in db.execute(select(Draft.__table__)).mappings()]
    assert set(row) == {"tag", "retro_id", "sealed"}
    assert b"secret" not in row["sealed"]
    assert str(room.cast.editorial).encode() not in row["sealed"]


def test_all_drafts_are_sealed_to_the_same_length(room):
    room.write(room.seat(), "Short")
    room.write(room.seat(), "😀" * 280)
    call(room, writing.autosave, room.seat(), "k", None, "x")
    with room.database.reading() as db:
        assert len({len(sealed) for sealed in db.exec(select(Draft.sealed))}) == 1


def test_nobody_writes_before_or_after_the_stage(database, cast, now):
    room = open_room(database, cast, now, 5, 5)
    with pytest.raises(WritingHasNotBegun):
        room.write(room.seat(), "Far too early")
    room.go_to(Stage.GROUP)
    for late in (
        lambda: room.write(room.seat(), "Far too late"),
        lambda: call(room, writing.autosave, room.seat(), "k", None, "Late"),
        lambda: call(room, writing.remove, room.seat(), 1),
    ):
        with pytest.raises(WritingIsOver):
            late()


def test_an_ejected_seats_drafts_go_with_its_next_request(room):
    room.write(room.seat(), "Written in anger")
    room.write(room.seat(1), "Written in peace")
    secret = room.secrets[0]
    call(room, writing.forget_ejected, room.retro_id, secret)
    assert len(drafts(room)) == 1  # not ejected: nothing happens
    call(room, room_service.eject_seat, room.facilitator, room.retro_id, room.seat().handle)
    with pytest.raises(SeatWasEjected):
        room.seat()
    call(room, writing.forget_ejected, room.retro_id, secret)
    room.move(Stage.GROUP)
    assert [entry.text for entry in revealed(room)] == ["Written in peace"]


# the reveal


def test_the_reveal_shows_what_was_sent_and_drops_every_draft(room, cast):
    facts = heard(room.database.bus, EntriesRevealed)
    room.write(room.seat(0), "From Editorial", about=cast.production, dimension="quality")
    room.write(room.seat(6), "From Production", kind="thanks")
    call(room, writing.autosave, room.seat(1), "k", "idea", "Never sent")
    room.move(Stage.GROUP)
    shown = {entry.text: entry for entry in revealed(room)}
    assert set(shown) == {"From Editorial", "From Production"}
    assert shown["From Editorial"].department_id == cast.editorial
    assert shown["From Editorial"].about_department_id == cast.production
    assert shown["From Production"].kind is EntryKind.THANKS
    with room.database.reading() as db:
        assert db.exec(select(Draft)).all() == []
    assert len(facts) == 1


def test_entries_have_ids_that_no_draft_had_and_hold_nothing_of_their_seats(room):
    for number in range(6):
        room.write(room.seat(number), f"Observation {number}")
    with room.database.reading() as db:
        before = set(db.exec(select(Draft.tag)))
    room.move(Stage.GROUP)
    with room.database.reading() as db:
        seats = set(db.exec(select(Seat.tag)))
        held = {str(value) for row in db.execute(select(table_of(Entry))) for value in row}
    owners = {tag(secret, "owner", room.retro_id, "1") for secret in room.secrets}
    assert "Observation 5" in held
    assert held.isdisjoint(before | seats | owners)


def test_a_pooled_department_is_gone_from_its_entries(database, cast, now):
    room = open_room(database, cast, now, 7, 2, 4, 6, departments=("Editorial", "Production", "Marketing", "Rights"))
    room.move(Stage.WRITE)
    for number in (0, 7, 9):
        room.write(room.seat(number), f"Seat {number} speaks")
    room.move(Stage.GROUP)
    by_text = {entry.text: entry.department_id for entry in revealed(room)}
    assert by_text == {"Seat 0 speaks": cast.editorial, "Seat 7 speaks": None, "Seat 9 speaks": None}


def test_below_k_only_released_drafts_are_revealed_and_the_rest_is_destroyed(database, cast, now):
    room = open_room(database, cast, now, 2, 2)
    room.move(Stage.WRITE)
    with pytest.raises(NothingToRelease):
        call(room, writing.release_drafts, room.seat(0))
    room.write(room.seat(0), "Released by its writer")
    room.write(room.seat(1), "Kept back")
    assert room.move(Stage.GROUP) is Stage.WRITE
    assert revealed(room) == []
    call(room, writing.release_drafts, room.seat(0))
    assert room.seat(0).released
    room.write(room.seat(0), "Written after the release")
    assert room.move(Stage.GROUP) is Stage.GROUP
    assert {entry.text for entry in revealed(room)} == {"Released by its writer", "Written after the release"}
    assert all(entry.department_id is None for entry in revealed(room))
    with database.reading() as db:
        assert db.exec(select(Draft)).all() == []


def test_coming_back_from_the_vote_reveals_nothing_twice(room):
    room.write(room.seat(), "Once and for all")
    room.move(Stage.GROUP)
    before = revealed(room)
    room.move(Stage.VOTE)
    room.move(Stage.GROUP)
    assert revealed(room) == before


def test_writing_while_the_reveal_happens_is_either_in_it_or_refused(room):
    seats = [room.seat(number) for number in range(12)]

    def write(number: int) -> bool:
        try:
            room.write(seats[number % 12], f"In the last second, {number}")
        except WritingIsOver:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        written = [threads.submit(write, number) for number in range(20)]
        moving = threads.submit(room.move, Stage.GROUP)
        written += [threads.submit(write, number) for number in range(20, 60)]
        assert moving.result() is Stage.GROUP
        accepted = sum(one.result() for one in written)
    assert len(revealed(room)) == accepted
    with room.database.reading() as db:
        assert db.exec(select(Draft)).all() == []


def test_a_lost_key_is_said_and_nothing_is_deleted(room):
    room.write(room.seat(), "The key is gone")
    room.database.info["keys"].destroy(room.retro_id)
    with pytest.raises(EntriesCannotBeOpened):
        room.move(Stage.GROUP)
    assert room.view().stage is Stage.WRITE
    with room.database.reading() as db:
        assert len(db.exec(select(Draft)).all()) == 1


def test_fewer_than_five_is_known_only_once_the_time_is_up(room):
    ends = room.view().stage_ends_at
    with room.database.reading() as db:
        assert not queries.fewer_than_five(db, room.retro_id, room.now)
        assert queries.fewer_than_five(db, room.retro_id, ends)
    for number in range(5):
        room.write(room.seat(number), f"Observation {number}")
    with room.database.reading() as db:
        assert not queries.fewer_than_five(db, room.retro_id, ends)


# taking back


def test_an_entry_is_withdrawn_from_its_own_seat_at_the_next_stage_change(room):
    room.write(room.seat(0), "I take this back")
    room.write(room.seat(1), "This stays")
    room.move(Stage.GROUP)
    facts, before = heard(room.database.bus, EntriesWithdrawn), room.view().version
    mine = next(entry for entry in revealed(room) if entry.text == "I take this back")
    with pytest.raises(EntryIsNotYours):
        call(room, withdrawing.withdraw, room.seat(1), mine.id)
    with pytest.raises(UnknownEntry):
        call(room, withdrawing.withdraw, room.seat(0), uuid4())
    for _ in range(2):
        call(room, withdrawing.withdraw, room.seat(0), mine.id)
    assert len(revealed(room)) == 2
    assert room.view().version == before
    room.move(Stage.VOTE)
    assert [entry.text for entry in revealed(room)] == ["This stays"]
    assert [fact.entry_ids for fact in facts] == [frozenset({mine.id})]
    with room.database.reading() as db:
        assert db.exec(select(Withdrawal)).all() == []


def test_after_close_nothing_proves_who_wrote_and_nothing_can_be_withdrawn(room):
    room.write(room.seat(), "Here for good")
    room.move(Stage.GROUP)
    seat, (entry,) = room.seat(), revealed(room)
    room.go_to(Stage.CLOSED)
    with room.database.reading() as db:
        assert db.exec(select(EntryOwner)).all() == []
    with pytest.raises(RetroIsClosed):
        call(room, withdrawing.withdraw, seat, entry.id)


def test_a_hidden_entry_shows_its_reason_and_no_text(room, cast):
    room.write(room.seat(), "Somebody is named here")
    room.move(Stage.GROUP)
    (entry,), facts = revealed(room), heard(room.database.bus, EntryHidden)
    with pytest.raises(Invalid):
        call(room, withdrawing.hide, cast.frieda.visitor, room.retro_id, entry.id, "i do not like it")
    with pytest.raises(NotYourRetro):
        call(room, withdrawing.hide, cast.edda.visitor, room.retro_id, entry.id, HiddenReason.INSULTS)
    call(room, withdrawing.hide, cast.frieda.visitor, room.retro_id, entry.id, HiddenReason.NAMES_A_PERSON)
    (hidden,) = revealed(room)
    assert (hidden.text, hidden.hidden_reason) == ("", HiddenReason.NAMES_A_PERSON)
    call(room, withdrawing.show_again, cast.frieda.visitor, room.retro_id, entry.id)
    assert revealed(room)[0].text == "Somebody is named here"
    assert len(facts) == 2


def test_thanks_of_the_wrap_up_appear_all_at_once_when_it_ends(room, cast):
    with pytest.raises(ThanksAreOver):
        call(room, writing.give_thanks, room.seat(), "Too early for thanks")
    room.go_to(Stage.WRAP_UP)
    facts = heard(room.database.bus, ThanksRevealed)
    call(room, writing.give_thanks, room.seat(0), "For the night shift", cast.production)
    call(room, writing.give_thanks, room.seat(0), "For the night shift before the fair", cast.production)
    call(room, writing.give_thanks, room.seat(6), "For the patience")
    assert revealed(room) == []
    room.move(Stage.DISCUSS)
    assert revealed(room) == []
    room.move(Stage.WRAP_UP)
    room.move(Stage.CLOSED)
    shown = {entry.text: entry for entry in revealed(room)}
    assert set(shown) == {"For the night shift before the fair", "For the patience"}
    assert {entry.kind for entry in shown.values()} == {EntryKind.THANKS}
    assert shown["For the patience"].department_id == cast.production
    assert len(facts) == 1


def test_the_order_of_entries_is_not_the_order_of_writing(database, cast, now):
    room = open_room(database, cast, now, 6, 6)
    room.random = Random(11)
    room.move(Stage.WRITE)
    texts = [f"Observation {number:02}" for number in range(12)]
    for number, text in enumerate(texts):
        room.write(room.seat(number), text)
    room.move(Stage.GROUP)
    assert sorted(entry.text for entry in revealed(room)) == texts
    assert [entry.text for entry in revealed(room)] != texts  # by chance once in 479 million runs


def test_after_the_reveal_nobody_writes_until_one_more_thing_starts(room, cast):
    room.move(Stage.GROUP)
    with pytest.raises(WritingIsOver):
        room.write(room.seat(), "I thought of this too late")
    with pytest.raises(DoorIsClosed):
        room.join(cast.production)
    with room.database.reading() as db:
        assert seats_queries.counts(db, room.retro_id).seated == 12
