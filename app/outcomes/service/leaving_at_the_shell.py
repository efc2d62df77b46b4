"""`fencepost leave`: says what is open with somebody who leaves; hands it over and disables the account when told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.core.db import Database
from app.outcomes.queries.leaving import LeavingView, leaving
from app.outcomes.service.leaving import leave
from app.people.queries import AccountView, account_by_email

Say = Callable[[str], None]


def run(
    database: Database, email: str, to: str, single: Sequence[str], for_good: bool, now: datetime, say: Say
) -> None:
    """`to`: who takes everything over; `single`: "number=address" for single things. Raises ValueError, Refusal."""
    with database.reading() as db:
        found = leaving(db, _account(db, email).id)
        usual = _account(db, to).id if to else None
        chosen = dict(_single(db, found, one) for one in single)
    _say(found, for_good, say)
    if not for_good:
        say("Nothing has been changed. Add --to ADDRESS and --for-good to hand it over and disable the account.")
        return
    with database.transaction() as db:
        count = leave(db, None, found.person.id, chosen, usual, now)
    things = "Nothing was open" if not count else f"Handed over: {count}"
    say(f"{things}. The account of {found.person.name} is disabled.")


def _say(found: LeavingView, for_good: bool, say: Say) -> None:
    say(f"Open with {found.person.name}:" if found.items else f"Nothing is open with {found.person.name}.")
    for number, item in enumerate(found.items, start=1):
        say(f"  {number}. {item.open}: {item.title}" + (f" ({item.note})" if item.note else ""))
        for agreement in item.agreements:
            say(f"     agreement: {agreement}")
    for sentence in found.ends if not for_good else ():
        say(f"  {sentence}")


def _single(db: Session, found: LeavingView, typed: str) -> tuple[str, UUID]:
    number, _, email = typed.partition("=")
    if not number.strip().isdecimal() or not 1 <= int(number) <= len(found.items):
        raise ValueError(
            f"“{typed}” is not understood: say the number of a thing and who takes it, 2=mara@example.org."
        )
    return found.items[int(number) - 1].key, _account(db, email).id


def _account(db: Session, email: str) -> AccountView:
    found = account_by_email(db, email)
    if found is None:
        raise ValueError(f"There is no account with the address {email}.")
    return found
