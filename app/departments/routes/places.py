"""Where a department works and who decides above it: what promises to it are counted and told by."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from app.core.errors import Invalid
from app.core.places import regions
from app.departments import service
from app.departments.forms import PlaceForm, SponsorForm
from app.departments.routes.departments import department_page
from app.web.fields import Line
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()


@router.post("/desk/departments/{department_id}/place")
def change_place(
    at: AtDesk,
    department_id: UUID,
    time_zone: Annotated[Line, Form()] = "",
    country: Annotated[Line, Form()] = "",
    subdivision: Annotated[Line, Form()] = "",
) -> Response:
    form = PlaceForm.of(time_zone, country, subdivision)
    if form.problems:
        return department_page(at.request, at.visitor, at.database, department_id, place=form, status=422)
    with at.database.transaction() as db:
        service.settle(db, at.visitor, department_id, form.place)
    return RedirectResponse(f"/desk/departments/{department_id}?done=place", 303)


@router.post("/desk/departments/{department_id}/sponsor")
def change_sponsor(
    at: AtDesk,
    department_id: UUID,
    sponsor_name: Annotated[Line, Form()] = "",
    sponsor_email: Annotated[Line, Form()] = "",
) -> Response:
    form = SponsorForm.of(sponsor_name, sponsor_email)
    try:
        with at.database.transaction() as db:
            service.name_sponsor(db, at.visitor, department_id, form.name, form.email)
    except Invalid as refusal:
        form.problems.add(refusal.field or "sponsor_email", refusal.sentence)
        return department_page(at.request, at.visitor, at.database, department_id, sponsor=form, status=422)
    return RedirectResponse(f"/desk/departments/{department_id}?done=sponsor", 303)


@router.get("/desk/regions")
def regions_of(at: AtDesk, country: str = "") -> Response:
    """The field for a region, redrawn when another country is chosen; without JavaScript it comes with the page."""
    return page(
        at.request, "fragments/departments/region.html", place=PlaceForm(country=country[:10]), regions=regions
    )
