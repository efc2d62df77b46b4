"""What a facilitator does to a revealed entry: hide it with a reason, or show it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.entries.service import withdrawing
from app.web.fields import Prose, Word
from app.web.forms import InvalidForm, Problems, identifier
from app.web.requests import AtDesk
from app.web.templating import wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}/hidden-entries")


@router.post("")
def hide_entry(
    at: AtDesk,
    retro_id: UUID,
    entry: Annotated[Word, Form()] = "",
    reason: Annotated[Prose, Form()] = "",
) -> Response:
    entry_id = _entry_id(entry)
    with at.database.transaction() as db:
        withdrawing.hide(db, at.visitor, retro_id, entry_id, reason)
    return _done(at.request, retro_id)


@router.post("/removal")
def show_entry_again(
    at: AtDesk,
    retro_id: UUID,
    entry: Annotated[Word, Form()] = "",
) -> Response:
    entry_id = _entry_id(entry)
    with at.database.transaction() as db:
        withdrawing.show_again(db, at.visitor, retro_id, entry_id)
    return _done(at.request, retro_id)


def _entry_id(value: str) -> UUID:
    problems = Problems()
    found = identifier(value, problems=problems, name="entry", label="an entry")
    if found is None:
        raise InvalidForm(problems)
    return found


def _done(request: Request, retro_id: UUID) -> Response:
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}", status_code=303)
