"""The front door: type a code, or sign in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.routes.kit import wrong_code
from app.core.errors import NotFound
from app.core.ids import read_code
from app.departments.queries import organisation
from app.retros.queries import by_code
from app.web.deps import TheDatabase
from app.web.templating import page

router = APIRouter()


@router.get("/")
def front_door(request: Request, database: TheDatabase) -> HTMLResponse:
    """For everybody: no cookie is read here."""
    with database.reading() as db:
        house = organisation(db)
    return page(request, "pages/board/front_door.html", organisation=house, code="", error=None)


@router.post("/join")
def join(request: Request, database: TheDatabase, code: Annotated[str, Form()] = "") -> Response:
    """A typed code leads to its room; a wrong one is said beside the field, with what was typed kept."""
    with database.reading() as db:
        retro = by_code(db, read_code(code)) if code.strip() else None
        house = organisation(db)
    if retro is not None:
        return RedirectResponse(f"/r/{retro.code}", 303)
    sentence = _sentence(request, code)
    context = {"organisation": house, "code": code[:16], "error": sentence}
    return page(request, "pages/board/front_door.html", 404 if code.strip() else 422, **context)


def _sentence(request: Request, code: str) -> str:
    if not code.strip():
        return "Please type the eight characters of the code. The facilitator or the big screen shows it."
    refusal: NotFound = wrong_code(request)
    return refusal.sentence
