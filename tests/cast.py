"""The people and departments that every test knows: a made-up publishing house. Permissions read as sentences.

| who | what |
|---|---|
| Ada | admin |
| Frieda | facilitator; belongs to no department |
| Carla | facilitator; the co-facilitator |
| Stefan | facilitator; the stand-in |
| Edda | lead of Editorial |
| Paul | lead of Production |
| Mia | member of Editorial |
| Sven | a stranger: member of IT, which takes part in nothing unless a test says so |
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlmodel import Session

from app.core.db import Database
from app.departments import service as departments
from app.people import queries as people
from app.people.models import Account
from app.people.rules import Visitor
from app.people.service import accounts, passwords, sign_ins
from tests import snapshots

HOUSE = "Lantern & Quill"
DEPARTMENTS = ("Editorial", "Production", "Marketing", "Rights", "Sales", "IT")
PASSWORD = "seven quiet lanterns at noon"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account. `token` belongs into the cookie `visit`."""

    id: UUID
    name: str
    email: str
    visitor: Visitor
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    ada: Person
    frieda: Person
    carla: Person
    stefan: Person
    edda: Person
    paul: Person
    mia: Person
    sven: Person
    departments: dict[str, UUID]

    @property
    def editorial(self) -> UUID:
        return self.departments["Editorial"]

    @property
    def production(self) -> UUID:
        return self.departments["Production"]

    @property
    def marketing(self) -> UUID:
        return self.departments["Marketing"]

    def everybody(self) -> dict[str, Person]:
        names = ("ada", "frieda", "carla", "stefan", "edda", "paul", "mia", "sven")
        return {name: getattr(self, name) for name in names}


def settle_in(database: Database, now: datetime) -> Cast:
    """Make the house, its departments and its people. Everybody's password is `PASSWORD`."""
    before = snapshots.counts(database)
    found = snapshots.kept(now, before)
    if found is not None:
        found.put_back(database)
        return _for_one_test(found.beside)
    cast = _settle_in(database, now)
    snapshots.keep(now, database, before, cast)
    return _for_one_test(cast)


def _for_one_test(cast: Cast) -> Cast:
    """A test may add departments to its own cast, and to no other's."""
    return replace(cast, departments=dict(cast.departments))


def _settle_in(database: Database, now: datetime) -> Cast:
    with database.transaction() as db:
        departments.name_organisation(db, None, HOUSE)
        ids = {name: departments.create(db, None, name, now=now) for name in DEPARTMENTS}

        def person(name: str, is_admin: bool = False, is_facilitator: bool = False, **belongs: bool) -> Person:
            memberships = {ids[department]: is_lead for department, is_lead in belongs.items()}
            return _arrive(db, name, now, is_admin, is_facilitator, memberships)

        return Cast(
            ada=person("Ada", is_admin=True),
            frieda=person("Frieda", is_facilitator=True),
            carla=person("Carla", is_facilitator=True),
            stefan=person("Stefan", is_facilitator=True),
            edda=person("Edda", Editorial=True),
            paul=person("Paul", Production=True),
            mia=person("Mia", Editorial=False),
            sven=person("Sven", IT=False),
            departments=ids,
        )


def _arrive(
    db: Session, name: str, now: datetime, is_admin: bool, is_facilitator: bool, memberships: dict[UUID, bool]
) -> Person:
    email = f"{name.lower()}@lantern.example"
    account_id = accounts.create_account(db, email, name, None, now, is_admin, is_facilitator, memberships)
    account = db.get_one(Account, account_id)
    account.password_hash = _password_hash()
    db.flush()
    token = sign_ins.open_sign_in(db, account_id, now, "Firefox on Linux")
    visitor = people.visitor_for(db, token, now)
    assert visitor is not None
    return Person(account_id, name, email, visitor, token)


@cache
def _password_hash() -> str:
    """One hash for all: it is slow on purpose."""
    return passwords.hash_password(PASSWORD)
