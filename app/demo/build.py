"""Builds the demo house through the services that people use, on a clock that is stepped through its ten months.

Nothing here writes a table. What a retro of the demo shows was joined, written, revealed, voted and closed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from sqlmodel import Session

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Refusal
from app.demo import remembering
from app.demo.house import DemoHouse, visitor_of
from app.demo.playing import Play
from app.demo.story import story
from app.departments import queries as departments
from app.departments import service as departments_service
from app.people import queries as people
from app.people.service import accounts as accounts_service
from app.people.service import invitations
from app.retros.queries import lists
from app.retros.rules.names import Stage

MARK = "DEMO"
FOUNDED_BEFORE = timedelta(days=700)


class ThisIsNoDemo(Refusal):
    sentence = "This folder holds a real organisation, so no demo is built in it. Choose another folder with --data."


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to get in: tokens of links that sign in without a password, and the code of the retro to join."""

    facilitator: str
    facilitator_name: str
    lead: str
    lead_name: str
    lead_of: str
    admin: str
    admin_name: str
    join_code: str

    def lines(self, address: str) -> list[str]:
        """What the command line prints. `address` without a slash at its end."""
        name = story().house.name
        return [
            "",
            f"{name}: a made-up publishing house. Nobody in it exists. Remove it with: fencepost demo --remove",
            "",
            f"  Facilitator   {self.facilitator_name}",
            f"                {address}/desk/invitations/{self.facilitator}",
            f"  Lead          {self.lead_name}, {self.lead_of}",
            f"                {address}/desk/invitations/{self.lead}",
            f"  Admin         {self.admin_name}",
            f"                {address}/desk/invitations/{self.admin}",
            f"  Join          {address}/r/{self.join_code}   (code {self.join_code[:4]}-{self.join_code[4:]})",
            "",
        ]


def open_or_build(database: Database, now: datetime, random: Random) -> DemoAccess:
    """The demo of this database, built if there is none yet, with fresh links. Raises ThisIsNoDemo."""
    with database.reading() as db:
        known, is_used = departments.organisation(db), people.is_set_up(db)
    if is_used and not known.is_demo:
        raise ThisIsNoDemo
    if not is_used:
        return build(database, now, random)
    with database.transaction() as db:
        return _access(db, now)


def build(database: Database, now: datetime, random: Random) -> DemoAccess:
    """The whole house: departments, people, older retros out of a table, closed ones with their promises, one in
    `write`, and what comes back over all of them."""
    told = story()
    with database.transaction() as db:
        house = found(db, now)
    remembering.load_the_past(database, house, told.house.admin, now, random)
    for project in told.closed:
        Play(database, house, project, now, random).from_start_to_close()
    Play(database, house, told.in_write, now, random).until_writing()
    remembering.put_in_order(database, house, now)
    remembering.read_the_brief(database, house, told.house.lead, now)
    _mark(database)
    with database.transaction() as db:
        return _access(db, now)


def remove(settings: Settings) -> bool:
    """Delete the demo's data folder; False, and nothing deleted, when the folder is no demo's."""
    if not (settings.data_dir / MARK).exists():
        return False
    shutil.rmtree(settings.data_dir)
    return True


def found(db: Session, now: datetime) -> DemoHouse:
    """The organisation, its departments and its people."""
    told, then = story().house, now - FOUNDED_BEFORE
    departments_service.name_organisation(db, None, told.name, is_demo=True)
    ids = {
        one.name: departments_service.create(db, None, one.name, one.badge, people=one.people, now=then)
        for one in told.departments
    }
    accounts: dict[str, UUID] = {}
    for person in told.people:
        accounts[person.key] = accounts_service.create_account(
            db,
            person.email,
            person.name,
            None,
            then,
            is_admin=person.is_admin,
            is_facilitator=person.is_facilitator,
            departments={ids[person.department]: person.is_lead} if person.department else {},
        )
    visitors = {key: visitor_of(people.account(db, account_id)) for key, account_id in accounts.items()}
    return DemoHouse(ids, visitors, facilitator=told.facilitator, stand_in=told.stand_in)


def _access(db: Session, now: datetime) -> DemoAccess:
    by_email = {one.email: one for one in people.accounts(db)}
    told, in_write = story().house, story().in_write
    who = {person.key: person for person in told.people}
    facilitator, lead, admin = (by_email[who[key].email] for key in (told.facilitator, told.lead, told.admin))
    views = lists.retros_for(db, visitor_of(facilitator))
    open_ones = [view for view in views if view.title == in_write.title] or [view for view in views if view.is_open]
    return DemoAccess(
        facilitator=invitations.prepare_demo_link(db, facilitator.id, now),
        facilitator_name=facilitator.name,
        lead=invitations.prepare_demo_link(db, lead.id, now),
        lead_name=lead.name,
        lead_of=who[told.lead].department or "",
        admin=invitations.prepare_demo_link(db, admin.id, now),
        admin_name=admin.name,
        join_code=next((view.code for view in open_ones if view.stage is Stage.WRITE), open_ones[0].code),
    )


def _mark(database: Database) -> None:
    """The mark by which `remove` knows that this folder may be deleted."""
    settings: Settings | None = database.info.get("settings")
    if settings is not None:
        folder: Path = settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("This folder was made by `fencepost demo` and may be deleted by it.\n")
