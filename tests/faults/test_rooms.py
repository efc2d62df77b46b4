"""A whole room plays retros over HTTP while the server is ended by SIGKILL in every stage, at any moment.

People send again what nobody answered, as the page's own scripts do. What was confirmed to somebody is there once,
nothing is there twice, no stage is skipped, and no trace of a seat outlives its retro. By default one retro with a
kill in each stage; FENCEPOST_FULL=1 plays ten, with two in each: while people act in it, and as it is left.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.conftest import open_database
from tests.faults.houses import FULL, assert_that_all_holds, chance, setup_token
from tests.faults.playing import STAGES, Play
from tests.faults.reading_back import Ground
from tests.serving import ServerProcess

RETROS = 10 if FULL else 1
pytestmark = pytest.mark.timeout(3 * 3600 if FULL else 900)


PATIENCE = 180
"""Seconds in which a server must be there; on a busy machine its modules alone take their time."""


class Killed:
    """Dies as when the machine loses power, and is started again; of several workers every other time one alone dies,
    which is replaced by who watches it. `kills`: how often, by stage."""

    def __init__(self, process: ServerProcess, random: Random) -> None:
        self.process, self.random = process, random
        self.kills: Counter[str] = Counter()

    async def comes(self, stage: str, within: float) -> None:
        await asyncio.sleep(self.random.uniform(0, within))
        alone = self.kills.total() % 2 == 1 and self.process.workers > 1
        self.kills[stage] += 1
        if alone:
            os.kill(self.random.choice(self.process.worker_pids()), signal.SIGKILL)
        else:
            self.process.kill()
            await asyncio.to_thread(self.process.start, PATIENCE)


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path, database_url, workers=1 if database_url.startswith("sqlite") else 2)
    process.start(PATIENCE)
    yield process
    process.kill()


def test_a_room_plays_through_a_server_that_is_killed_in_every_stage(
    served: ServerProcess, database_url: str, tmp_path: Path
) -> None:
    random = chance()
    killed, database = Killed(served, random), open_database(database_url, tmp_path)
    play = Play(served.port, Ground(database), random, killed)
    try:
        asyncio.run(played(play, killed, setup_token(served)))
        assert_that_all_holds(play, served)
        assert set(killed.kills) == set(STAGES)
    finally:
        database.dispose()


async def played(play: Play, killed: Killed, token: str) -> None:
    await play.begin(token)
    last = STAGES[-1]  # nobody leaves it
    for number in range(RETROS):
        first = play.random.randrange(2)
        acting, left = (STAGES, STAGES) if FULL else (STAGES[first::2], STAGES[1 - first :: 2])
        await play.retro(number, {*acting, last}, left)
        print(f"after {number + 1}: {dict(killed.kills)} {dict(play.counts)} {play.wrong}", flush=True)
