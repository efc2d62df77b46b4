"""Reads of the organisation and its departments, as frozen views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from app.core.config import Settings
from app.core.errors import NotFound
from app.core.places import Place
from app.departments.models import Department, Organisation
from app.departments.rules import SMALL_BELOW, Spoken, is_small
from app.people.models import Account, Membership
from app.people.queries import AccountView
from app.people.rules import Visitor


@dataclass(frozen=True, slots=True)
class DepartmentView:
    id: UUID
    name: str
    badge: str
    tone: int
    is_archived: bool = False
    time_zone: str = ""
    """Empty, as `country`: that of the organisation."""
    country: str = ""
    subdivision: str = ""
    sponsor_name: str = ""
    sponsor_email: str = ""
    people: int | None = None
    """None: nobody has said how many work there."""

    @property
    def is_small(self) -> bool:
        """Whether others hear of it as a small department."""
        return is_small(self.people)

    @property
    def index(self) -> int:
        """The tone under the name by which the macros of departments know it."""
        return self.tone


@dataclass(frozen=True, slots=True)
class OrganisationView:
    name: str
    is_demo: bool
    time_zone: str
    country: str = ""
    subdivision: str = ""
    may_sign: bool = True

    @property
    def place(self) -> Place:
        """Its time zone and its public holidays."""
        return Place(self.time_zone, self.country, self.subdivision)


def organisation(db: Session) -> OrganisationView:
    """The organisation; before the setup it has no name of its own."""
    row = db.get(Organisation, 1)
    if row is None:
        return OrganisationView("Fencepost", is_demo=False, time_zone="UTC")
    return OrganisationView(row.name, row.is_demo, row.time_zone, row.country, row.subdivision, row.may_sign)


def sends_mail(db: Session) -> bool:
    """Whether a mail server is configured and the people are real (demo data is never mailed)."""
    settings: Settings | None = db.info.get("settings")
    return settings is not None and settings.smtp_host is not None and not organisation(db).is_demo


def local_day(db: Session, moment: datetime) -> date:
    """The calendar day of an aware `moment` where the organisation is; UTC where its time zone is not known."""
    return organisation(db).place.day(moment)


def place_of(db: Session, department_id: UUID | None) -> Place:
    """The time zone and holidays of a department, or of the organisation where it has none of its own."""
    whole = organisation(db).place
    row = db.get(Department, department_id) if department_id else None
    return whole if row is None else place_within(whole, row)


def place_within(whole: Place, own: Department | DepartmentView) -> Place:
    """What a department has of its own, and the rest from the organisation."""
    zone = own.time_zone or whole.zone
    if own.country:
        return Place(zone, own.country, own.subdivision)
    return Place(zone, whole.country, whole.subdivision)


def all_departments(db: Session, include_archived: bool = False) -> list[DepartmentView]:
    """Departments by name."""
    query = select(Department).order_by(col(Department.name))
    if not include_archived:
        query = query.where(col(Department.archived_at).is_(None))
    return [view_of(row) for row in db.exec(query).all()]


def names(db: Session) -> dict[UUID, DepartmentView]:
    """Every department, archived ones too, by id."""
    return {one.id: one for one in all_departments(db, include_archived=True)}


class ToldTogether(NotFound):
    """Figures of a small department alone were asked for: it is a person or two."""

    sentence = (
        "Departments of fewer than three people are shown together, never alone, so there is no page about one of "
        "them. What they promised stays in the list of actions."
    )


def spoken_of(db: Session, reader: Visitor | None) -> Spoken:
    """How departments are spoken of to this reader; None: to nobody in particular, as in a mail to several."""
    small = frozenset(db.exec(select(Department.id).where(col(Department.people) < SMALL_BELOW)))
    return Spoken(small - reader.departments if reader else small)


def spoken_by_name(db: Session, reader: Visitor | None) -> list[DepartmentView]:
    """Departments, archived ones too, that are spoken of by name to this reader: those to choose from."""
    spoken = spoken_of(db, reader)
    return [one for one in all_departments(db, include_archived=True) if spoken.names(one.id)]


def department(db: Session, department_id: UUID) -> DepartmentView:
    """One department. Raises NotFound."""
    return view_of(row_of(db, department_id))


def led_alone_by(db: Session, account_id: UUID) -> list[DepartmentView]:
    """Departments that this account leads and nobody else who may sign in does; archived ones need no lead."""
    leads = select(Membership.department_id, Membership.account_id).join(
        Account, col(Account.id) == col(Membership.account_id)
    )
    still_here = col(Account.disabled_at).is_(None) | (col(Account.id) == account_id)
    led_by: dict[UUID, set[UUID]] = defaultdict(set)
    for department_id, lead_id in db.exec(leads.where(col(Membership.is_lead), still_here)):
        led_by[department_id].add(lead_id)
    return [one for one in all_departments(db) if led_by[one.id] == {account_id}]


def place_in_words(db: Session, account: AccountView) -> str:
    """What somebody is here, such as "lead of Editorial and facilitator"; empty for who is nothing in particular."""
    known = names(db)
    led = sorted(known[one].name for one, leads in account.departments if leads and one in known)
    others = sorted(known[one].name for one, leads in account.departments if not leads and one in known)
    parts = [f"lead of {one}" for one in led] + [f"member of {one}" for one in others]
    parts += ["facilitator"] if account.is_facilitator else []
    parts += ["admin"] if account.is_admin else []
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def some_departments(db: Session, department_ids: Collection[UUID]) -> list[DepartmentView]:
    """These departments by name. Raises NotFound if one does not exist."""
    rows = db.exec(
        select(Department).where(col(Department.id).in_(department_ids)).order_by(col(Department.name))
    ).all()
    if len(rows) != len(set(department_ids)):
        raise NotFound
    return [view_of(row) for row in rows]


def row_of(db: Session, department_id: UUID) -> Department:
    """The row, for services. Raises NotFound."""
    row = db.get(Department, department_id)
    if row is None:
        raise NotFound
    return row


def view_of(row: Department) -> DepartmentView:
    return DepartmentView(
        id=row.id,
        name=row.name,
        badge=row.badge,
        tone=row.tone,
        is_archived=row.archived_at is not None,
        time_zone=row.time_zone,
        country=row.country,
        subdivision=row.subdivision,
        sponsor_name=row.sponsor_name,
        sponsor_email=row.sponsor_email,
        people=row.people,
    )
