"""Signed entries: somebody of a small department speaks for it, on purpose, where that gives nobody else away."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.core.db import Database
from app.departments import service as departments
from app.entries import queries
from app.entries.models import Draft, Entry, NotOurs
from app.entries.rules.refusals import CannotSign, EntriesCannotBeOpened, NothingIsSigned
from app.entries.service import signing
from app.retros.models import RetroDepartment
from app.retros.queries.facilitation import notices
from app.retros.rules.names import Stage
from app.retros.rules.refusals import RetroIsClosed
from tests.cast import Cast, settle_in
from tests.unit.rooms import Room, open_room

NAMES = ("Editorial", "Production", "Marketing", "Rights", "Sales")
SIX_ONE_TWO_SIX_TWO = (6, 1, 2, 6, 2)
LAWYER = 6
"""The seat of the one from Production."""


@pytest.fixture
def cast(database, now) -> Cast:
    return settle_in(database, now)


def expecting(room: Room, expected: Mapping[UUID, int]) -> None:
    """So many people were expected of each department."""
    with room.database.transaction() as db:
        for row in db.exec(select(RetroDepartment).where(RetroDepartment.retro_id == room.retro_id)):
            setattr(row, "expected" if hasattr(row, "expected") else "headcount", expected.get(row.department_id))


def a_room(
    database: Database,
    cast: Cast,
    now,
    people: tuple[int, ...] = SIX_ONE_TWO_SIX_TWO,
    expected: tuple[int, ...] | None = None,
) -> Room:
    """Production (1), Marketing (2) and Sales (2) are pooled; Editorial and Rights keep their names. k is 3."""
    room = open_room(database, cast, now, *people, departments=NAMES, k=3)
    room.move(Stage.WRITE)
    ids = [cast.departments[name] for name in NAMES]
    expecting(room, dict(zip(ids, expected or people, strict=True)))
    return room


def signed_by(room: Room, seat: int, text: str = "The contract lay with us", about: UUID | None = None) -> None:
    draft = room.write(room.seat(seat), text, about=about)
    with room.database.transaction() as db:
        signing.sign(db, room.seat(seat), draft.slot, True)


def entry(room: Room, text: str = "The contract lay with us") -> queries.EntryView:
    with room.database.reading() as db:
        return next(one for one in queries.entries(db, room.retro_id) if one.text == text)


def test_a_signed_entry_of_a_pooled_department_stands_with_its_name_and_keeps_what_it_is_about(database, cast, now):
    room = a_room(database, cast, now)
    marketing = cast.departments["Marketing"]
    signed_by(room, LAWYER, about=marketing)
    room.write(room.seat(LAWYER), "This one is not signed", about=marketing)
    room.move(Stage.GROUP)
    assert entry(room).signed_department_id == cast.production
    assert entry(room).department_id is None
    assert entry(room).about_department_id == marketing
    assert entry(room, "This one is not signed").signed_department_id is None


def test_it_is_off_by_default_and_can_be_taken_off_until_the_reveal(database, cast, now):
    room = a_room(database, cast, now)
    seat = room.seat(LAWYER)
    draft = room.write(seat, "The contract lay with us")
    assert not draft.signed
    for wanted in (True, False):
        with database.transaction() as db:
            signing.sign(db, seat, draft.slot, wanted)
        with database.reading() as db:
            assert queries.own_drafts(db, seat, 8)[0].signed is wanted
    room.move(Stage.GROUP)
    assert entry(room).signed_department_id is None


def test_a_new_wording_and_a_resend_keep_the_name(database, cast, now):
    room = a_room(database, cast, now)
    seat, key = room.seat(LAWYER), uuid4().hex
    draft = room.write(seat, "The contract lay with us", key=key)
    with database.transaction() as db:
        signing.sign(db, seat, draft.slot, True)
    room.write(seat, "The contract lay with us", key=key)
    room.write(seat, "The contract lay with us for a week", slot=draft.slot)
    with database.reading() as db:
        assert [one.signed for one in queries.own_drafts(db, seat, 8)] == [True]


def test_where_the_rest_of_the_pool_would_be_too_few_no_signature_stands_and_none_can_be_told(database, cast, now):
    """Production 1 and Marketing 2 are the pool: without the signer two are left."""
    room = a_room(database, cast, now, (6, 1, 2, 6, 0))
    signed_by(room, LAWYER)
    room.write(room.seat(LAWYER + 1), "Not signed at all")
    room.move(Stage.GROUP)
    with database.reading() as db:
        assert not db.exec(select(Draft)).all()
        rows = [one.model_dump(exclude={"id", "text", "owner_tag"}) for one in db.exec(select(Entry))]
    assert rows[0] == rows[1], "a refused signature leaves a trace"


def test_a_department_with_more_seats_than_people_expected_does_not_sign(database, cast, now):
    """Anybody may sit down as Production: whoever is one too many may be the one who signs."""
    room = a_room(database, cast, now, (6, 2, 2, 6, 2), expected=(6, 1, 2, 6, 2))
    signed_by(room, LAWYER)
    room.move(Stage.GROUP)
    assert entry(room).signed_department_id is None


def test_where_the_label_is_kept_anyway_nothing_of_signing_is_stored(database, cast, now):
    """Rights may be pooled if some stay away; all came."""
    room = a_room(database, cast, now, (6, 5, 5, 4, 5))
    signed_by(room, 6 + 5 + 5)
    room.move(Stage.GROUP)
    assert entry(room).department_id == cast.departments["Rights"]
    assert entry(room).signed_department_id is None


def test_a_seat_of_another_department_cannot_sign_for_the_small_one(database, cast, now):
    room = a_room(database, cast, now)
    draft = room.write(room.seat(0), "I am from Editorial")
    with database.transaction() as db, pytest.raises(CannotSign):
        signing.sign(db, room.seat(0), draft.slot, True)
    room.move(Stage.GROUP)
    assert entry(room, "I am from Editorial").signed_department_id is None


def test_whether_one_may_sign_tells_nothing_of_seats(database, cast, now):
    room = a_room(database, cast, now, (6, 1, 0, 6, 0), expected=(6, 1, 2, 6, 2))
    with database.reading() as db:
        before = {one: queries.may_sign(db, room.retro_id, cast.departments[one]) for one in NAMES}
    for _ in range(5):
        room.join(cast.production)
    with database.reading() as db:
        after = {one: queries.may_sign(db, room.retro_id, cast.departments[one]) for one in NAMES}
    assert before == after
    assert before == {"Editorial": False, "Production": True, "Marketing": True, "Rights": False, "Sales": True}


def test_the_house_may_switch_it_off(database, cast, now):
    room = a_room(database, cast, now)
    signed_by(room, LAWYER)
    with database.transaction() as db:
        departments.name_organisation(db, cast.ada.visitor, "Lighthouse", may_sign=False)
    with database.transaction() as db, pytest.raises(CannotSign):
        signing.sign(db, room.seat(LAWYER), 1, True)
    room.move(Stage.GROUP)
    assert entry(room).signed_department_id is None


def test_any_seat_may_say_not_ours_and_the_name_goes_in_public_at_the_next_stage(database, cast, now):
    room = a_room(database, cast, now)
    marketing = cast.departments["Marketing"]
    signed_by(room, LAWYER, about=marketing)
    room.move(Stage.GROUP)
    asked = entry(room).id
    for seat in (0, 1):
        with database.transaction() as db:
            signing.say_not_ours(db, room.seat(seat), asked)
    assert entry(room).signed_department_id == cast.production, "nothing a seat does is drawn when it arrives"
    with database.reading() as db:
        assert len(db.exec(select(NotOurs)).all()) == 1
        assert not any("signed" in one for one in notices(db, room.retro_id))
    room.move(Stage.VOTE)
    assert entry(room).signed_department_id is None
    with database.reading() as db:
        told = [one for one in notices(db, room.retro_id) if "signed" in one]
        assert len(told) == 1
        assert not db.exec(select(NotOurs)).all()


def test_an_entry_that_lost_its_name_names_no_provider_that_few_could_have_spoken_of(database, cast, now):
    """Without Marketing (3) the pool is one and one: only with a name may it be spoken of."""
    room = a_room(database, cast, now, (6, 1, 2, 6, 1))
    marketing = cast.departments["Marketing"]
    signed_by(room, LAWYER, about=marketing)
    room.write(room.seat(LAWYER), "Not signed", about=marketing)
    room.move(Stage.GROUP)
    assert entry(room).about_department_id == marketing
    assert (entry(room, "Not signed").about_department_id, entry(room, "Not signed").about_pooled) == (None, True)
    with database.transaction() as db:
        signing.say_not_ours(db, room.seat(0), entry(room).id)
    room.move(Stage.VOTE)
    assert (entry(room).about_department_id, entry(room).about_pooled) == (None, True)


def test_not_ours_is_said_of_signed_entries_only_and_until_the_close(database, cast, now):
    room = a_room(database, cast, now)
    signed_by(room, LAWYER)
    room.write(room.seat(0), "Not signed")
    room.move(Stage.GROUP)
    with database.transaction() as db, pytest.raises(NothingIsSigned):
        signing.say_not_ours(db, room.seat(0), entry(room, "Not signed").id)
    seat, signed = room.seat(0), entry(room).id
    for stage in (Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
        room.move(stage)
    assert entry(room).signed_department_id == cast.production
    with database.transaction() as db, pytest.raises(RetroIsClosed):
        signing.say_not_ours(db, seat, signed)


def test_not_ours_without_the_key_is_refused_in_a_sentence(database, cast, now):
    room = a_room(database, cast, now)
    signed_by(room, LAWYER)
    room.move(Stage.GROUP)
    signed = entry(room).id
    database.info["keys"].destroy(room.retro_id)
    with database.transaction() as db, pytest.raises(EntriesCannotBeOpened):
        signing.say_not_ours(db, room.seat(0), signed)
