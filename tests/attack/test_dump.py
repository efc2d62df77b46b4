"""The promise, attacked: what a database holds tells neither who wrote an entry nor which belong together.

By default a sample of retros is played; FENCEPOST_FULL=1 plays 200 on each database. The same attack must succeed
against each planted leak, or it proves nothing.
"""

import os
import re
import time
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.anonymity.rules.tags import tag
from app.anonymity.service import shuffle
from app.entries.models import Entry
from app.entries.service import revealing
from app.main import register_reactions
from app.retros.service import door, seats
from tests.attack import evidence
from tests.attack.attacker import Findings, attack
from tests.attack.play import CASES, play
from tests.cast import settle_in

RETROS = 200 if os.environ.get("FENCEPOST_FULL") == "1" else 6
pytestmark = pytest.mark.timeout(3 * 3600 if RETROS == 200 else 240)


@pytest.fixture
def house(database, now):
    register_reactions(database.bus)
    return settle_in(database, now)


def attacked(database, house, now, numbers, plant=None, raw_every=3):
    people = {word for p in house.everybody().values() for word in (p.name, p.email, p.id.hex)}
    findings = Findings()
    for number in numbers:
        began = time.time() - 1

        def look(stage, played, number=number, began=began):
            if plant is not None:
                plant(stage, played)
            with_raw = number % raw_every == 0
            seen = evidence.take(database, stage, of=played.retro_id, with_raw=with_raw, since=began)
            attack(findings, seen, played, people)

        play(database, house, number, now, look)
    return findings


def test_the_dump_tells_nothing(database, house, now):
    findings = attacked(database, house, now, range(RETROS))
    assert findings.leaks() == []
    assert len(findings.orders) > 20, "the attack looked at hardly anything"
    where, z = findings.strongest()
    print(f"{RETROS} retros, {len(findings.orders)} orders, strongest {where}: |z| = {z:.2f}")


def test_old_logs_and_copies_tell_nothing_after_the_close(database, house, now):
    """A replica, a snapshot and the write-ahead log kept from the open retro, read when everything is over."""
    kept = []
    played = play(database, house, 4, now, lambda stage, _: kept.append(evidence.take(database, stage)))
    open_copies = [copy for copy in kept if copy.stage in {"write, written", "vote, voted"}]
    after = kept[-1]
    keys = {copy.secrets for copy in open_copies}
    assert all(len(key) == 32 for key in keys)
    for key in keys:
        assert not after.holds(key)
        assert after.secrets == b""
        assert not any(copy.holds(key) for copy in kept), "the key was written into the database"
    for copy in open_copies[:1]:
        assert not any(copy.holds(entry) for entry in (*played.written, *played.deleted))


def test_what_was_withdrawn_before_the_reveal_is_nowhere(database, house, now):
    kept = []
    played = play(database, house, 8, now, lambda stage, _: kept.append(evidence.take(database, stage)))
    assert played.deleted
    removed = played.deleted[:-1]  # the last one was withdrawn after the reveal: it had been shown
    assert not any(copy.holds(gone) for gone in removed for copy in kept)


@pytest.mark.full(only="[postgres")
class TestPlantedLeaks:
    """Each of these is caught by the attack above."""

    def leaks(self, database, house, now, plant=None, retros=1, **options):
        """What the attack finds. One retro is enough for what is certain; an order shows over several."""
        return " ".join(attacked(database, house, now, range(retros), plant, **options).leaks())

    @pytest.fixture
    def extra_column(self, database):
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE entry ADD COLUMN planted VARCHAR(64)"))
        yield
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE entry DROP COLUMN planted"))

    def fill(self, database, played, value_of):
        with database.engine.begin() as connection:
            for words, truth in played.written.items():
                connection.execute(
                    text("UPDATE entry SET planted = :value WHERE text = :words"),
                    {"value": value_of(*truth), "words": words},
                )

    def test_an_author_column(self, database, house, now, extra_column):
        def plant(stage, played):
            if stage == "group":
                self.fill(database, played, lambda secret, place: f"seat {played.joined.index(secret)}")

        assert "entry.planted joins entries" in self.leaks(database, house, now, plant)

    def test_the_tag_of_its_owner_in_the_entry(self, database, house, now, extra_column):
        """As it lay there once, from the reveal to the close: one kept cookie named one author."""

        def plant(stage, played):
            if stage == "group":
                self.fill(
                    database, played, lambda secret, place: tag(secret, "owner", played.retro_id, str(place % 8))
                )

        found = self.leaks(database, house, now, plant, raw_every=1)
        assert re.search(r"group: kept cookies name the authors of \d\d entries", found)
        assert re.search(r"vote: \d+ owner tags lie readable in the files", found)

    def test_an_account_in_a_column(self, database, house, now, extra_column):
        def plant(stage, played):
            if stage == "group":
                self.fill(database, played, lambda secret, place: house.mia.email)

        assert "entry.planted names a person" in self.leaks(database, house, now, plant)

    def test_a_timestamp(self, database, house, now, extra_column):
        def plant(stage, played):
            if stage == "group":
                self.fill(database, played, lambda secret, place: f"2026-03-17 12:{place:03}")

        assert "entry.planted knows the order of writing" in self.leaks(database, house, now, plant, retros=4)

    def test_sequential_ids(self, database, house, now, monkeypatch):
        """Ids that count up in the order in which drafts were written."""
        make = revealing._entry

        def numbered(retro_id, contents, *decided):
            place = CASES.index(contents["text"].split(", case ")[1].split()[0])
            return {**make(retro_id, contents, *decided), "id": UUID(int=(retro_id.int >> 40 << 40) + place)}

        monkeypatch.setattr(revealing, "_entry", numbered)
        assert "entry.id knows the order of writing" in self.leaks(database, house, now, retros=4)

    def test_a_late_entry_with_its_department(self, database, house, now):
        def plant(stage, played):
            if stage == "added":
                for words, (secret, _) in played.added.items():
                    self.label(database, words, played.department.get(secret))

        assert "what was added late carries a department" in self.leaks(database, house, now, plant)

    def label(self, database, words, department):
        with database.transaction() as db:
            entry = db.exec(select(Entry).where(Entry.text == words)).one()
            entry.department_id = department

    def test_late_seats_that_are_taken_as_they_come(self, database, house, now, monkeypatch):
        """No door: whoever comes after the reveal sits down at once, seen by all."""

        def sit_down(db, row, secret, department_id):
            seats.take_seat(db, row, secret, department_id)

        monkeypatch.setattr(seats, "wait_at_door", sit_down)
        assert "a seat was taken while the door was closed" in self.leaks(database, house, now)

    def test_a_waiting_row_with_the_seat_to_come(self, database, house, now, monkeypatch):
        """The waiting row is found by the very tag that the seat will have."""
        monkeypatch.setattr(door, "WAITING", "seat")
        assert "waiting tells which seat somebody will take" in self.leaks(database, house, now)

    def test_what_is_added_late_shows_as_it_comes(self, database, house, now):
        """Each late entry is shown when it is sent."""

        def plant(stage, played):
            if stage == "one more thing, written":
                with database.transaction() as db:
                    db.add_all(
                        Entry(retro_id=played.retro_id, kind="idea", text=words, late=True) for words in played.added
                    )

        found = self.leaks(database, house, now, plant)
        assert "what is added late lies readable in the files before its end" in found

    def test_tables_that_were_not_sealed(self, database, house, now, monkeypatch):
        if database.is_sqlite:
            pytest.skip("SQLite keeps these tables in the order of their random tags, sealed or not")
        monkeypatch.setattr(shuffle, "reseal", lambda *_: None)
        assert "knows the order of joining" in self.leaks(database, house, now, retros=4)

    def test_a_database_that_does_not_overwrite_what_it_deletes(self, database, house, now, monkeypatch):
        if not database.is_sqlite:
            pytest.skip("secure_delete is SQLite's")
        with database.outside_transactions() as connection:
            connection.execute("PRAGMA secure_delete=OFF")
        # One connection: the next transactions use the same one from the pool. Nor is the file written anew. What is
        # deleted may be written over by chance: eight retros leave enough.
        told = shuffle._told_sqlite
        monkeypatch.setattr(shuffle, "_told_sqlite", lambda house, what: what == "VACUUM" or told(house, what))
        found = self.leaks(database, house, now, retros=8, raw_every=1)
        assert "tags of seats lie in the files" in found
        assert "taken back lie in the files" in found

    @pytest.mark.full(only="nothing: these are PostgreSQL's alone")
    def test_samples_of_columns(self, database, house, now):
        """What the server keeps of its own accord to plan queries with."""
        if database.is_sqlite:
            pytest.skip("SQLite keeps no values of columns")
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE seat ALTER COLUMN tag SET STATISTICS 100"))
        try:
            assert "tags of seats lie in the files" in self.leaks(database, house, now, raw_every=1)
        finally:
            with database.engine.begin() as connection:
                connection.execute(text("ALTER TABLE seat ALTER COLUMN tag SET STATISTICS 0"))
                connection.execute(text("ALTER TABLE seat ALTER COLUMN tag TYPE VARCHAR(64)"))
