"""The same history makes the same themes, whatever order it comes in; and a theme keeps its id as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from uuid import UUID

import pytest
from sqlmodel import delete, func, select

from app.core.db import Database
from app.retros.models import Retro
from app.themes.models import RetroTakenIn, Theme, ThemeTopic
from app.themes.service import taking_in, writing
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.recurring import SAID, brought, emptied, partition, themes_now

DAYS = sorted(SAID)


def pieces(days: list[date], random: Random) -> Iterator[list[date]]:
    """The days in any order, cut into any number of pieces."""
    mixed = random.sample(days, len(days))
    while mixed:
        size = random.randint(1, len(mixed))
        yield mixed[:size]
        mixed = mixed[size:]


def resolved(database: Database, theme_id: UUID) -> UUID | None:
    with database.reading() as db:
        row = db.get(Theme, theme_id)
        while row is not None and row.merged_into_id is not None:
            row = db.get(Theme, row.merged_into_id)
        return row.id if row else None


def test_frictions_that_come_back_are_one_theme(house: Database, cast: Cast, now: datetime) -> None:
    brought(house, cast, DAYS)
    assert taking_in.take_in(house, now) == len(DAYS)
    themes = themes_now(house).values()
    late = next(one for one in themes if any("Final files were late" in text for _, text in one))
    assert len({day for day, text in late if "iles" in text}) >= 6
    assert any({text for _, text in one} == {"Lunch was good"} for one in themes)
    with house.reading() as db:
        placed, every = db.exec(select(func.count()).select_from(ThemeTopic)).one(), sum(map(len, SAID.values()))
        assert placed == every
        assert all(name != "Not named yet" for name in db.exec(select(Theme.name)))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.full) for seed in (1, 2, 3))])
def test_any_order_and_any_pieces_make_the_same_themes(house: Database, cast: Cast, now: datetime, seed: int) -> None:
    """Five orders for each seed. At once: the same ids too. In pieces: ids that were given stay, and the id that the
    whole history would have given leads to the same theme."""
    random = Random(seed)
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    expected = themes_now(house)
    for turn in range(5):
        emptied(house)
        given: dict[UUID, frozenset[tuple[date, str]]] = {}
        for piece in [random.sample(DAYS, len(DAYS))] if turn == 0 else pieces(DAYS, random):
            brought(house, cast, piece)
            taking_in.take_in(house, now)
            for theme_id in given:
                assert resolved(house, theme_id) in themes_now(house), "an address that was given leads nowhere"
            given |= themes_now(house)
        found = themes_now(house)
        assert frozenset(found.values()) == frozenset(expected.values())
        if turn == 0:
            assert found == expected
        for theme_id, topics in expected.items():
            assert found[resolved(house, theme_id)] == topics  # type: ignore[index]


@only_sqlite
def test_a_retro_that_closes_later_moves_nothing(house: Database, cast: Cast, now: datetime) -> None:
    """Day after day: what is there stays, with its id."""
    before: dict[UUID, frozenset[tuple[date, str]]] = {}
    for day in DAYS:
        brought(house, cast, [day], imported=False)
        taking_in.take_in(house, now)
        after = themes_now(house)
        for theme_id, topics in before.items():
            assert topics <= after[theme_id]
        before = after


@pytest.mark.full(only="[sqlite")
def test_a_late_arrival_moves_topics_in_pieces(
    house: Database, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody waits for all of it; and whoever corrects a theme in between is not overwritten."""
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    expected = themes_now(house)
    monkeypatch.setattr(taking_in, "MOVED_AT_ONCE", 1)
    monkeypatch.setattr(writing, "MOVED_AT_ONCE", 1)
    held: list[int] = []
    write_some = taking_in.write_some
    monkeypatch.setattr(taking_in, "write_some", lambda *given: held.append(1) or write_some(*given))
    for seed in range(12):
        emptied(house)
        for day in Random(seed).sample(DAYS, len(DAYS)):
            brought(house, cast, [day])
            taking_in.take_in(house, now)
        assert frozenset(themes_now(house).values()) == frozenset(expected.values())
        for theme_id, topics in expected.items():
            assert themes_now(house)[resolved(house, theme_id)] == topics  # type: ignore[index]
        if held:
            break
    assert held, "too little moved to come in pieces"


def test_taken_in_again_nothing_changes(house: Database, cast: Cast, now: datetime) -> None:
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    before = themes_now(house)
    assert taking_in.take_in(house, now) == 0
    with house.transaction() as db:
        db.execute(delete(RetroTakenIn))
    assert taking_in.take_in(house, now) == len(DAYS)
    assert themes_now(house) == before


@only_sqlite
def test_history_that_is_taken_back_and_imported_again_has_the_same_ids(
    house: Database, cast: Cast, now: datetime
) -> None:
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    before = themes_now(house)
    with house.transaction() as db:
        db.execute(delete(Retro))
    brought(house, cast, DAYS)
    taking_in.take_in(house, now)
    assert themes_now(house) == before
    assert partition(house) == frozenset(before.values())
