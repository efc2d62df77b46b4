"""The organisation and its departments: the list, and the forms that name, add and archive them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from app.core.db import Database
from app.core.errors import Invalid
from app.core.places import regions
from app.departments import queries, service
from app.departments.forms import DepartmentForm, OrganisationForm, PlaceForm, SponsorForm
from app.departments.rules import country_names
from app.people.rules import Visitor
from app.web.fields import Line, Word
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()
DONE = {
    "added": "The department is added.",
    "changed": "The department is changed.",
    "archived": "The department is archived: it is no longer offered for new projects. What it did stays.",
    "back": "The department is back.",
    "organisation": "The organisation is changed.",
    "place": "Its working days are counted there from now on, for open promises too.",
    "sponsor": "The sponsor is changed.",
}


@router.get("/desk/departments")
def departments(at: AtDesk, done: str = "") -> Response:
    return _list_page(at.request, at.visitor, at.database, DepartmentForm(), done=done)


@router.post("/desk/departments")
def add_department(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    badge: Annotated[Word, Form()] = "",
    people: Annotated[Word, Form()] = "",
) -> Response:
    form = DepartmentForm.of(name, badge, people)
    if form.problems and at.visitor.sees_everything:
        return _list_page(at.request, at.visitor, at.database, form, status=422)
    try:
        with at.database.transaction() as db:
            service.create(db, at.visitor, form.name, form.badge, people=form.how_many, now=at.now)
    except (Invalid, service.NameIsTaken) as refusal:
        form.problems.add(refusal.field or "name", refusal.sentence)
        return _list_page(at.request, at.visitor, at.database, form, status=422)
    return _to_list("added")


@router.post("/desk/organisation")
def change_organisation(
    at: AtDesk,
    organisation: Annotated[Line, Form()] = "",
    time_zone: Annotated[Line, Form()] = "",
    country: Annotated[Line, Form()] = "",
    subdivision: Annotated[Line, Form()] = "",
    may_sign: Annotated[Word, Form()] = "",
) -> Response:
    form = OrganisationForm.of(organisation, time_zone, country, subdivision, may_sign=bool(may_sign))
    if form.problems and at.visitor.is_admin:
        return _list_page(at.request, at.visitor, at.database, DepartmentForm(), about=form, status=422)
    with at.database.transaction() as db:
        _name_organisation(db, at.visitor, form)
    return _to_list("organisation")


def _name_organisation(db: Session, visitor: Visitor, form: OrganisationForm) -> None:
    service.name_organisation(
        db,
        visitor,
        form.name,
        time_zone=form.time_zone,
        country=form.country,
        subdivision=form.subdivision,
        may_sign=form.may_sign,
    )


@router.get("/desk/departments/{department_id}")
def department(at: AtDesk, department_id: UUID, done: str = "") -> Response:
    return department_page(at.request, at.visitor, at.database, department_id, done=done)


@router.post("/desk/departments/{department_id}")
def change_department(
    at: AtDesk,
    department_id: UUID,
    name: Annotated[Line, Form()] = "",
    badge: Annotated[Word, Form()] = "",
    people: Annotated[Word, Form()] = "",
) -> Response:
    form = DepartmentForm.of(name, badge, people)
    if form.problems:
        return department_page(at.request, at.visitor, at.database, department_id, form, status=422)
    try:
        with at.database.transaction() as db:
            service.rename(db, at.visitor, department_id, form.name, form.badge)
            service.say_how_many(db, at.visitor, department_id, form.how_many)
    except (Invalid, service.NameIsTaken) as refusal:
        form.problems.add(refusal.field or "name", refusal.sentence)
        return department_page(at.request, at.visitor, at.database, department_id, form, status=422)
    return _to_list("changed")


@router.post("/desk/departments/{department_id}/archive")
def archive_department(
    at: AtDesk,
    department_id: UUID,
    undo: Annotated[Word, Form()] = "",
) -> Response:
    with at.database.transaction() as db:
        if undo:
            service.restore_department(db, at.visitor, department_id)
        else:
            service.archive(db, at.visitor, department_id, at.now)
    return _to_list("back" if undo else "archived")


def _list_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: DepartmentForm,
    *,
    about: OrganisationForm | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    with database.reading() as db:
        found = queries.all_departments(db, include_archived=True)
        organisation = queries.organisation(db)
    return page(
        request,
        "pages/departments/departments.html",
        status,
        organisation=organisation,
        present=[one for one in found if not one.is_archived],
        archived=[one for one in found if one.is_archived],
        may_change=visitor.sees_everything,
        unsaid=[one for one in found if one.people is None and not one.is_archived] if visitor.is_admin else [],
        may_name=visitor.is_admin,
        form=form,
        about=about
        or OrganisationForm(
            organisation.name, organisation.time_zone, organisation.country, organisation.subdivision
        ),
        countries=country_names(),
        regions=regions,
        flash={"kind": "ok", "text": DONE[done]} if done in DONE else None,
    )


def department_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    department_id: UUID,
    form: DepartmentForm | None = None,
    *,
    place: PlaceForm | None = None,
    sponsor: SponsorForm | None = None,
    done: str = "",
    status: int = 200,
) -> Response:
    """One department with its forms: what was typed into one of them, and else what holds."""
    if not visitor.sees_everything:
        raise service.OnlyFacilitators
    with database.reading() as db:
        found, organisation = queries.department(db, department_id), queries.organisation(db)
    return page(
        request,
        "pages/departments/department.html",
        status,
        department=found,
        organisation=organisation,
        form=form or DepartmentForm(found.name, found.badge, "" if found.people is None else str(found.people)),
        place=place or PlaceForm(found.time_zone, found.country, found.subdivision),
        sponsor=sponsor or SponsorForm(found.sponsor_name, found.sponsor_email),
        countries=country_names(),
        regions=regions,
        flash={"kind": "ok", "text": DONE[done]} if done in DONE else None,
    )


def _to_list(what: str) -> Response:
    return RedirectResponse(f"/desk/departments?done={what}", status_code=303)
