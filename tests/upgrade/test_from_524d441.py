"""A house of an older version is upgraded in the middle of a retro: its demo company, people who sit there with their
phones, and what they have written. The older version is the program as it was, taken out of the repository."""

from __future__ import annotations

import asyncio
import html
import io
import re
import subprocess
import tarfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from app.core.migrate import newest_revision
from app.retros.rules.names import Stage
from tests.databases import PostgresForTests
from tests.load.people import Facilitator, Participant, accepted, new_key, sentences
from tests.serving import ServerProcess

OLD = "524d441"
SAID = [f"Old words number {number}: the proofs waited for a signature." for number in range(3)]
SAID_LATER = "New words: the printer answered the same day."
PATIENCE = 120


@pytest.fixture(scope="module")
def old_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the older version, where this is a clone that has it."""
    here = Path(__file__).resolve().parents[2]
    asked = ["git", "-C", str(here), "archive", OLD, "app", "templates", "static", "alembic", "pyproject.toml"]
    try:
        packed = subprocess.run(asked, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as reason:
        warnings.warn(f"NO UPGRADE TESTED: {OLD} is not in this clone ({reason})", stacklevel=1)
        pytest.skip(f"NO UPGRADE TESTED: {OLD} is not in this clone")
    folder = tmp_path_factory.mktemp(OLD)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerProcess]:
    """An empty house; every program that serves it does so at one address."""
    if request.param == "sqlite":
        process = ServerProcess(tmp_path, f"sqlite:///{tmp_path / 'fencepost.db'}")
    else:
        server: PostgresForTests = request.getfixturevalue("postgres")
        process = ServerProcess(tmp_path, server.fresh(tables=False))
    yield process
    process.kill()


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.timeout(600)
@pytest.mark.full(only="[postgres-group")
@pytest.mark.parametrize("left_in", [Stage.WRITE, Stage.GROUP])
def test_a_retro_goes_on_in_the_new_version_where_the_old_one_left_it(
    old_program: Path, house: ServerProcess, left_in: Stage, loop: asyncio.Runner
) -> None:
    new_program, house.code = house.code, old_program
    links = house.run("demo", "--build-only", "--data", str(house.data_folder))
    house.start(PATIENCE)
    room = loop.run(begun(house, links, left_in))
    house.stop()
    engine = create_engine(house.settings["DATABASE_URL"])
    assert revision(engine) == "0006"
    assert bool(clear_tags(engine)) == (left_in is Stage.GROUP), "or nothing that follows is tested"
    fixed = fixed_outcomes(engine)
    assert len(fixed) > 3

    house.code = new_program
    house.start(PATIENCE)
    assert revision(engine) == newest_revision()
    assert fixed_outcomes(engine) == fixed, "the fixed outcome of a closed retro has changed"
    assert clear_tags(engine) == 0
    loop.run(room.goes_on(left_in))
    loop.run(room.ends())
    assert seats_of(engine, room.lead.code) == 0
    house.stop()
    room.assert_that_no_secret_lies_in(house.data_folder)
    engine.dispose()


class Room:
    """`lead` runs it, `phones` sit in it; all keep their cookies over the upgrade."""

    def __init__(self, lead: Facilitator, phones: list[Participant]) -> None:
        self.lead, self.phones = lead, phones
        self.secrets = [secret for phone in phones for secret in phone.browser.cookies.values()]
        assert len(set(self.secrets)) >= len(phones)

    async def goes_on(self, stage: Stage) -> None:
        """Nobody has to sign in or sit down again, and everybody finds what was written."""
        assert f'data-stage="{stage}"' in await self.lead.page()
        if stage is Stage.WRITE:
            for phone, own in zip(self.phones, SAID, strict=True):
                mine = html.unescape(await phone.page())
                assert [said for said in SAID if said in mine] == [own]
            answer = accepted(await self.phones[0].send(new_key(), "went_right", SAID_LATER))
            assert SAID_LATER in html.unescape(answer.text)
            await self.lead.press_next(Stage.GROUP)
            assert await self.on_the_board() == [*SAID, SAID_LATER]
        else:
            assert await self.on_the_board() == SAID
            await self.takes_back(SAID[1], other=SAID[2])

    async def takes_back(self, own: str, other: str) -> None:
        """The phone of the second may take its own entry back, and no other."""
        phone = self.phones[1]
        for said in (own, other):
            entry = entry_with(await phone.page(), said)
            accepted(await phone.browser.post(f"{phone.room}/withdrawals", {"entry": entry}, fragment=True))

    async def ends(self) -> None:
        before = await self.on_the_board()
        await self.lead.press_next(Stage.VOTE)
        withdrawn = {SAID[1]} if SAID_LATER not in before else set()
        assert await self.on_the_board() == [said for said in before if said not in withdrawn]
        for stage in (Stage.DISCUSS, Stage.WRAP_UP, Stage.CLOSED):
            await self.lead.press_next(stage)
        outcome = html.unescape(accepted(await self.lead.browser.get(f"{self.lead.retro}/outcome")).text)
        assert [said for said in SAID if said in outcome] == [said for said in SAID if said not in withdrawn]
        await self.hang_up()

    async def on_the_board(self) -> list[str]:
        board = html.unescape(await self.lead.page())
        for said in (*SAID, SAID_LATER):
            assert board.count(f">{said}<") <= 1, f"{said!r} stands there twice"
        return [said for said in (*SAID, SAID_LATER) if said in board]

    async def hang_up(self) -> None:
        """Connections do not outlive the server that they led to."""
        for browser in (self.lead.browser, *(phone.browser for phone in self.phones)):
            await browser.close()

    def assert_that_no_secret_lies_in(self, folder: Path) -> None:
        for file in folder.rglob("*"):
            raw = file.read_bytes() if file.is_file() else b""
            found = [secret for secret in self.secrets if secret.encode() in raw]
            assert not found, f"the seat of a phone is in {file.name}"


async def begun(house: ServerProcess, links: str, stage: Stage) -> Room:
    """Three more people sit down in the demo's open retro and write, with the older version, left in `stage`."""
    lead = Facilitator("127.0.0.1", house.port)
    invitation = re.search(r"Facilitator.*\n.*(/desk/invitations/\S+)", links)
    joining = re.search(r"/r/([0-9A-Z]{8})", links)
    assert invitation is not None, links
    assert joining is not None, links
    lead.code = joining[1]
    accepted(await lead.browser.get(invitation[1]))
    accepted(await lead.browser.post(invitation[1]))
    lead.retro = await retro_with(lead, lead.code)
    phones = [await seated(house, lead.code, number) for number in range(3)]
    for phone, said in zip(phones, SAID, strict=True):
        answer = accepted(await phone.send(new_key(), "went_wrong", said))
        assert said in html.unescape(answer.text), sentences(answer.text)
    if stage is not Stage.WRITE:
        await lead.move(stage)
    room = Room(lead, phones)
    await room.hang_up()
    return room


async def retro_with(lead: Facilitator, code: str) -> str:
    desk = accepted(await lead.browser.get("/desk")).text
    for path in dict.fromkeys(re.findall(r"/desk/retros/[0-9a-f-]{36}", desk)):
        board = sentences(accepted(await lead.browser.get(path)).text)
        if all(half in board for half in (code[:4], code[4:])):
            return path
    raise AssertionError(f"no retro on the desk has the code {code}")


async def seated(house: ServerProcess, code: str, number: int) -> Participant:
    phone = Participant("127.0.0.1", house.port, number + 1, code, "Production")
    await phone.take_a_seat()
    return phone


def entry_with(page: str, said: str) -> str:
    """The id of the entry that says so, from the button beside it."""
    after = html.unescape(page).partition(said)[2]
    found = re.search(r'form="withdrawal-form"[^>]*value="([0-9a-f-]{36})"', after)
    assert found, f"nothing to take back beside {said!r}"
    return found[1]


def revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def clear_tags(engine: Engine) -> int:
    if "owner_tag" not in {column["name"] for column in inspect(engine).get_columns("entry")}:
        return 0
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(owner_tag) FROM entry")).scalar_one())


def fixed_outcomes(engine: Engine) -> set[str]:
    """What was fixed at the close of each retro, as it is stored."""
    with engine.connect() as connection:
        return {repr(tuple(row)) for row in connection.execute(text("SELECT retro_id, contents FROM outcome"))}


def seats_of(engine: Engine, code: str) -> int:
    with engine.connect() as connection:
        asked = text("SELECT count(*) FROM seat JOIN retro ON retro.id = seat.retro_id WHERE retro.code = :code")
        return int(connection.execute(asked, {"code": code}).scalar_one())
