"""Entries, votes, ratings, answers, seats and tickets know no person, no time and no order.

Reason: the promise is that nobody holding the database can tell who wrote what. Every way back to a person that we
know of starts with a column: an account or seat id, a name or address, a moment (two rows of one moment belong
together), or a number that counts up (it tells the order of writing). So those tables have none, and a new column
there is refused until somebody adds it to the list below and says why it is harmless.
"""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from sqlalchemy import Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Table
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from app.anonymity.service import shuffle
from app.core.migrate import import_models

import_models()

# Every column that these tables may have. "sealed" is encrypted; a tag tells nothing without the seat's secret.
ALLOWED = {
    "seat": {"tag", "retro_id", "department_id", "handle", "ready", "released", "ejected"},
    "ticket": {"code_hash", "retro_id", "department_id"},
    "seat_move": {"code_hash", "retro_id", "sealed"},
    "waiting": {"tag", "retro_id", "sealed"},
    "draft": {"tag", "retro_id", "sealed"},
    "not_ours": {"id", "retro_id", "sealed"},
    "entry_owner": {"id", "retro_id", "sealed"},
    "withdrawal": {"id", "retro_id", "sealed"},
    "owner_to_seal": {"entry_id", "retro_id", "owner_tag", "withdrawn"},
    "answer": {"tag", "retro_id", "question", "sealed"},
    "stance_vote": {"tag", "retro_id", "sealed"},
    "dot_vote": {"tag", "place_tag", "retro_id", "sealed"},
    "rating": {"tag", "retro_id", "sealed"},
    "entry": {
        "id",
        "retro_id",
        "kind",
        "text",
        "department_id",
        "about_department_id",
        "about_pooled",  # that it is about a department which it must not name
        "signed_department_id",  # a department that somebody speaks for on purpose
        "dimension",
        "late",
        "hidden_reason",
        # A role ("facilitator"), the same for every entry that one hides; and that the words are gone.
        "hidden_role",
        "erased",
    },
}
# Words of a column's name, whole, that say it holds a person, a time or an order.
PERSON_TIME_ORDER = frozenset(
    re.findall(
        r"\w+",
        "account author by person user name email mail owner creator writer seat ip address agent device token "
        "at on time date day when created updated changed number position sequence sort rank version order",
    )
)
MAY_POINT_AT = {"retro"}


def troubles(table: Table) -> list[str]:
    """What in this table could lead back to a person, as sentences."""
    found = []
    for column in table.columns:
        here = f"{table.name}.{column.name}"
        if column.name not in ALLOWED.get(table.name, set()):
            found.append(f"{here} is not on the list")
        if set(column.name.split("_")) & PERSON_TIME_ORDER and here != "owner_to_seal.owner_tag":
            found.append(f"{here} sounds like a person, a time or an order")
        if isinstance(getattr(column.type, "impl", column.type), DateTime | Date):
            found.append(f"{here} holds a time")
        if column.primary_key and isinstance(column.type, Integer):
            found.append(f"{here} counts up")
        if column.server_default is not None or column.onupdate is not None:
            found.append(f"{here} is filled by itself")
        found += [
            f"{here} points at {key.target_fullname}"
            for key in column.foreign_keys
            if key.target_fullname.split(".")[0] not in MAY_POINT_AT
        ]
    if table.dialect_options["sqlite"]["with_rowid"] is not False:
        found.append(f"{table.name} keeps the order of writing in its rowid")
    return found


@pytest.mark.parametrize("name", ALLOWED)
def test_a_table_of_what_seats_did_knows_no_person(name: str) -> None:
    assert troubles(SQLModel.metadata.tables[name]) == []


@pytest.mark.parametrize("name", ALLOWED)
def test_the_list_names_no_column_that_is_gone(name: str) -> None:
    assert ALLOWED[name] == set(SQLModel.metadata.tables[name].columns.keys())


def test_every_table_that_a_seat_writes_is_on_the_list() -> None:
    """A table with a tag, or one that is sealed, is a table of what seats did."""
    written = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if {"sealed", "tag", "owner_tag", "place_tag"} & set(table.columns.keys())
    }
    assert written | {"ticket", "entry"} == set(ALLOWED)


def test_every_short_lived_table_is_on_the_list() -> None:
    _import_services()
    assert {table.name for table in shuffle.short_lived_tables()} <= set(ALLOWED)
    assert set(ALLOWED) - {table.name for table in shuffle.short_lived_tables()} == {"entry"}


@pytest.mark.parametrize("name", ALLOWED)
def test_no_other_table_points_at_what_seats_did(name: str) -> None:
    pointing = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname.split(".")[0] == name
    }
    # A topic's title that was taken from an entry points at it, as the topic holds the entry anyway.
    assert pointing <= {"topic_entry", "topic"}, "only a topic may point at an entry, and nothing at the rest"


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (Column("account_id", String), "entry.account_id sounds like a person, a time or an order"),
        (Column("made", DateTime), "entry.made holds a time"),
        (Column("noted", UTCDateTime), "entry.noted holds a time"),
        (Column("written_on", Date), "entry.written_on holds a time"),
        (Column("place", Integer, primary_key=True), "entry.place counts up"),
        (Column("who", ForeignKey("account.id")), "entry.who points at account.id"),
        (Column("chair", ForeignKey("seat.tag")), "entry.chair points at seat.tag"),
        (Column("colour", String), "entry.colour is not on the list"),
        (Column("stamp", String, server_default="now"), "entry.stamp is filled by itself"),
    ],
)
def test_a_planted_column_is_refused(planted: Column[object], said: str) -> None:
    table = Table("entry", MetaData(), planted, sqlite_with_rowid=False)
    assert said in troubles(table)


def test_a_planted_rowid_is_refused() -> None:
    assert "entry keeps the order of writing in its rowid" in troubles(Table("entry", MetaData()))


def _import_services() -> None:
    """Slices register their short-lived tables when their services are imported."""
    for name in ("retros", "entries", "votes", "pulse"):
        import_module(f"app.{name}.service")
