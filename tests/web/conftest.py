"""A whole house for tests that walk all routes: `house_now`, at the stage of a parameter `stage` (else write)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.clock import SetClock
from app.core.db import Database
from app.retros.rules.names import Stage

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.web.house import House


@pytest.fixture(params=[Stage.WRITE])
def stage(request: pytest.FixtureRequest) -> Stage:
    chosen: Stage = request.param
    return chosen


@pytest.fixture
def house_at(
    app: FastAPI,
    client: TestClient,
    database: Database,
    cast: Cast,
    clock: SetClock,
    new_browser: Callable[[], TestClient],
    at_desk: Callable[..., TestClient],
) -> Callable[[Stage], House]:
    from tests.builders import a_retro
    from tests.web.house import House

    def build(stage: Stage) -> House:
        room = a_retro(database, cast, clock, stage=stage)
        phone = new_browser()
        if room.secrets:
            phone.cookies.set("seat", room.secret(), path=f"/r/{room.code}")
        return House(app, database, cast, room, at_desk(cast.frieda), phone, client)

    return build


@pytest.fixture
def house_now(house_at: Callable[[Stage], House], stage: Stage) -> House:
    return house_at(stage)
