"""The friction map of one kind of friction: what it counts, and that it tells nothing of what is hidden."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.core.db import Database
from app.friction.queries.map import MapView, friction_map
from app.friction.rules.map import FrictionTally, Show
from app.scorecards.rules.periods import Span, period
from tests.cast import Cast
from tests.history import a_theme, past_retro, right, wrong

TODAY = date(2026, 3, 17)
SEATS: dict[str, int | None] = {"Editorial": 8, "Production": 6, "Rights": 2}
"""Rights are fewer than k."""


def seen(house: Database, kind: str = "", show: Show = Show.ENTRIES) -> MapView:
    house.caches.clear()
    with house.reading() as db:
        return friction_map(db, period(Span.YEAR, TODAY), show, kind=kind, for_=None)


def a_house(house: Database, cast: Cast, small_says: str) -> dict[str, UUID]:
    """Editorial writes about both kinds; Rights, who are too few, about the kind `small_says`."""
    themes = {"late": a_theme(house, "Late files", "late"), "owner": a_theme(house, "No owner", "owner")}
    unsure = a_theme(house, "Something")
    past_retro(
        house,
        cast,
        date(2026, 1, 8),
        [
            *[wrong(f"Late {at}", "Editorial", "Production", themes["late"]) for at in range(6)],
            right("Early", "Editorial", "Production", themes["late"]),
            *[wrong(f"Owner {at}", "Editorial", "Production", themes["owner"]) for at in range(3)],
            wrong("Other", "Editorial", "Production", unsure),
            *[wrong(f"Small {at}", "Rights", "Production", themes[small_says]) for at in range(4)],
        ],
        SEATS,
    )
    return cast.departments


def tally(found: MapView, one: UUID, other: UUID) -> FrictionTally:
    return found.grid.cells[str(one), str(other)].tally


def test_only_topics_of_the_kind_are_counted(house: Database, cast: Cast) -> None:
    ids = a_house(house, cast, "late")
    pair = ids["Editorial"], ids["Production"]
    assert (tally(seen(house), *pair).wrong, tally(seen(house), *pair).right) == (10, 1)
    late, owner = seen(house, "late"), seen(house, "owner")
    assert (tally(late, *pair).wrong, tally(late, *pair).right, tally(late, *pair).retros) == (6, 1, 1)
    assert (tally(owner, *pair).wrong, owner.grid.house.tally.wrong) == (3, 3)
    assert late.totals == ("6 of 7",)
    nothing = seen(house, "nobody_knows")
    assert nothing.grid.house.tally.said == 0


def test_rates_are_of_the_kind_and_ratings_know_none(house: Database, cast: Cast) -> None:
    ids = a_house(house, cast, "late")
    found = seen(house, "late", Show.RATE)
    assert found.grid.house.rate is not None
    assert found.grid.house.rate < (seen(house, show=Show.RATE).grid.house.rate or 0)
    assert all(cell.pulse is None and not cell.pulse_hidden for cell in found.grid.cells.values())
    assert found.grid.cells[str(ids["Editorial"]), str(ids["Production"])].rate is not None


@pytest.mark.parametrize("kind", ["", "late", "owner", "nobody_knows"])
def test_whatever_kind_the_few_wrote_about_every_map_is_the_same(house: Database, cast: Cast, kind: str) -> None:
    """Nobody learns from the map of one kind, nor from the difference of two, what a group of fewer than k wrote:
    two histories that differ only in that give the same cells, totals, and marks of what is hidden."""
    ids = a_house(house, cast, "late")
    one = seen(house, kind)
    with house.transaction() as db:
        from sqlalchemy import select, update

        from app.themes.models import Theme, ThemeTopic, TopicCount

        owner = db.execute(select(Theme.id).where(Theme.kind == "owner")).scalar_one()
        small = select(TopicCount.topic_id).where(TopicCount.consumer == str(ids["Rights"]))
        moved = db.execute(select(ThemeTopic.topic_id).where(ThemeTopic.topic_id.in_(small))).scalars().all()
        counts = update(TopicCount).where(TopicCount.topic_id.in_(moved), TopicCount.consumer == str(ids["Rights"]))
        to = db.execute(select(ThemeTopic.topic_id).where(ThemeTopic.theme_id == owner)).scalars().first()
        db.execute(counts.values(topic_id=to))
    other = seen(house, kind)
    assert one.grid.cells == other.grid.cells
    assert (one.grid.rows, one.grid.columns, one.grid.house) == (
        other.grid.rows,
        other.grid.columns,
        other.grid.house,
    )
    hidden = one.grid.cells[str(ids["Rights"]), str(ids["Production"])]
    assert hidden.is_hidden, "said of the pair whatever the kind"
    assert hidden.tally == FrictionTally()
