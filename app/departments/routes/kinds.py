"""How texts are compared here: the encoder that serves, and the kinds of friction that an admin may word anew."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.departments.forms import KindForm
from app.meaning import queries
from app.meaning.service import describing
from app.meaning.service import kinds as service
from app.people.rules import Visitor
from app.web.fields import Line, Prose, Word
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/kinds")
DONE = {
    "changed": "The kind is changed. Texts that come from now on are compared with it.",
    "added": "The kind is added.",
    "out": "The kind is out of use.",
    "back": "The kind is in use again.",
    "built-in": "The built-in kinds are back.",
}


@router.get("")
def kinds(at: AtDesk, done: str = "") -> Response:
    return _list_page(at.request, at.visitor, at.database, KindForm(), done=done)


@router.post("")
def add_kind(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    phrases: Annotated[Prose, Form()] = "",
) -> Response:
    _for_admins(at.visitor)
    form = KindForm.of(name, phrases)
    if form.problems:
        return _list_page(at.request, at.visitor, at.database, form, status=422)
    try:
        with at.database.transaction() as db:
            service.add_kind(db, form.name, form.phrases)
    except Invalid as refusal:
        form.problems.add("name", refusal.sentence)
        return _list_page(at.request, at.visitor, at.database, form, status=422)
    return _done("added")


@router.post("/built-in")
def use_built_in(at: AtDesk) -> Response:
    _for_admins(at.visitor)
    with at.database.transaction() as db:
        service.use_built_in(db)
    return _done("built-in")


@router.post("/{kind_key}")
def change_kind(
    at: AtDesk,
    kind_key: str,
    name: Annotated[Line, Form()] = "",
    phrases: Annotated[Prose, Form()] = "",
) -> Response:
    _for_admins(at.visitor)
    form = KindForm.of(name, phrases)
    if form.problems:
        return _list_page(at.request, at.visitor, at.database, form, changing=kind_key, status=422)
    with at.database.transaction() as db:
        service.change_kind(db, kind_key, form.name, form.phrases)
    return _done("changed")


@router.post("/{kind_key}/retirement")
def retire_kind(at: AtDesk, kind_key: str, over: Annotated[Word, Form()] = "") -> Response:
    """Out of use; with `over`, back into it."""
    _for_admins(at.visitor)
    with at.database.transaction() as db:
        service.retire_kind(db, kind_key, retired=not over)
    return _done("back" if over else "out")


def _for_admins(visitor: Visitor) -> None:
    if not visitor.is_admin:
        raise NotFound


def _list_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: KindForm,
    *,
    changing: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    _for_admins(visitor)
    with database.reading() as db:
        found = queries.kinds_shown(db)
    context = {
        "kinds": found.kinds,
        "is_own": found.is_own,
        "comparing": describing.comparing(database.info.get("encoder")),
    }
    flash = {"text": DONE[done]} if done in DONE else None
    template = "pages/departments/kinds.html"
    return page(request, template, status, form=form, changing=changing, flash=flash, **context)


def _done(word: str) -> RedirectResponse:
    return RedirectResponse(f"/desk/kinds?done={word}", 303)
