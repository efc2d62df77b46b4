"""Streams have an end: three of an owner, so many of a board and of the process; who comes beyond asks for news."""

from __future__ import annotations

import resource

import pytest

from app.core.descriptors import KEPT_BACK, STREAMS_MOST, raise_limit, streams_that_fit
from app.live import hub as hubs
from app.live.frames import POLL
from app.live.hub import Hub, Listener

BOARD = "board"


def open_streams(hub: Hub, number: int, board: str = BOARD, owner: object = None) -> list[Listener | None]:
    return [hub.subscribe(board, "participant", owner) for _ in range(number)]  # type: ignore[arg-type]


def told(listener: Listener | None) -> list[bytes]:
    assert listener is not None
    return [listener.inbox.get_nowait() for _ in range(listener.inbox.qsize())]


def test_of_one_seat_the_oldest_stream_goes_and_is_told_to_ask_instead() -> None:
    hub = Hub()
    first, second, third, fourth = open_streams(hub, 4, owner="a seat")
    assert told(first) == [POLL]
    hub.deliver(BOARD, "participant", b"news")
    assert told(first) == []
    assert told(second) == told(third) == told(fourth) == [b"news"]


def test_a_full_inbox_does_not_keep_the_oldest() -> None:
    hub = Hub()
    first, *_ = open_streams(hub, 3, owner="a seat")
    for _ in range(hubs.INBOX):
        hub.deliver(BOARD, "participant", b"news")
    open_streams(hub, 1, owner="a seat")
    assert told(first) == [POLL]


def test_seats_do_not_count_for_each_other() -> None:
    hub = Hub()
    everybody = [hub.subscribe(BOARD, "participant", f"seat {number}") for number in range(300)]
    assert all(told(one) == [] for one in everybody)


def test_a_board_has_three_quarters_of_the_process_and_another_one_still_fits() -> None:
    hub = Hub(most=100)
    assert open_streams(hub, 80).count(None) == 5
    assert open_streams(hub, 40, "another").count(None) == 15


def test_who_leads_and_the_wall_have_places_of_their_own() -> None:
    hub = Hub(most=100)
    open_streams(hub, 200)
    open_streams(hub, 200, "another")
    assert hub.subscribe(BOARD, "screen", leads=True) is not None
    assert hub.subscribe(BOARD, "facilitator", leads=True) is not None
    assert open_streams(hub, 1) == [None]
    leading = [hub.subscribe(BOARD, "screen", leads=True) for _ in range(100)]
    assert leading.count(None) > 70, "and even those have an end"


def test_a_place_that_is_left_is_free_again_once_however_often_it_is_left() -> None:
    hub = Hub(most=4)
    one, *_ = open_streams(hub, 3)
    assert one is not None
    hub.unsubscribe(one)
    hub.unsubscribe(one)
    assert open_streams(hub, 2).count(None) == 1


def test_a_seat_with_many_streams_takes_no_more_places_than_three() -> None:
    hub = Hub(most=8)
    assert open_streams(hub, 100, owner="a seat").count(None) == 0
    assert open_streams(hub, 3).count(None) == 0
    assert open_streams(hub, 1) == [None]


@pytest.mark.parametrize(("descriptors", "streams"), [(256, 128), (1024, 768), (4096, 3840), (65_536, STREAMS_MOST)])
def test_the_limit_follows_the_descriptors_there_are(descriptors: int, streams: int) -> None:
    assert streams_that_fit(descriptors) == streams
    assert streams < descriptors
    assert descriptors < 1024 or descriptors - streams >= KEPT_BACK


def test_the_soft_limit_is_raised_at_the_start() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(512, hard if hard > 0 else 512)
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    try:
        now = raise_limit()
        assert now == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert now == (min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
