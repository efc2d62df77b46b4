"""The first batch: what is imported before the first retro held here is one batch, in whatever order it came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random
from uuid import uuid4

import numpy as np
import pytest

from app.core.db import Database
from app.themes.rules import placing
from app.themes.rules.assigning import Groups
from app.themes.rules.ordering import digest_of, moment, place
from app.themes.rules.placing import Unit, first_batch, in_order
from app.themes.rules.seeding import CUT, CUT_AT, CUT_MOST, cut_for, grouped_at_once, place_at_once
from app.themes.service import rerunning, taking_in
from tests.cast import Cast
from tests.databases import only_sqlite
from tests.recurring import SAID, brought, emptied, partition, themes_now

DAYS = sorted(SAID)
THEMES = 12


def themed(count: int, noise: float = 0.12) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows (count, 32) scattered around twelve directions, and the direction of each."""
    chance = np.random.default_rng(8)
    directions = chance.normal(size=(THEMES, 32))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    own = chance.integers(0, THEMES, count)
    rows = directions[own] + chance.normal(0, noise, (count, 32))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), own


def test_themes_that_are_clear_are_found_and_numbered_by_appearance() -> None:
    rows, own = themed(700)
    found = grouped_at_once(rows)
    assert len(set(found)) == THEMES == len(set(zip(found, own, strict=True)))
    assert list(dict.fromkeys(found)) == list(range(THEMES))
    assert grouped_at_once(rows[:0]) == []
    assert grouped_at_once(rows[:1]) == [0]


def test_what_says_nothing_is_alone() -> None:
    rows, _ = themed(60)
    rows[[3, 9]] = 0
    found = grouped_at_once(rows)
    assert found.count(found[3]) == found.count(found[9]) == 1


def test_among_more_topics_less_likeness_is_enough() -> None:
    assert cut_for(CUT_AT) == CUT
    assert cut_for(5_000) == pytest.approx(0.5)
    assert cut_for(2) == CUT_MOST


def test_the_first_of_each_group_founds_it_and_later_topics_join() -> None:
    rows, own = themed(400)
    groups = Groups(np.zeros(32, dtype=np.float32))
    batch = place_at_once(groups, rows[:300])
    assert (groups.size, groups.topics) == (THEMES, 300)
    firsts = [at for at, one in enumerate(batch) if one.founded]
    assert [batch[at].group for at in firsts] == list(range(THEMES))
    assert all(batch[at].group not in {one.group for one in batch[:at]} for at in firsts)
    assert all(index != one.group for one in batch for index, _ in one.others)
    assert all(one.likeness > one.others[0][1] for one in batch), "each is nearest to its own"
    later = groups.place(rows[300:])
    assert not any(one.founded for one in later)
    assert len({(one.group, int(theme)) for one, theme in zip([*batch, *later], own, strict=True)}) == THEMES


def units(*imported: bool) -> list[Unit]:
    found = []
    for day, is_imported in enumerate(imported):
        on = date(2026, 1, 1 + day)
        closed = datetime(2026, 1, 1 + day, 12, tzinfo=UTC)
        when = moment(uuid4(), "A", closed, on if is_imported else None, ["x"])
        found.append((uuid4(), uuid4(), place(when, 1, digest_of(["x"]), uuid4())))
    return in_order(found)


@pytest.mark.parametrize(
    ("imported", "expected"),
    [((), 0), ((True, True), 2), ((True, True, False, True), 2), ((False, True, True), 0), ((True,) * 6, 4)],
)
def test_the_first_batch_ends_at_the_first_retro_held_here(
    imported: tuple[bool, ...], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "FIRST_MOST", 4)
    assert first_batch(units(*imported)) == expected


@only_sqlite
@pytest.mark.parametrize("most", [5_000, 20])
def test_imported_and_own_retros_in_any_order_make_the_same_themes(
    house: Database, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Retros held here and imported ones by turns, also where the batch is full before they end."""
    monkeypatch.setattr(placing, "FIRST_MOST", most)
    monkeypatch.setattr("app.themes.service.snapshot.FIRST_MOST", most)
    held_here = {DAYS[5], DAYS[7]}
    outcomes = set()
    for turn, order in enumerate([DAYS, DAYS[::-1], Random(3).sample(DAYS, len(DAYS))]):
        if turn:
            emptied(house)
        for day in order if turn else [None]:
            some = DAYS if day is None else [day]
            brought(house, cast, [one for one in some if one not in held_here])
            brought(house, cast, [one for one in some if one in held_here], imported=False)
            taking_in.take_in(house, now)
        outcomes.add(partition(house))
    assert len(outcomes) == 1
    assert rerunning.rerun(house, now) == 0


@only_sqlite
def test_a_retro_held_here_moves_nothing_that_was_imported(house: Database, cast: Cast, now: datetime) -> None:
    brought(house, cast, DAYS[:6])
    taking_in.take_in(house, now)
    before = themes_now(house)
    for day in DAYS[6:]:
        brought(house, cast, [day], imported=False)
        taking_in.take_in(house, now)
        after = themes_now(house)
        assert all(topics <= after[theme_id] for theme_id, topics in before.items())
        before = after
