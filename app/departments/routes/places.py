"""Where a department works and who decides above it: what promises to it are counted and told by."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.errors import Invalid
from app.core.places import regions
from app.departments import service
from app.departments.forms import PlaceForm, SponsorForm
from app.departments.routes.departments import department_page
from app.web.deps import SignedIn, TheDatabase
from app.web.fields import Line
from app.web.templating import page

router = APIRouter()


@router.post("/desk/departments/{department_id}/place")
def change_place(
    request: Request,
    department_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    time_zone: Annotated[Line, Form()] = "",
    country: Annotated[Line, Form()] = "",
    subdivision: Annotated[Line, Form()] = "",
) -> Response:
    form = PlaceForm.of(time_zone, country, subdivision)
    if form.problems:
        return department_page(request, visitor, database, department_id, place=form, status=422)
    with database.transaction() as db:
        service.settle(db, visitor, department_id, form.place)
    return RedirectResponse(f"/desk/departments/{department_id}?done=place", 303)


@router.post("/desk/departments/{department_id}/sponsor")
def change_sponsor(
    request: Request,
    department_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    sponsor_name: Annotated[Line, Form()] = "",
    sponsor_email: Annotated[Line, Form()] = "",
) -> Response:
    form = SponsorForm.of(sponsor_name, sponsor_email)
    try:
        with database.transaction() as db:
            service.name_sponsor(db, visitor, department_id, form.name, form.email)
    except Invalid as refusal:
        form.problems.add(refusal.field or "sponsor_email", refusal.sentence)
        return department_page(request, visitor, database, department_id, sponsor=form, status=422)
    return RedirectResponse(f"/desk/departments/{department_id}?done=sponsor", 303)


@router.get("/desk/regions")
def regions_of(request: Request, visitor: SignedIn, country: str = "") -> Response:
    """The field for a region, redrawn when another country is chosen; without JavaScript it comes with the page."""
    return page(request, "fragments/departments/region.html", place=PlaceForm(country=country[:10]), regions=regions)
