"""Private windows at every count, absentees, second devices, no phone: nobody is alone behind a label."""

from __future__ import annotations

import pytest

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.queries import seats as seat_queries
from app.retros.rules.names import Labels
from tests.attack.windows import ON_SQLITE, ROOMS, a_crowd, played
from tests.cast import Cast


def test_nobody_is_alone_behind_a_label_whatever_seats_were_taken(house: Database, cast: Cast, clock: SetClock):
    named = 0
    for number in range(ROOMS if house.is_sqlite else ROOMS // 4):
        crowd = a_crowd(number)
        room, wrong = played(house, cast, clock, crowd)
        assert not wrong, (number, crowd)
        named += room.view().labels in {Labels.KEPT, Labels.POOLED}
    assert named, "a test in which no room names anybody could not fail"


@ON_SQLITE
def test_the_same_rooms_find_a_planted_leak_where_a_department_is_bounded_alone(
    house: Database, cast: Cast, clock: SetClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(seat_queries, "_surplus", lambda *_: 0)
    found = [played(house, cast, clock, a_crowd(number))[1] for number in range(ROOMS)]
    assert any(found), "min(seats, expected) alone must be caught"
