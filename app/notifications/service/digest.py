"""Writes the weekly digest into the outbox: planned once for each person, written once a week, if there is something
to say. A row says when the next one is due; the mail and the next moment are written in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from app.actions.queries.policy import policy
from app.actions.rules.policy import NEVER
from app.core.places import zone_of
from app.notifications.models import MailSettings
from app.notifications.queries import address as address_queries
from app.notifications.queries import digest as digest_queries
from app.notifications.queries import preferences
from app.notifications.rules.digest import STILL_WORTH_IT, is_planned, next_digest
from app.notifications.rules.kinds import MailKind
from app.notifications.rules.letters_digest import digest
from app.notifications.service.mails import tell, writes_mail
from app.notifications.service.preferences import settings_row
from app.people.models import Account


def has_digests(db: Session) -> bool:
    """Whether this organisation wants digests at all."""
    return writes_mail(db) and policy(db).digest_weekday != NEVER


def plan_digests(db: Session, now: datetime, most: int) -> int:
    """Say when the next digest is due, for at most `most` people who have no moment yet. Returns how many."""
    people = digest_queries.unplanned(db, most)
    for person in people:
        row = settings_row(db, person.id)
        row.digest_at = _next(db, person, now)
    db.flush()
    return len(people)


def write_digests(db: Session, now: datetime, most: int) -> int:
    """Write what is due for at most `most` people. Returns how many were looked at."""
    rows = digest_queries.digests_due(db, now, most)
    for row in rows:
        _write(db, row, now)
    db.flush()
    return len(rows)


def _write(db: Session, row: MailSettings, now: datetime) -> None:
    person = db.get_one(Account, row.account_id)
    due_at = row.digest_at or now
    row.digest_at = _next(db, person, now)
    wishes, usual = preferences.wishes_of(db, person), policy(db)
    # After a change of zone, weekday or hour the old moment means nothing any more.
    is_wanted = is_planned(due_at, wishes.zone, usual.digest_weekday, usual.digest_hour)
    if (
        person.disabled_at is not None
        or not is_wanted
        or now - due_at > STILL_WORTH_IT
        or MailKind.DIGEST in wishes.off
    ):
        return
    today, address = due_at.astimezone(zone_of(wishes.zone)).date(), address_queries.address_of(db)
    letter = digest(
        person.name, today, digest_queries.sections(db, person, today, address), f"{address}/desk/actions"
    )
    if letter is not None:
        tell(db, person, MailKind.DIGEST, letter, now, key=f"digest:{person.id.hex}:{today}", at=due_at)


def _next(db: Session, person: Account, now: datetime) -> datetime:
    usual = policy(db)
    return next_digest(now, preferences.wishes_of(db, person).zone, usual.digest_weekday, usual.digest_hour)
