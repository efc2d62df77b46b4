"""A house of today with an open retro after its reveal: its clear owner tags are sealed at the next start, or go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlmodel import Session, select

from app.anonymity.rules.tags import tag
from app.anonymity.service import shuffle
from app.anonymity.service.backup import archive
from app.anonymity.service.keys import KeyStore
from app.cli.opening import opened
from app.core import migrate
from app.core.clock import SetClock
from app.core.db import Database
from app.entries import queries
from app.entries.models import EntryOwner, OwnerToSeal
from app.entries.rules.refusals import EntryIsNotYours, WithdrawingIsOver
from app.entries.service import withdrawing
from app.entries.service.upgrading import WITHDRAWING_HAS_ENDED
from app.main import register_reactions
from app.retros.queries.facilitation import notices
from app.retros.rules.names import Stage
from tests import builders
from tests.cast import Cast, settle_in
from tests.conftest import settings_for
from tests.databases import PostgresForTests
from tests.unit.test_cli import fencepost

OLD = "0006"


@dataclass
class OldHouse:
    """What an older version left: `owners` entry -> (secret, tag) in clear, `asked` the withdrawal that waits."""

    url: str
    folder: Path
    cast: Cast
    clock: SetClock
    room: builders.Room
    owners: dict[UUID, tuple[str, str]]
    asked: UUID

    def start(self) -> Database:
        """As `serve`, `worker` and `migrate` begin."""
        with opened(settings_for(self.url, self.folder)) as database:
            self.room.house = database
        return database

    def tags(self) -> set[bytes]:
        return {owner.encode() for _, owner in self.owners.values()}

    def left_in_files(self) -> int:
        """How many of the old tags lie in the files of the database, wherever in them."""
        raw = b"".join(part.read_bytes() for part in self._files() if part.is_file())
        return sum(owner in raw for owner in self.tags())

    def _files(self) -> list[Path]:
        if self.url.startswith("sqlite"):
            file = str(make_url(self.url).database)
            return [Path(file + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
        engine = create_engine(self.url)
        with engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            mine = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
            files = list((folder / "base" / str(mine.scalar_one())).iterdir())
        engine.dispose()
        return files


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[OldHouse]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'fencepost.db'}"
    else:
        server: PostgresForTests = request.getfixturevalue("postgres")
        url = server.fresh(tables=False)
    migrate.upgrade(url)
    database = Database(url, keys=KeyStore(tmp_path / "secrets"))
    register_reactions(database.bus)
    cast = settle_in(database, clock.now())
    room = builders.a_retro(database, cast, clock, stage=Stage.GROUP, entries=2)
    with database.transaction() as db:
        shown = [entry.id for entry in queries.entries(db, room.id)]
    database.dispose()
    migrate.downgrade(url, OLD)
    owned = [(secret, tag(secret, "owner", room.id, str(slot))) for secret in room.all_secrets() for slot in (1, 2)]
    owners = dict(zip(shown, owned, strict=True))
    _write_as_before(url, room.id, owners, shown[0])
    found = OldHouse(url, tmp_path, cast, clock, room, owners, asked=shown[0])
    assert found.left_in_files() == len(owners) == 24, "or nothing is searched for below"
    yield found
    if room.house is not None:
        room.house.dispose()


def _write_as_before(url: str, retro_id: UUID, owners: dict[UUID, tuple[str, str]], asked: UUID) -> None:
    engine = create_engine(url)
    plain = (lambda value: value.hex) if url.startswith("sqlite") else (lambda value: value)
    with engine.begin() as connection:
        for entry_id, (_, owner) in owners.items():
            connection.execute(
                text("UPDATE entry SET owner_tag = :owner WHERE id = :id"), {"owner": owner, "id": plain(entry_id)}
            )
        waits = {"tag": owners[asked][1], "retro": plain(retro_id)}
        connection.execute(text("INSERT INTO withdrawal (tag, retro_id) VALUES (:tag, :retro)"), waits)
    engine.dispose()


def shown(database: Database, old: OldHouse) -> set[UUID]:
    with database.reading() as db:
        return {entry.id for entry in queries.entries(db, old.room.id)}


def withdraw(database: Database, old: OldHouse, entry_id: UUID, secret: str) -> None:
    with database.transaction() as db:
        withdrawing.withdraw(db, old.room.seat_of(secret), entry_id)


def waiting(database: Database) -> list[str | None]:
    with database.reading() as db:
        return list(db.exec(select(OwnerToSeal.owner_tag)))


def test_with_the_key_withdrawing_goes_on_and_no_old_tag_is_left_in_the_files(old: OldHouse) -> None:
    database = old.start()
    assert old.left_in_files() == 0
    assert waiting(database) == []
    _, mine, other, *_ = old.owners
    with pytest.raises(EntryIsNotYours):
        withdraw(database, old, other, old.room.all_secrets()[0])
    withdraw(database, old, mine, old.owners[mine][0])
    assert shown(database, old) == set(old.owners), "it goes at the next stage change, as what was asked before"
    builders.move(database, old.cast.frieda, old.room, Stage.VOTE, old.clock)
    assert shown(database, old) == set(old.owners) - {old.asked, mine}
    with database.reading() as db:
        assert WITHDRAWING_HAS_ENDED not in _said(db, old)
    builders.move(database, old.cast.frieda, old.room, Stage.DISCUSS, old.clock)
    builders.move(database, old.cast.frieda, old.room, Stage.WRAP_UP, old.clock)
    builders.move(database, old.cast.frieda, old.room, Stage.CLOSED, old.clock)
    assert old.left_in_files() == 0


def test_without_the_key_the_tags_are_gone_and_the_board_says_that_withdrawing_has_ended(old: OldHouse) -> None:
    KeyStore(old.folder / "secrets").destroy(old.room.id)
    database = old.start()
    assert old.left_in_files() == 0
    assert waiting(database) == []
    with database.reading() as db:
        assert _said(db, old).count(WITHDRAWING_HAS_ENDED) == 1
        assert db.exec(select(EntryOwner)).all() == []
    assert shown(database, old) == set(old.owners) - {old.asked}, "what was asked for is done, all at once"
    entry_id = next(iter(shown(database, old)))
    with pytest.raises(WithdrawingIsOver):
        withdraw(database, old, entry_id, old.owners[entry_id][0])
    old.start().dispose()
    with database.reading() as db:
        assert _said(db, old).count(WITHDRAWING_HAS_ENDED) == 1, "said once, not at every start"


def test_the_migration_alone_leaves_them_and_no_backup_has_them(old: OldHouse, tmp_path: Path) -> None:
    """What the step at start is for; and a backup made between the two."""
    migrate.upgrade(old.url)
    assert old.left_in_files() == 24
    if old.url.startswith("sqlite"):
        archive.back_up(old.url, tmp_path / "between.db")
        raw = (tmp_path / "between.db").read_bytes()
        assert b"The Orchard Atlas" in raw
        assert not [owner for owner in old.tags() if owner in raw]


def test_a_scrub_that_was_interrupted_is_done_at_the_next_start(
    old: OldHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(shuffle, "scrub", lambda *_, **__: None)
        broken.setattr(shuffle, "is_scrubbed", lambda _: False)
        database = old.start()
        assert waiting(database) == [None] * 24
        database.dispose()
    database = old.start()
    assert waiting(database) == []
    assert old.left_in_files() == 0


def test_an_old_backup_that_is_put_back_is_sealed_at_once(old: OldHouse) -> None:
    if not old.url.startswith("sqlite"):
        pytest.skip("pg_restore puts back what PostgreSQL holds; the next start seals it, as above")
    file = Path(str(make_url(old.url).database))
    engine = create_engine(old.url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    shutil.copyfile(file, old.folder / "backup.db")
    secrets_dir = str(old.folder / "secrets")
    told = fencepost(
        "restore", str(old.folder / "backup.db"), "--replace", DATABASE_URL=old.url, SECRETS_DIR=secrets_dir,
        DATA_DIR=str(old.folder),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert old.left_in_files() == 0


def _said(db: Session, old: OldHouse) -> list[str]:
    return notices(db, old.room.id)
