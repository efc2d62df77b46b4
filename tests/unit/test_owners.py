"""Who may withdraw an entry lies sealed: no row says which entry, and nothing opens without the retro's key."""

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlmodel import select

from app.anonymity.rules.sealing import unseal
from app.anonymity.rules.tags import tag
from app.core.tables import table_of
from app.entries import queries
from app.entries.models import Entry, EntryOwner, Withdrawal
from app.entries.rules.refusals import EntryIsNotYours, WithdrawingIsOver
from app.entries.service import owners, withdrawing
from app.retros.rules.names import Stage
from tests.unit.rooms import open_room


@pytest.fixture
def room(database, cast, now):
    room = open_room(database, cast, now, 6, 6)
    room.move(Stage.WRITE)
    for number in range(12):
        for which in range(2):
            room.write(room.seat(number), f"Observation {which} of {number}")
    room.move(Stage.GROUP)
    return room


def shown(room):
    with room.database.reading() as db:
        return {entry.text: entry.id for entry in queries.entries(db, room.retro_id)}


def rows_of(room, model):
    with room.database.reading() as db:
        return [row._mapping for row in db.execute(select(table_of(model)))]


def withdraw(room, number, entry_id, former=()):
    with room.database.transaction() as db:
        withdrawing.withdraw(db, room.seat(number), entry_id, former)


def test_no_row_says_which_entry_it_is_about_and_all_have_one_length(room):
    entry_ids = {entry_id.hex for entry_id in shown(room).values()}
    withdraw(room, 0, shown(room)["Observation 0 of 0"])
    for model, number in ((EntryOwner, 24), (Withdrawal, 1)):
        rows = rows_of(room, model)
        assert len(rows) == number
        assert {len(row["sealed"]) for row in rows} == {len(rows[0]["sealed"])}
        for row in rows:
            held = f"{row['id'].hex} {row['sealed'].hex()}"
            assert not any(entry_id in held for entry_id in entry_ids)
            assert set(row) == {"id", "retro_id", "sealed"}


def test_a_row_opens_with_the_key_and_its_own_entry_alone(room):
    key = room.database.info["keys"].get(room.retro_id)
    mine = {tag(secret, "owner", room.retro_id, str(slot)) for secret in room.secrets for slot in (1, 2)}
    found = set()
    for row in rows_of(room, EntryOwner):
        opened = []
        for entry_id in shown(room).values():
            try:
                opened.append(unseal(key, f"owner|{entry_id.hex}", row["sealed"])["owner"])
            except InvalidTag:
                continue
        assert len(opened) == 1
        found.update(opened)
        for other in (b"\0" * 32, key[::-1]):
            for entry_id in shown(room).values():
                with pytest.raises(InvalidTag):
                    unseal(other, f"owner|{entry_id.hex}", row["sealed"])
    assert found == mine


def test_a_row_of_an_owner_is_no_withdrawal(room):
    """Moved from one table into the other it opens nothing: otherwise a copied row would withdraw an entry."""
    with room.database.transaction() as db:
        copied = db.exec(select(EntryOwner)).all()
        db.add_all(Withdrawal(retro_id=row.retro_id, sealed=row.sealed) for row in copied)
    room.move(Stage.VOTE)
    assert len(shown(room)) == 24


def test_the_order_of_owners_is_not_that_of_their_entries(room, monkeypatch):
    """Both are shuffled, each by itself."""
    asked = {uuid4(): f"{number:064}" for number in range(40)}
    sealed = []
    monkeypatch.setattr(owners, "seal", lambda _key, about, _contents, _size: sealed.append(about) or about.encode())
    with room.database.transaction() as db:
        kept = []
        monkeypatch.setattr(db, "execute", lambda _statement, rows: kept.extend(rows))
        owners.keep_owners(db, room.retro_id, asked, room.random)
    assert sealed == [f"owner|{entry_id.hex}" for entry_id in asked]
    assert [row["sealed"].decode() for row in kept] != sealed
    assert sorted(row["sealed"].decode() for row in kept) == sorted(sealed)


def test_asked_twice_is_asked_once_and_all_go_together_at_the_next_stage_change(room):
    entries = shown(room)
    for text, number in (("Observation 0 of 0", 0), ("Observation 1 of 3", 3), ("Observation 0 of 0", 0)):
        withdraw(room, number, entries[text])
    assert len(rows_of(room, Withdrawal)) == 2
    assert shown(room) == entries
    room.move(Stage.VOTE)
    assert set(entries) - set(shown(room)) == {"Observation 0 of 0", "Observation 1 of 3"}
    assert rows_of(room, Withdrawal) == []
    assert len(rows_of(room, EntryOwner)) == 22, "what is gone needs no owner"


def test_what_was_asked_in_the_last_stage_goes_at_the_close(room):
    with pytest.raises(EntryIsNotYours):
        withdraw(room, 1, shown(room)["Observation 0 of 0"])
    room.go_to(Stage.WRAP_UP)
    withdraw(room, 0, shown(room)["Observation 0 of 0"])
    room.move(Stage.CLOSED)
    assert "Observation 0 of 0" not in shown(room)
    assert len(shown(room)) == 23
    assert rows_of(room, EntryOwner) == rows_of(room, Withdrawal) == []


def test_an_entry_that_another_retro_shows_is_not_found_here(room, cast, now):
    other = open_room(room.database, cast, now, 6, 6)
    other.go_to(Stage.GROUP)
    with room.database.reading() as db:
        assert owners.owner_of(db, other.retro_id, shown(room)["Observation 0 of 0"]) is None


def test_without_the_key_withdrawing_is_over_for_everybody_alike_and_the_retro_goes_on(room):
    entries = shown(room)
    withdraw(room, 0, entries["Observation 0 of 0"])
    room.database.info["keys"].destroy(room.retro_id)
    for text in ("Observation 0 of 0", "Observation 0 of 1"):
        with pytest.raises(WithdrawingIsOver):
            withdraw(room, 0, entries[text])
    room.move(Stage.VOTE)
    assert shown(room) == entries


def test_no_column_of_an_entry_leads_to_a_seat():
    assert not [column for column in table_of(Entry).columns if "tag" in column.name or "owner" in column.name]
