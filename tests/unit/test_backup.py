"""A backup remembers everything that lasts and nothing that the database is to forget."""

import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from app.anonymity.service import shuffle
from app.anonymity.service.backup import archive
from app.anonymity.service.backup.errors import BackupFailed
from app.core.db import Database
from app.entries import queries as entries_read
from app.retros.rules.names import Stage
from tests import builders
from tests.attack.attacker import known_tags
from tests.attack.backups import postgres_programs
from tests.attack.play import Played
from tests.databases import only_sqlite

PROGRAMS = postgres_programs()


@pytest.fixture
def rooms(house, cast, clock):
    """One retro whose entries are revealed, and one in which people still write."""
    revealed = builders.a_retro(house, cast, clock, stage=Stage.VOTE)
    writing = builders.a_retro(house, cast, clock, stage=Stage.WRITE)
    builders.write(house, writing.seat(), "This is still being written")
    builders.vote(house, revealed.seat(), builders.topics_of(house, revealed)[0], dots=1)
    return revealed, writing


def marks_of(room):
    played = Played(room.id, room.code, joined=room.all_secrets())
    return [secret.encode() for secret in room.all_secrets()] + [mark.encode() for mark in known_tags(played)]


def counts(rows_of):
    return {table.name: rows_of(f'SELECT count(*) FROM "{table.name}"') for table in shuffle.short_lived_tables()}


@only_sqlite
class TestSQLite:
    def test_short_lived_tables_are_empty_and_their_bytes_are_not_there(self, house, rooms, tmp_path):
        target = tmp_path / "kept" / "backup.db"
        archive.back_up(house.url, target)
        with sqlite3.connect(target) as copy:
            rows = counts(lambda query: copy.execute(query).fetchone()[0])
            assert copy.execute("SELECT count(*) FROM retro").fetchone()[0] == 2
            assert copy.execute("SELECT count(*) FROM entry").fetchone()[0] == 12
        assert len(rows) >= 8
        assert set(rows.values()) == {0}
        raw = target.read_bytes()
        left = [mark for room in rooms for mark in marks_of(room) if mark in raw]
        assert left == []

    def test_the_database_itself_does_hold_them(self, house, rooms, tmp_path):
        """Or the search above would find nothing anywhere."""
        file = make_url(house.url).database
        with sqlite3.connect(file) as source:
            source.execute("PRAGMA wal_checkpoint(FULL)")
        raw = Path(file).read_bytes()
        assert any(mark in raw for mark in marks_of(rooms[1]))

    def test_only_the_operator_may_read_it_and_nothing_is_left_beside_it(self, house, rooms, tmp_path):
        folder = tmp_path / "kept"
        archive.back_up(house.url, folder / "backup.db")
        assert [file.name for file in folder.iterdir()] == ["backup.db"]
        assert (folder / "backup.db").stat().st_mode & 0o077 == 0

    def test_the_keys_are_not_in_it(self, house, rooms, tmp_path):
        archive.back_up(house.url, tmp_path / "backup.db")
        keys = [file.read_bytes() for file in house.info["keys"].folder.glob("*.key")]
        assert len(keys) == 2
        assert not any(key in (tmp_path / "backup.db").read_bytes() for key in keys)

    def test_restoring_works_and_replaces_only_when_told(self, house, rooms, tmp_path):
        archive.back_up(house.url, tmp_path / "backup.db")
        fresh = f"sqlite:///{tmp_path / 'fresh' / 'fencepost.db'}"
        (tmp_path / "fresh").mkdir()
        archive.restore(tmp_path / "backup.db", fresh, replace=False)
        again = Database(fresh)
        with again.reading() as db:
            shown = entries_read.entries(db, rooms[0].id)
        with again.transaction() as db:
            db.execute(text("UPDATE retro SET version = version + 1"))
        again.dispose()
        with house.reading() as db:
            assert shown == entries_read.entries(db, rooms[0].id)
        with pytest.raises(BackupFailed, match="exists already"):
            archive.restore(tmp_path / "backup.db", fresh, replace=False)
        archive.restore(tmp_path / "backup.db", fresh, replace=True)

    def test_a_backup_is_made_while_people_write(self, house, rooms, tmp_path):
        with house.engine.connect() as connection:
            connection.execute(text("UPDATE retro SET title = 'not committed'"))
            archive.back_up(house.url, tmp_path / "backup.db")
            connection.rollback()
        assert b"not committed" not in (tmp_path / "backup.db").read_bytes()

    def test_it_never_overwrites_and_never_takes_another_file_for_a_backup(self, house, rooms, tmp_path):
        archive.back_up(house.url, tmp_path / "backup.db")
        with pytest.raises(BackupFailed, match="never overwrites"):
            archive.back_up(house.url, tmp_path / "backup.db")
        (tmp_path / "letter.txt").write_text("Dear operator")
        with pytest.raises(BackupFailed, match="not a backup"):
            archive.restore(tmp_path / "letter.txt", house.url, replace=True)
        with pytest.raises(BackupFailed, match="no database"):
            archive.back_up(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "other.db")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
class TestPostgreSQL:
    def test_without_pg_dump_it_says_what_is_missing(self, house, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupFailed, match="pg_dump is not installed"):
            archive.back_up(house.url, tmp_path / "backup.dump")

    def test_the_data_of_every_short_lived_table_is_left_out(self, house, tmp_path, monkeypatch):
        """What pg_dump is asked, whether this machine has one or not."""
        asked = tmp_path / "asked.txt"
        program = tmp_path / "pg_dump"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {asked}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        archive.back_up(house.url, tmp_path / "backup.dump")
        words = asked.read_text().splitlines()
        assert {f"--exclude-table-data={table.name}" for table in shuffle.short_lived_tables()} <= set(words)
        assert "--format=custom" in words

    @pytest.mark.skipif(PROGRAMS is None, reason="NOT TESTED: pg_dump is not installed here")
    def test_the_dump_holds_what_lasts_and_nothing_short_lived(self, house, rooms, tmp_path, monkeypatch):
        monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
        target = tmp_path / "backup.dump"
        try:
            archive.back_up(house.url, target)
        except BackupFailed as failed:
            if "version mismatch" in str(failed):
                pytest.skip(f"NOT TESTED: {failed}")
            raise
        listed = subprocess.run(
            ["pg_restore", "--data-only", "--file=-", str(target)], capture_output=True, text=True, check=True
        ).stdout
        assert "The Orchard Atlas" in listed
        assert "COPY public.entry " in listed
        for table in shuffle.short_lived_tables():
            assert f"COPY public.{table.name} " not in listed
        marks = [mark.decode() for room in rooms for mark in marks_of(room)]
        assert not [mark for mark in marks if mark in listed]

    def test_what_cannot_be_restored_is_said_and_how_to_do_it_by_hand(self, house, tmp_path, monkeypatch):
        with pytest.raises(BackupFailed, match="pg_restore --clean"):
            archive.restore(tmp_path / "backup.dump", house.url, replace=True)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BackupFailed, match=r"pg_restore is not installed here.*pg_restore --clean"):
            archive.restore(tmp_path / "backup.dump", house.url, replace=True)

    def test_the_archive_is_for_its_owner_alone_and_the_password_in_no_list_of_processes(
        self, house, tmp_path, monkeypatch
    ):
        program = tmp_path / "pg_dump"
        program.write_text(
            "#!/bin/sh\n"
            f'printf "%s\\n" "$@" > {tmp_path}/asked\ncat "$PGPASSFILE" > {tmp_path}/password\n'
            f'stat -c %a "$PGPASSFILE" > {tmp_path}/mode\necho dump >> {tmp_path}/kept/backup.dump\n'
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        before = os.umask(0)
        try:
            secret = make_url("postgresql+psycopg://somebody@db.example:5433/fence?sslmode=require").set(
                password="p:a\\ss/wörd"
            )
            archive.back_up(secret.render_as_string(hide_password=False), tmp_path / "kept" / "backup.dump")
        finally:
            os.umask(before)
        asked = (tmp_path / "asked").read_text()
        assert "--dbname=postgresql://somebody@db.example:5433/fence?sslmode=require" in asked.splitlines()
        assert "p:a" not in asked
        assert "PGPASSWORD" not in os.environ
        assert (tmp_path / "password").read_text() == "*:*:*:*:p\\:a\\\\ss/wörd\n"
        assert (tmp_path / "mode").read_text() == "600\n"
        assert (tmp_path / "kept" / "backup.dump").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700

    def test_a_dump_that_fails_leaves_no_file(self, house, tmp_path, monkeypatch):
        program = tmp_path / "pg_dump"
        program.write_text("#!/bin/sh\necho half\necho aborting because of server version mismatch >&2\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        with pytest.raises(BackupFailed, match="newer one"):
            archive.back_up(house.url, tmp_path / "backup.dump")
        assert not (tmp_path / "backup.dump").exists()
