"""One room that makes trouble holds up what falls due in no other."""

from __future__ import annotations

import pytest

from app.retros import jobs
from app.retros.rules.names import Stage
from tests import builders
from tests.databases import only_sqlite


@only_sqlite
def test_a_key_goes_although_another_room_makes_trouble(house, cast, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = builders.a_retro(house, cast, clock, stage=Stage.CLOSED)
    keys = house.info["keys"]
    keys.create(closed.id)  # as a crash leaves it

    def trouble(*_: object) -> None:
        raise ValueError("of another room")

    monkeypatch.setattr(jobs, "_end_late_rounds", trouble)
    with pytest.raises(ValueError, match="another room"):
        jobs.run_due(house, clock.now())
    assert not keys.exists(closed.id)


@only_sqlite
def test_a_round_ends_although_that_of_another_room_cannot(house, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def end(_db: object, retro_id: int, *_: object) -> None:
        if retro_id == 1:
            raise ValueError("of one room")
        ended.append(retro_id)

    monkeypatch.setattr(jobs.late_round, "end_due_round", end)
    monkeypatch.setattr(jobs, "list", lambda _: [1, 2], raising=False)
    monkeypatch.setattr(house.bus, "prepare", lambda *_: None)
    with pytest.raises(ValueError, match="of one room"):
        jobs._end_late_rounds(house, clock.now(), None)  # type: ignore[arg-type]
    assert ended == [2]
