"""Who worked together: settled while a retro is prepared, frozen before anybody is seated."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.models import RetroPairApart
from app.retros.rules.names import Stage
from app.retros.rules.preparation import Preparation
from app.retros.rules.refusals import AlreadyPrepared, NobodyWorkedTogether, NotYourRetro, UnknownPair
from app.retros.service import pairs as pairs_service
from app.retros.service import preparation
from tests.builders import Room, a_retro, move
from tests.cast import Cast, Person


@pytest.fixture
def room(house: Database, cast: Cast, clock: SetClock) -> Room:
    """Editorial, Marketing and Production, prepared."""
    return a_retro(house, cast, clock)


def pair(one: UUID, other: UUID) -> frozenset[UUID]:
    return frozenset((one, other))


def set_apart(room: Room, *pairs: frozenset[UUID], by: Person | None = None) -> None:
    assert room.house is not None
    with room.house.transaction() as db:
        pairs_service.set_pairs_apart(db, (by or room.cast.frieda).visitor, room.id, pairs)


def test_all_worked_together_until_somebody_says_otherwise(room: Room, cast: Cast) -> None:
    assert all(room.view().worked_together(one.id, other.id) for one, other in room.view().pairs)
    assert len(room.view().pairs) == 3


def test_a_pair_is_apart_in_both_directions_and_screens_hear_of_it(room: Room, cast: Cast) -> None:
    before = room.view().version
    set_apart(room, pair(cast.marketing, cast.editorial))
    after = room.view()
    assert after.version == before + 1
    for one, other, together in (
        (cast.marketing, cast.editorial, False),
        (cast.editorial, cast.marketing, False),
        (cast.editorial, cast.production, True),
        (cast.editorial, cast.editorial, True),
    ):
        assert after.worked_together(one, other) is together
    set_apart(room)
    assert room.view().apart == frozenset()


def test_what_cannot_be_is_refused(room: Room, cast: Cast) -> None:
    for wrong in (pair(cast.editorial, uuid4()), pair(cast.editorial, cast.editorial)):
        with pytest.raises(UnknownPair):
            set_apart(room, wrong)
    with pytest.raises(NobodyWorkedTogether):
        set_apart(room, *(pair(one.id, other.id) for one, other in room.view().pairs))
    with pytest.raises(NotYourRetro):
        set_apart(room, by=cast.ada)


def test_it_is_frozen_once_the_room_is_open(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    move(house, cast.frieda, room, Stage.CHECK_IN, clock)
    with pytest.raises(AlreadyPrepared):
        set_apart(room, pair(cast.marketing, cast.editorial))


def test_other_departments_take_their_pairs_along(house: Database, room: Room, cast: Cast, clock: SetClock) -> None:
    set_apart(room, pair(cast.marketing, cast.editorial))
    for chosen, left in ((("editorial", "marketing"), 1), (("editorial", "production"), 0)):
        ids = tuple(getattr(cast, name) for name in chosen)
        with house.transaction() as db:
            asked = Preparation(department_ids=ids, override_warnings=True)
            preparation.change_preparation(db, cast.frieda.visitor, room.id, asked, clock.now())
            assert len(db.exec(select(RetroPairApart)).all()) == left
