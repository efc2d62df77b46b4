"""The scrub leaves nothing in the files; it notices what somebody's snapshot keeps there, and comes back for it."""

import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from app.anonymity.service import shuffle
from app.retros.jobs import run_due
from tests.databases import only_sqlite


def test_a_snapshot_in_the_way_leaves_the_scrub_for_later(database, now, monkeypatch):
    if database.is_sqlite:
        pytest.skip("dead rows are PostgreSQL's")
    monkeypatch.setattr(shuffle, "SCRUB_PAUSE_SECONDS", 0.01)
    with database.engine.connect() as other, database.engine.connect() as writer:
        writer.execute(text("SET session_replication_role = replica"))  # a row without its retro is enough here
        writer.execute(
            text("INSERT INTO ticket (code_hash, retro_id, department_id) VALUES ('dead', :retro, :retro)"),
            {"retro": uuid4()},
        )
        writer.commit()
        other.execution_options(isolation_level="REPEATABLE READ")
        other.execute(text("SELECT 1 FROM organisation")).all()
        writer.execute(text("DELETE FROM ticket"))
        writer.execute(text("SET session_replication_role = DEFAULT"))
        writer.commit()
        shuffle.scrub(database)
        assert database.url in shuffle._left
        run_due(database, now)
        assert database.url in shuffle._left, "the job came back while the snapshot stood, and said it was done"
        other.rollback()
    assert _comes_to_its_end(database, now)


def _comes_to_its_end(database, now):
    """The job comes again and again; a server may have snapshots of its own, an automatic ANALYZE for one."""
    ends = monotonic() + 30
    while database.url in shuffle._left and monotonic() < ends:
        run_due(database, now)
    return database.url not in shuffle._left


def test_who_serves_next_scrubs_what_a_server_that_died_could_not(database, now, monkeypatch):
    with monkeypatch.context() as dies_after_the_commit:
        dies_after_the_commit.setattr(shuffle, "scrub", lambda *_, **__: None)
        with database.transaction() as db:
            shuffle.scrub_on_commit(db, anew=True)
    assert not shuffle.is_scrubbed(database)
    told, scrub = [], shuffle._told_sqlite
    monkeypatch.setattr(shuffle, "_told_sqlite", lambda house, what: told.append(what) or scrub(house, what))
    run_due(database, now)
    assert shuffle.is_scrubbed(database)
    assert told == (["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] if database.is_sqlite else [])


def test_what_is_rolled_back_leaves_nothing_to_scrub(database):
    with suppress(ZeroDivisionError), database.transaction() as db:
        shuffle.scrub_on_commit(db)
        raise ZeroDivisionError
    assert shuffle.is_scrubbed(database)


def test_nothing_in_the_way_leaves_nothing(database):
    shuffle.scrub(database)
    assert database.url not in shuffle._left


@only_sqlite
class TestSQLite:
    def bytes_of(self, database):
        file = Path(make_url(database.url).database)
        return b"".join(part.read_bytes() for part in (file, Path(f"{file}-wal")) if part.exists())

    @contextmanager
    def without_retros(self, database):
        """Rows without their retro are enough here."""
        with database.outside_transactions() as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            yield connection
            connection.execute("PRAGMA foreign_keys=ON")

    def issue(self, database, marks):
        with self.without_retros(database) as connection:
            for mark in marks:
                connection.execute("INSERT INTO ticket VALUES (?, ?, ?)", (mark, uuid4().hex, uuid4().hex))

    def spend(self, database, marks):
        with self.without_retros(database) as connection:
            for mark in marks:
                connection.execute("DELETE FROM ticket WHERE code_hash = ?", (mark,))

    def reveal_and_close(self, database):
        """Forty entries come, and their texts are taken out; returns the texts."""
        marks, retro = [secrets.token_hex(32) for _ in range(40)], uuid4().hex
        rows = [
            (uuid4().hex, retro, "went_wrong", mark + " late" * (number % 20 + 1))
            for number, mark in enumerate(marks)
        ]
        with self.without_retros(database) as connection:
            connection.execute("BEGIN")
            columns = "id, retro_id, kind, text, about_pooled, late, erased"
            into = f"INSERT INTO entry ({columns}) VALUES (?, ?, ?, ?, 0, 0, 0)"
            connection.executemany(into, rows)
            connection.execute("COMMIT")
            connection.execute("UPDATE entry SET text = '' WHERE retro_id = ?", (retro,))
        return marks

    def left_of(self, marks, database):
        files = self.bytes_of(database)
        return [mark for mark in marks if mark.encode() in files]

    def test_what_is_deleted_is_overwritten(self, database):
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1

    def test_a_file_written_anew_holds_nothing_of_what_was_taken_out(self, database):
        """Pages that were split keep copies of rows, whatever `secure_delete` overwrites: here, of texts."""
        for _ in range(400):
            marks = self.reveal_and_close(database)
            shuffle.scrub(database)
            if self.left_of(marks, database):
                break
        else:
            pytest.fail("never was anything left, so this shows nothing")
        shuffle.scrub(database, anew=True)
        assert self.left_of(marks, database) == []

    def test_a_reader_in_the_way_leaves_the_scrub_for_later(self, database, now, monkeypatch):
        monkeypatch.setattr(shuffle, "SCRUB_PAUSE_SECONDS", 0.01)
        told, asked = shuffle._told_sqlite, []
        monkeypatch.setattr(shuffle, "_told_sqlite", lambda house, what: asked.append(what) or told(house, what))
        mark = secrets.token_hex(32)
        self.issue(database, [mark])
        with database.reading() as db:
            assert db.connection().exec_driver_sql("SELECT count(*) FROM ticket").scalar() == 1
            self.spend(database, [mark])
            shuffle.scrub(database, anew=True)
            assert shuffle._left[database.url] is False, "the file is anew, only the log waits"
            assert asked.count("VACUUM") == 1
        run_due(database, now)
        assert database.url not in shuffle._left
        assert mark.encode() not in self.bytes_of(database)
