"""Writes when and about what a person wants mail."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.places import zone_of
from app.core.signing import SigningKey
from app.notifications.models import MailSettings
from app.notifications.queries.preferences import PURPOSE, switch
from app.notifications.rules.kinds import MailKind, read_off, write_off
from app.people.queries import account_row
from app.people.rules import Visitor


def choose(
    db: Session, visitor: Visitor, off: frozenset[MailKind], quiet: tuple[int, int] | None, time_zone: str
) -> None:
    """Keep one's own choice. `quiet`: from and until which hour, None: as the organisation. `time_zone` "": its zone.

    Raises Invalid for a zone that is not known.
    """
    if time_zone and zone_of(time_zone).key != time_zone:
        raise Invalid("This time zone is not known. Please type it like Europe/Berlin.", field="time_zone")
    row = settings_row(db, visitor.account_id)
    row.off = write_off(off)
    row.quiet_from, row.quiet_until = quiet or (None, None)
    person = account_row(db, visitor.account_id, lock=True)
    if person.time_zone != time_zone:
        person.time_zone, row.digest_at = time_zone, None
    db.flush()


def switch_kind(db: Session, token: str, is_on: bool) -> None:
    """What a mail's signed link does, without signing in; twice is no more than once. Raises NotFound."""
    view = switch(db, token)
    row = settings_row(db, view.account_id)
    off = read_off(row.off)
    row.off = write_off(off - {view.kind} if is_on else off | {view.kind})
    db.flush()


def off_token(key: SigningKey, account_id: UUID, kind: MailKind) -> str:
    """The signed text by which a mail switches its kind off for its recipient."""
    return key.sign(PURPOSE, [account_id.hex, kind])


def settings_row(db: Session, account_id: UUID) -> MailSettings:
    """The row of this person, made if there is none yet."""
    account_row(db, account_id, lock=True)  # so that two at once do not both make one
    row = db.get(MailSettings, account_id)
    if row is None:
        row = MailSettings(account_id=account_id)
        db.add(row)
        db.flush()
    return row
