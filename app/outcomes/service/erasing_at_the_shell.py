"""`fencepost erase account | retro | house`: says what would go and what stays; does it when told so."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import MetaData
from sqlmodel import Session, col, select

from app.anonymity.service import shuffle
from app.core.db import Database
from app.departments.queries import organisation
from app.outcomes.service.erasing_whole import ErasureCounts, erase_account, erase_retro, of_account, of_retro
from app.people.queries import account_by_email
from app.retros.models import Retro

Say = Callable[[str], None]
FILES_SECONDS = 30.0
HELD = (
    "Somebody uses the database, so its files could not be written anew yet: they may still hold what was erased. "
    "Stop the server, then run: {}"
)
COPIES = "Copies outside stay as they are: backups made before, files that were kept, mails that were sent."


def erase(database: Database, what: str, which: str, for_good: bool, now: datetime, say: Say) -> None:
    """Say what erasing would take; take it if `for_good`. Raises ValueError with a sentence, Refusal."""
    if what == "house":
        _house(database, which, for_good, say)
        return
    found = {"account": _account, "retro": _retro}.get(what)
    if found is None:
        raise ValueError("Say what to erase: account, retro or house.")
    with database.reading() as db:
        target = found(db, which)
        counted = of_account(db, target) if what == "account" else of_retro(db, target)
    _say(counted, for_good, say)
    if not for_good:
        return
    with database.transaction() as db:
        erase_account(db, target, now) if what == "account" else erase_retro(db, target)
    say(f"Erased. {COPIES}")
    _wait_for_the_files(database, say)


def _wait_for_the_files(database: Database, say: Say) -> None:
    """Who uses the database just then can keep its files from being written anew; nobody else would try again."""
    until = time.monotonic() + FILES_SECONDS
    while not shuffle.is_scrubbed(database) and time.monotonic() < until:
        shuffle.scrub_what_was_left(database)
    if not shuffle.is_scrubbed(database):
        say(HELD.format("fencepost migrate" if database.is_sqlite else "VACUUM FULL, in psql"))


def _say(counted: ErasureCounts, for_good: bool, say: Say) -> None:
    say(f"{'Erasing' if for_good else 'Would erase'} “{counted.name}”:")
    for number, words in counted.goes:
        say(f"  {number} {words}")
    for number, words in counted.stays:
        if number:
            say(f"  stays: {number} {words}")
    if not for_good:
        say("Nothing has been erased. Add --for-good to do it; there is no way back.")


def _account(db: Session, which: str) -> UUID:
    found = account_by_email(db, which)
    if found is None:
        raise ValueError(f"There is no account with the address {which}.")
    return found.id


def _retro(db: Session, which: str) -> UUID:
    wanted = which.strip()
    rows = db.exec(select(Retro).where(col(Retro.title) == wanted)).all()
    rows = rows or db.exec(select(Retro).where(col(Retro.code) == wanted.replace("-", "").upper())).all()
    if len(rows) > 1:
        codes = ", ".join(sorted(row.code for row in rows))
        raise ValueError(f"Several retros are called “{wanted}”. Say which by its code: {codes}.")
    if not rows:
        raise ValueError(f"There is no retro with the title or code “{wanted}”.")
    return rows[0].id


def _house(database: Database, which: str, for_good: bool, say: Say) -> None:
    with database.reading() as db:
        name = organisation(db).name
    if which != name:
        raise ValueError(f"To erase everything, say the name of this house: “{name}”.")
    keys = database.info["keys"]
    held = MetaData()
    held.reflect(database.engine)
    if not for_good:
        say(f"Would erase “{name}”: all {len(held.tables)} tables and the secrets folder. Nothing stays.")
        say("Nothing has been erased. Stop the server and add --for-good to do it; there is no way back.")
        return
    with database.engine.begin() as connection:
        held.drop_all(connection)
    shuffle.rewrite(database)
    for file in sorted(keys.folder.glob("*")) if keys.folder.exists() else ():
        file.unlink()
    say(f"“{name}” is erased. {COPIES}")
