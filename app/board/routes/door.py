"""The front door: type a code, or sign in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.routes.kit import UNKNOWN_CODE, code_guess
from app.core.errors import NotFound
from app.core.ids import read_code
from app.departments.queries import organisation
from app.retros.queries.retros import by_code
from app.web.deps import TheDatabase
from app.web.fields import Line
from app.web.templating import page

router = APIRouter()
NO_CODE = "Please type the eight characters of the code. The facilitator or the big screen shows it."


@router.get("/")
def front_door(request: Request, database: TheDatabase) -> HTMLResponse:
    """For everybody: no cookie is read here."""
    with database.reading() as db:
        house = organisation(db)
    return page(request, "pages/board/front_door.html", organisation=house, code="", error=None)


@router.post("/join")
def join(request: Request, database: TheDatabase, code: Annotated[Line, Form()] = "") -> Response:
    """A typed code leads to its room; a wrong one is said beside the field, with what was typed kept."""
    if not code.strip():
        return _again(request, database, code, 422, NO_CODE)
    try:
        with code_guess(request), database.reading() as db:
            retro = by_code(db, read_code(code))
            if retro is None:
                raise NotFound(UNKNOWN_CODE)
    except NotFound as unknown:
        return _again(request, database, code, 404, unknown.sentence)
    return RedirectResponse(f"/r/{retro.code}", 303)


def _again(request: Request, database: TheDatabase, code: str, status: int, error: str) -> HTMLResponse:
    with database.reading() as db:
        house = organisation(db)
    return page(request, "pages/board/front_door.html", status, organisation=house, code=code[:16], error=error)
