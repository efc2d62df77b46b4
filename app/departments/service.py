"""Writes of the organisation and its departments."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.errors import Invalid, Refusal
from app.core.events import emit
from app.core.places import Place
from app.departments import queries
from app.departments.events import DepartmentChanged, PlaceChanged
from app.departments.models import Department, Organisation
from app.departments.rules import (
    ORGANISATION_MAX,
    SPONSOR_MAX,
    badge_for,
    badge_problem,
    least_used_tone,
    name_problem,
    people_problem,
    place_problem,
    tidy,
)
from app.people.rules import Visitor, email_problem, tidy_email


class OnlyFacilitators(Refusal):
    status = 403
    sentence = "Only an admin or a facilitator can do that. Ask one of them to do it for you."


class NameIsTaken(Refusal):
    status = 422
    sentence = "There is a department with this name already, perhaps an archived one."
    field = "name"


def create(
    db: Session, visitor: Visitor | None, name: str, badge: str = "", *, people: int | None = None, now: datetime
) -> UUID:
    """A new department; letters and tone are chosen if not given. `visitor` None: setup, demo, the shell.

    `people`: how many work there, None if nobody said it. Raises OnlyFacilitators, Invalid, NameIsTaken.
    """
    _may_change(visitor)
    name, badge = _checked(db, name, badge)
    others = queries.all_departments(db)
    row = Department(
        name=name,
        badge=badge or badge_for(name, {one.badge for one in others}),
        tone=least_used_tone(one.tone for one in others),
        created_at=now,
        people=_counted(people),
    )
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError as error:
        raise NameIsTaken from error
    emit(db, DepartmentChanged(row.id))
    return row.id


def create_unless_there(db: Session, name: str, *, people: int | None = None, now: datetime) -> None:
    """A department of the first setup; one of that name may be there from an earlier try. Raises Invalid."""
    with suppress(NameIsTaken):
        create(db, None, name, people=people, now=now)


def rename(db: Session, visitor: Visitor | None, department_id: UUID, name: str, badge: str = "") -> None:
    """Another name, and other letters if given. Raises OnlyFacilitators, NotFound, Invalid, NameIsTaken."""
    _may_change(visitor)
    row = queries.row_of(db, department_id)
    row.name, badge = _checked(db, name, badge, except_id=department_id)
    row.badge = badge or badge_for(
        row.name, {one.badge for one in queries.all_departments(db) if one.id != department_id}
    )
    db.flush()
    emit(db, DepartmentChanged(department_id))


def say_how_many(db: Session, visitor: Visitor | None, department_id: UUID, people: int | None) -> None:
    """How many people work there; None: not known. It counts from the next page on, for what was said before too.

    Raises OnlyFacilitators, NotFound, Invalid.
    """
    _may_change(visitor)
    queries.row_of(db, department_id).people = _counted(people)
    db.flush()
    emit(db, DepartmentChanged(department_id))


def archive(db: Session, visitor: Visitor | None, department_id: UUID, now: datetime) -> None:
    """Offer it no more for new projects; what it did stays. Raises OnlyFacilitators, NotFound."""
    _may_change(visitor)
    row = queries.row_of(db, department_id)
    row.archived_at = row.archived_at or now
    emit(db, DepartmentChanged(department_id))


def restore_department(db: Session, visitor: Visitor | None, department_id: UUID) -> None:
    """Undo `archive`. Raises OnlyFacilitators, NotFound."""
    _may_change(visitor)
    queries.row_of(db, department_id).archived_at = None
    emit(db, DepartmentChanged(department_id))


def name_organisation(
    db: Session,
    visitor: Visitor | None,
    name: str,
    is_demo: bool | None = None,
    time_zone: str | None = None,
    country: str | None = None,
    subdivision: str | None = None,
    may_sign: bool | None = None,
) -> None:
    """Name the one organisation of this installation; working days are counted at its place.

    `may_sign`: whether people of small departments may sign entries with its name. `country` and `subdivision`: whose
    public holidays count; none are given as "". Raises OnlyFacilitators, Invalid.
    """
    if visitor is not None and not visitor.is_admin:
        raise OnlyFacilitators("Only an admin can rename the organisation.")
    name = tidy(name)
    problem = name_problem(name, ORGANISATION_MAX)
    if problem:
        raise Invalid(problem, field="organisation")
    row = db.get(Organisation, 1) or Organisation(id=1, name=name, time_zone="UTC")
    before = Place(row.time_zone, row.country, row.subdivision)
    place = Place(
        time_zone or row.time_zone,
        row.country if country is None else country,
        row.subdivision if subdivision is None else subdivision,
    )
    _refuse_unknown(place)
    row.name = name
    row.is_demo = row.is_demo if is_demo is None else is_demo
    row.may_sign = row.may_sign if may_sign is None else may_sign
    row.time_zone, row.country, row.subdivision = place.zone, place.country, place.subdivision
    db.add(row)
    db.flush()
    if place != before:
        emit(db, PlaceChanged(None))


def settle(db: Session, visitor: Visitor | None, department_id: UUID, place: Place) -> None:
    """Where a department works: what is empty is as in the organisation.

    Raises OnlyFacilitators, NotFound, Invalid.
    """
    _may_change(visitor)
    row = queries.row_of(db, department_id)
    _refuse_unknown(place)
    before = Place(row.time_zone, row.country, row.subdivision)
    row.time_zone, row.country, row.subdivision = place.zone, place.country, place.subdivision
    db.flush()
    if place != before:
        emit(db, PlaceChanged(department_id))


def name_sponsor(db: Session, visitor: Visitor | None, department_id: UUID, name: str, email: str) -> None:
    """Whom late promises of this department are told to in the end; none: the organisation's sponsor.

    Raises OnlyFacilitators, NotFound, Invalid.
    """
    _may_change(visitor)
    row = queries.row_of(db, department_id)
    name, email = tidy(name), tidy_email(email)
    if (name or email) and (problem := email_problem(email)):
        raise Invalid(problem, field="sponsor_email")
    if name and (problem := name_problem(name, SPONSOR_MAX)):
        raise Invalid(problem, field="sponsor_name")
    row.sponsor_name, row.sponsor_email = name, email
    db.flush()
    emit(db, DepartmentChanged(department_id))


def _counted(people: int | None) -> int | None:
    if people is not None and (problem := people_problem(str(people))):
        raise Invalid(problem, field="people")
    return people


def _refuse_unknown(place: Place) -> None:
    for field, problem in place_problem(place).items():
        raise Invalid(problem, field=field)


def _may_change(visitor: Visitor | None) -> None:
    if visitor is not None and not visitor.sees_everything:
        raise OnlyFacilitators


def _checked(db: Session, name: str, badge: str, except_id: UUID | None = None) -> tuple[str, str]:
    name, badge = tidy(name), tidy(badge).upper()
    for field, problem in (("name", name_problem(name)), ("badge", badge_problem(badge))):
        if problem:
            raise Invalid(problem, field=field)
    if name.casefold() in _taken(db.exec(select(Department).order_by(col(Department.name))).all(), except_id):
        raise NameIsTaken
    return name, badge


def _taken(rows: Iterable[Department], except_id: UUID | None) -> set[str]:
    return {row.name.casefold() for row in rows if row.id != except_id}
