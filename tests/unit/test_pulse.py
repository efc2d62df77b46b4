"""Ratings between departments: sealed while people write, summaries of k raters or more afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from app.anonymity.rules.sealing import unseal
from app.anonymity.service import keys
from app.board.queries.mine import own_part
from app.core.db import Database
from app.entries.rules.names import Dimension
from app.pulse import service
from app.pulse.models import Rating
from app.pulse.queries import PulseView, own_ratings, summaries
from app.pulse.rules import band, figures, frozen_consumer, shown_cells, within_group_agreement
from app.retros.queries.retros import get
from app.retros.queries.views import SeatVisitor
from app.retros.rules.names import Stage
from tests.cast import Cast
from tests.rooms import VotingRoom, a_room

QUALITY = Dimension.QUALITY
TO_THE_END = (Stage.GROUP, Stage.VOTE, Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED)


def test_agreement_within_a_group_is_the_designs() -> None:
    assert within_group_agreement([4, 4, 5, 4]) == pytest.approx(0.875)
    assert within_group_agreement([1, 5, 1, 5, 3]) < 0.5


def test_a_split_group_of_ten_has_no_mean() -> None:
    assert figures([1, 5] * 5, k=5).mean is None
    assert figures([4, 4, 5, 4, 3] * 2, k=5).mean == 4.0
    assert figures([4, 4, 5, 4, 4, 4, 4, 4, 5, 4], k=5).mean == 4.2


def test_how_far_a_small_group_agrees_is_not_said() -> None:
    assert figures([1, 5, 1, 5, 3], k=5) == figures([3, 3, 3, 3, 3], k=5)


def test_raters_are_told_in_bands() -> None:
    assert [band(n, 5) for n in (5, 9, 10, 19, 20, 400)] == ["5-9", "5-9", "10-19", "10-19", "20+", "20+"]
    assert band(3, 3) == "3-9"


def test_a_small_group_is_told_to_halves_half_up_and_off_the_ends() -> None:
    assert figures([5] * 5, k=5) == figures([5] * 9, k=5)
    assert figures([5] * 5, k=5).mean == 4.5
    assert figures([1] * 5, k=5).mean == 1.5
    assert figures([4, 4, 5, 4], k=3).mean == 4.5, "4.25"
    assert figures([3, 3, 4], k=3).mean == 3.5, "3.33"
    assert figures([3, 3, 3, 3, 4], k=3).mean == 3.0, "3.2"
    assert figures([5] * 10, k=5).mean == 5.0


def test_a_mean_of_all_is_made_of_what_may_be_said_of_its_groups() -> None:
    """Counted from the ratings, 2.5 of two groups of three with 4.5 and 1.5 could be nothing but 13 and 3."""
    found = {
        tuple(sorted(one)): {cell.consumer: cell.figures.mean for cell in shown_cells(UUID(int=1), "quality", one, 3)}
        for one in ({"a": [5, 5, 5], "b": [1, 1, 1]}, {"a": [5, 4, 4], "b": [1, 1, 1]})
    }
    assert list(found.values()) == [{"a": 4.5, "b": 1.5, "everyone": 3.0}]


@given(st.lists(st.integers(1, 5), min_size=3, max_size=40))
def test_figures_stay_on_the_scale(ratings: list[int]) -> None:
    kept = figures(ratings, k=3)
    assert kept.mean is None or 1 <= kept.mean <= 5
    assert (kept.mean is None) == (len(ratings) >= 10 and within_group_agreement(ratings) < 0.5)


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(1, 5), max_size=12)), st.integers(3, 6))
def test_fewer_than_k_are_hidden_and_cannot_be_subtracted(ratings: dict[str, list[int]], k: int) -> None:
    shown = {cell.consumer for cell in shown_cells(UUID(int=1), "quality", ratings, k)}
    assert shown - {"everyone"} == {name for name, given in ratings.items() if len(given) >= k}
    heard = sum(len(given) >= k for given in ratings.values())
    in_all = sum(len(given) for given in ratings.values())
    assert ("everyone" in shown) == (heard >= 2 or (heard == 0 and in_all >= k))


@given(
    st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=9), min_size=1, max_size=3),
    st.lists(st.integers(1, 5), max_size=2),
)
def test_how_many_of_a_small_group_rated_changes_nothing_that_is_kept(heard: list[list[int]], few: list[int]) -> None:
    others = {f"group {index}": given for index, given in enumerate(heard)}
    without = shown_cells(UUID(int=1), "quality", others, 3)
    assert shown_cells(UUID(int=1), "quality", {**others, "few": few}, 3) == without


def rate(room: VotingRoom, seats: Sequence[SeatVisitor], provider: UUID, ratings: str) -> None:
    for seat, number in zip(seats, ratings, strict=False):
        with room.database.transaction() as db:
            service.rate(db, seat, provider, QUALITY, int(number))


def close(room: VotingRoom) -> dict[str, PulseView]:
    room.move(*TO_THE_END)
    with room.database.reading() as db:
        return {view.consumer: view for view in summaries(db, room.retro_id)}


def test_a_rating_can_be_changed_and_taken_back(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3})
    seat = room.seats("Editorial")[0]
    rate(room, [seat, seat], cast.production, "25")
    with house.reading() as db:
        assert own_ratings(db, seat, [cast.production]) == {(cast.production, QUALITY): 5}
        assert own_ratings(db, room.seats("Editorial")[1], [cast.production]) == {}
    with house.transaction() as db:
        service.rate(db, seat, cast.production, QUALITY, None)
    with house.reading() as db:
        assert db.exec(select(Rating)).all() == []


def test_nobody_rates_a_stranger(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3})
    seat = room.seats("Editorial")[0]
    with pytest.raises(service.NotAProvider), house.transaction() as db:
        service.rate(db, seat, cast.marketing, QUALITY, 3)
    with pytest.raises(service.NotARating), house.transaction() as db:
        service.rate(db, seat, cast.production, QUALITY, 6)
    with pytest.raises(service.NotADimension), house.transaction() as db:
        service.rate(db, seat, cast.production, "charm", 3)
    room.move(Stage.GROUP)
    with pytest.raises(service.RatingIsOver), house.transaction() as db:
        service.rate(db, seat, cast.production, QUALITY, 3)


def test_at_close_only_groups_of_k_remain(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 4, "Production": 3, "Marketing": 3})
    rate(room, room.seats("Editorial"), cast.production, "4454")
    rate(room, room.seats("Marketing")[:2], cast.production, "11")
    with house.reading() as db:
        assert summaries(db, room.retro_id) == []
    shown = close(room)
    assert set(shown) == {str(cast.editorial)}, "everyone together would tell Marketing's two"
    assert (shown[str(cast.editorial)].mean, shown[str(cast.editorial)].band) == (4.5, "3-9")
    with house.reading() as db:
        assert db.exec(select(Rating)).all() == []


def test_everyone_together_is_shown_where_nobody_is_hidden(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 3, "Marketing": 3})
    rate(room, room.seats("Editorial"), cast.production, "444")
    rate(room, room.seats("Marketing"), cast.production, "343")
    assert set(close(room)) == {str(cast.editorial), str(cast.marketing), "everyone"}


def test_the_reveal_pools_ratings_for_good(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 4, "Production": 2, "Marketing": 2, "Rights": 3})
    rate(room, room.seats("Production"), cast.editorial, "22")
    rate(room, room.seats("Marketing"), cast.editorial, "23")
    room.move(Stage.GROUP)
    with house.reading() as db:
        key = keys.keys_of(db).get(room.retro_id)
        consumers = [unseal(key, row.tag, row.sealed)["consumer"] for row in db.exec(select(Rating))]
    assert consumers == ["several"] * 4
    room.move(*TO_THE_END[1:])
    with house.reading() as db:
        shown = {view.consumer: view.mean for view in summaries(db, room.retro_id)}
    assert shown == {"several": 2.5}


def test_who_did_not_work_together_is_not_asked_and_is_refused(house: Database, cast: Cast, now: datetime) -> None:
    people = {"Editorial": 3, "Production": 3, "Marketing": 3}
    room = a_room(house, cast, now, people, apart=[("Marketing", "Editorial")])
    [seat, *_], [other, *_] = room.seats("Editorial"), room.seats("Marketing")
    for one, provider in ((seat, cast.marketing), (other, cast.editorial)):
        with pytest.raises(service.DidNotWorkTogether, match="did not work together"), house.transaction() as db:
            service.rate(db, one, provider, QUALITY, 3)
    rate(room, [seat], cast.production, "4")
    rate(room, [seat], cast.editorial, "4")
    with house.reading() as db:
        asked = [one.id for one in own_part(db, get(db, room.retro_id, for_=cast.frieda.visitor), seat).rates]
    assert asked == [cast.production, cast.editorial], "the others first, the own department last"


def test_a_view_of_oneself_is_kept_apart(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 3, "Production": 4})
    rate(room, room.seats("Editorial"), cast.production, "222")
    rate(room, room.seats("Production"), cast.production, "5555")
    shown = close(room)
    assert shown[str(cast.production)].is_own_view
    assert shown[str(cast.production)].mean == 4.5
    assert set(shown) == {str(cast.production), str(cast.editorial)}, "everyone together needs two who rate another"
    assert shown[str(cast.editorial)].mean == 2.0, "what it says of itself is not in it"


def test_a_small_department_s_view_of_itself_is_in_no_other_group(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 4, "Production": 2, "Marketing": 2})
    rate(room, room.seats("Production"), cast.production, "55")
    rate(room, room.seats("Marketing"), cast.production, "11")
    room.move(Stage.GROUP)
    with house.reading() as db:
        assert len(db.exec(select(Rating)).all()) == 4, "which rows it wrote must not be told by their going"
    room.move(*TO_THE_END[1:])
    with house.reading() as db:
        assert summaries(db, room.retro_id) == []


def test_dropped_labels_drop_views_of_oneself(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 2, "Production": 2, "Marketing": 2})
    rate(room, room.everybody(), cast.production, "444444")
    assert {one: view.band for one, view in close(room).items()} == {"everyone": "3-9"}
    with house.reading() as db:
        assert not any(view.is_own_view for view in summaries(db, room.retro_id))


@given(
    st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(1, 5), max_size=6)),
    st.lists(st.integers(1, 5), max_size=6),
    st.integers(3, 5),
)
def test_what_a_provider_says_of_itself_changes_nobody_else_s_figures(
    others: dict[str, list[int]], own: list[int], k: int
) -> None:
    provider = UUID(int=1)

    def without(ratings: dict[str, list[int]]) -> list[object]:
        cells = shown_cells(provider, "quality", ratings, k)
        return [cell for cell in cells if cell.consumer != str(provider)]

    assert without({**others, str(provider): own, "": own}) == without(others)


@pytest.mark.parametrize(
    ("consumer", "dropped", "becomes"),
    [("a", False, "a"), ("b", False, "several"), ("a", True, "everyone"), ("p", False, "p"), ("p", True, "")],
)
def test_where_a_rating_goes_at_the_reveal(consumer: str, dropped: bool, becomes: str) -> None:
    assert frozen_consumer(consumer, "p", {"a", "p"}, dropped=dropped) == becomes
    assert frozen_consumer("p", "p", {"a"}, dropped=False) == "", "pooled: it would be known as its own"


def test_dropped_labels_leave_everyone(house: Database, cast: Cast, now: datetime) -> None:
    room = a_room(house, cast, now, {"Editorial": 2, "Production": 2, "Marketing": 2})
    rate(room, room.seats("Editorial") + room.seats("Marketing"), cast.production, "4444")
    assert set(close(room)) == {"everyone"}
