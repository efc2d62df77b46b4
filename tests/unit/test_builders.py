"""The builders lead a retro through the real services, stage by stage."""

from __future__ import annotations

import pytest

from app.anonymity.rules.figures import EXACT_FROM
from app.core.clock import SetClock
from app.core.db import Database
from app.entries.queries import entries
from app.retros.queries import seats as seats_queries
from app.retros.rules.names import STAGES, Stage
from app.votes.queries import standings
from tests.builders import a_retro
from tests.cast import Cast


@pytest.mark.parametrize("stage", STAGES)
def test_a_retro_arrives_in_its_stage(house: Database, cast: Cast, clock: SetClock, stage: Stage) -> None:
    room = a_retro(house, cast, clock, stage=stage)
    assert room.view().stage is stage


def test_the_phones_hold_seats(house: Database, cast: Cast, clock: SetClock) -> None:
    room = a_retro(house, cast, clock, stage=Stage.WRITE, seats={"Editorial": 2, "Marketing": 1})
    assert room.seat("Marketing").department_id == cast.marketing
    with house.reading() as db:
        assert seats_queries.counts(db, room.id).seated == 3


def test_everybody_wrote_and_voted_on_the_way(house: Database, cast: Cast, clock: SetClock) -> None:
    """Groups of ten, because dots of smaller ones are said in classes."""
    seats = dict.fromkeys(("Editorial", "Production"), EXACT_FROM)
    room = a_retro(house, cast, clock, stage=Stage.DISCUSS, seats=seats, entries=2)
    with house.reading() as db:
        assert len(entries(db, room.id)) == 4 * EXACT_FROM
        found = standings(db, room.id)
    assert sum(standing.dots for standing in found) == 2 * EXACT_FROM
    assert not any(standing.dots_are_about for standing in found)
