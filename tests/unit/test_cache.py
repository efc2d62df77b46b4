"""The cache of a process: the same value while its version stays, never an old one, never what may not come true."""

from __future__ import annotations

import threading
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import cache as caches
from app.core.cache import Cache, CacheKind
from app.core.db import Database

Asked = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=60)


@given(Asked, st.integers(1, 4))
def test_what_is_found_was_made_of_the_version_that_is_asked_for(asked: list[tuple[int, int]], most: int) -> None:
    cache: Cache[tuple[int, int]] = Cache(most)
    for key, version in asked:
        assert cache.get(key, version, lambda made=(key, version): made) == (key, version)
        assert len(cache) <= most
    assert cache.hits + cache.misses == len(asked)


def test_the_one_longest_unused_goes_first() -> None:
    cache: Cache[str] = Cache(2)
    for key in ("a", "b"):
        cache.keep(key, 1, key)
    assert cache.find("a", 1) == "a"
    cache.keep("c", 1, "c")
    assert [cache.find(key, 1) for key in ("a", "b", "c")] == ["a", None, "c"]


def test_no_value_is_older_than_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("app.core.cache.time.monotonic", lambda: now[0])
    cache: Cache[str] = Cache(5, lasts_seconds=60)
    cache.keep("a", 1, "old")
    now[0] = 159.9
    assert cache.find("a", 1) == "old"
    now[0] = 160.0
    assert cache.find("a", 1) is None


def test_a_transaction_that_writes_finds_and_keeps_nothing(house: Database) -> None:
    kind: CacheKind[str] = CacheKind("of this test", most=3)
    with house.reading() as db:
        assert kind.get(db, "a", 1, lambda: "committed") == "committed"
    with house.transaction() as db:
        assert kind.get(db, "a", 1, lambda: "not yet true") == "not yet true"
    with house.reading() as db:
        assert kind.get(db, "a", 1, lambda: "made again") == "committed"
    assert [one for one in caches.usage(house) if one.name == kind.name] == [("of this test", 1, 3, 1, 1)]


def test_each_database_has_its_own(house: Database) -> None:
    kind: CacheKind[str] = CacheKind("of this test", most=3)
    other = Database(house.url)
    try:
        kind.of(house).keep("a", 1, "here")
        assert kind.of(other).find("a", 1) is None
    finally:
        other.dispose()


def test_many_threads_lose_no_count() -> None:
    cache: Cache[Hashable] = Cache(50)

    def ask() -> None:
        for number in range(500):
            cache.get(number % 70, 0, lambda made=number % 70: made)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.hits + cache.misses == 3000
    assert len(cache) == 50
