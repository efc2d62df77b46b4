"""When and about what a person wants mail: their own choice, else the organisation's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from app.actions.queries.policy import policy
from app.core.errors import NotFound
from app.core.places import Place
from app.core.signing import signing_key_of
from app.departments.queries import organisation
from app.notifications.models import MailSettings
from app.notifications.rules.kinds import MailKind, kind_of, read_off
from app.notifications.rules.quiet import Quiet
from app.people.models import Account

PURPOSE = "mail-off"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What counts for a person. `zone` is where they are; `quiet` when they want no mail about promises."""

    off: frozenset[MailKind]
    zone: str
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """The same with what is their own choice and what the organisation's: None, or "", is the organisation's."""

    off: frozenset[MailKind]
    time_zone: str
    quiet_from: int | None
    quiet_until: int | None
    usual_zone: str
    usual_from: int
    usual_until: int
    free_days: bool


@dataclass(frozen=True, slots=True)
class SwitchView:
    """A kind of mail behind a signed link, and whether it is on now."""

    account_id: UUID
    kind: MailKind
    email: str
    is_on: bool


def usual_quiet(db: Session) -> Quiet:
    """When the organisation wants no mail: for those who have no account."""
    usual = policy(db)
    return Quiet(organisation(db).place, usual.quiet_from, usual.quiet_until, usual.quiet_weekends)


def wishes_of(db: Session, person: Account) -> Wishes:
    """When and about what this person wants mail."""
    chosen, usual, whole = db.get(MailSettings, person.id), policy(db), organisation(db).place
    begins, ends = usual.quiet_from, usual.quiet_until
    if chosen is not None and chosen.quiet_from is not None and chosen.quiet_until is not None:
        begins, ends = chosen.quiet_from, chosen.quiet_until
    zone = person.time_zone or whole.zone
    place = Place(zone, whole.country, whole.subdivision)
    return Wishes(
        off=read_off(chosen.off) if chosen else frozenset(),
        zone=zone,
        quiet=Quiet(place, begins, ends, usual.quiet_weekends),
    )


def preferences(db: Session, account_id: UUID) -> PreferencesView:
    """For the page of one's own mail settings. Raises NotFound."""
    person = db.get(Account, account_id)
    if person is None:
        raise NotFound
    chosen, usual = db.get(MailSettings, account_id), policy(db)
    return PreferencesView(
        off=read_off(chosen.off) if chosen else frozenset(),
        time_zone=person.time_zone,
        quiet_from=chosen.quiet_from if chosen else None,
        quiet_until=chosen.quiet_until if chosen else None,
        usual_zone=organisation(db).time_zone,
        usual_from=usual.quiet_from,
        usual_until=usual.quiet_until,
        free_days=usual.quiet_weekends,
    )


def switch(db: Session, token: str) -> SwitchView:
    """What the signed link of a mail switches off and on. Raises NotFound for any other text."""
    account_id, kind = _read(signing_key_of(db).read(PURPOSE, token))
    person = db.get(Account, account_id) if account_id else None
    if person is None or kind is None:
        raise NotFound
    chosen = db.get(MailSettings, person.id)
    return SwitchView(person.id, kind, person.email, kind not in read_off(chosen.off if chosen else ""))


def _read(what: object) -> tuple[UUID | None, MailKind | None]:
    if not (isinstance(what, list) and len(what) == 2 and all(isinstance(one, str) for one in what)):
        return None, None
    return UUID(hex=what[0]), kind_of(what[1])
