"""The disk is full while a room writes, while it is revealed and while it votes: people are told so in a sentence,
what they typed stays, nothing confirmed is lost, and it goes on by itself once there is space again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import StorageIsFull
from app.retros.rules.names import Stage
from tests.conftest import open_database
from tests.databases import SQLiteTemplate
from tests.faults.houses import assert_that_all_holds, chance, setup_token
from tests.faults.playing import Play
from tests.faults.reading_back import Ground
from tests.faults.room import HOST, Person, sentence
from tests.load.people import new_key, sentences
from tests.load.wire import Answer, Browser
from tests.serving import ServerProcess

SPACE = "32m"
FULL_FOR = 2.0
"""Seconds in which people go on trying, once the first was told."""
TOLD_WITHIN = 30.0
"""There is room in what the database holds already."""
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which only root may mount. (A limit of the size of a file is no full disk: it is an I/O
    error.)"""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SPACE}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        reason = f"NOT TESTED ON A FULL DISK: {mounted.stderr.strip()}"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


class FullDisk:
    """Filled to the last byte, until people have been told so for a while. `pages`: what was answered by then to
    somebody without JavaScript, by stage."""

    def __init__(self, folder: Path) -> None:
        self.filler = folder / "filler"
        self.play: Play | None = None
        self.typed = ""
        self.pages: dict[str, Answer] = {}

    async def comes(self, stage: str, within: float) -> None:
        assert self.play is not None
        await asyncio.sleep(self.play.random.uniform(0, within))
        before = self._told()
        self._fill()
        ends = asyncio.get_running_loop().time() + TOLD_WITHIN
        while self._told() == before:
            assert asyncio.get_running_loop().time() < ends, "the disk is full, and nobody is told"
            self._fill()
            await asyncio.sleep(0.05)
        if stage == Stage.WRITE and stage not in self.pages:
            self.pages[stage] = await self._types(self.play.people[0])
        await asyncio.sleep(FULL_FOR)
        self.filler.unlink()

    def _told(self) -> int:
        assert self.play is not None
        return self.play.counts[f"told later ({StorageIsFull.status})"]

    def _fill(self) -> None:
        for size in (1 << 20, 1 << 12, 1):
            with self.filler.open("ab", buffering=0) as file:
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    async def _types(self, one: Person) -> Answer:
        """A form that is sent without JavaScript, once; counted as written should it come through."""
        browser = Browser(HOST, one.browser.port, one.browser.address)
        browser.cookies = dict(one.browser.cookies)
        self.typed = sentence(one.random)
        answer = await browser.post(f"{one.room}/entries", {"key": new_key(), "kind": "idea", "text": self.typed})
        if not answer.is_refused:
            one.written.add(self.typed)
        return answer


def test_a_full_disk_loses_nothing_and_is_said(
    small_disk: Path, sqlite_template: SQLiteTemplate, tmp_path: Path
) -> None:
    random, url = chance(), sqlite_template.copy_to(small_disk)
    process = ServerProcess(small_disk, url)
    process.log = tmp_path / "server.log"
    database, disk = open_database(url, small_disk), FullDisk(small_disk)
    disk.play = play = Play(process.port, Ground(database), random, disk)
    try:
        process.start(timeout=180)
        asyncio.run(played(play, setup_token(process)))
        assert play.counts[f"told later ({StorageIsFull.status})"] >= 3
        told = {sentences(text) for one in play.people for text in one.browser.told}
        assert all("disk is full" in text for text in told), told
        page = disk.pages[Stage.WRITE]
        assert page.status == StorageIsFull.status
        assert StorageIsFull.sentence in sentences(page.text)
        assert disk.typed in page.text
        assert_that_all_holds(play, process)
    finally:
        process.kill()
        database.dispose()
    assert os.path.ismount(small_disk)


async def played(play: Play, token: str) -> None:
    await play.begin(token)
    await play.retro(0, {Stage.WRITE, Stage.VOTE}, {Stage.WRITE})
    print(dict(play.counts), Counter(play.wrong))
