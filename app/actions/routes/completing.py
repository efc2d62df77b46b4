"""What a list left open of an action is said, and its owner asked; or it is dropped with a reason."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.actions.forms.actions import TypedAction, read_action, read_version, typed_from
from app.actions.forms.fields import read_reason
from app.actions.forms.missing import missing_as_problems
from app.actions.queries import lists, loading, rows
from app.actions.rules.refusals import StaleAction
from app.actions.service import completing
from app.core.db import Database
from app.core.errors import NotFound
from app.departments.queries import all_departments
from app.people.queries import accounts
from app.people.rules import Visitor
from app.web.fields import Prose
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk")

ActionForm = Annotated[TypedAction, Form()]


@router.get("/actions/{action_id}/complete")
def complete(at: AtDesk, action_id: UUID) -> HTMLResponse:
    """The form for what a list left open."""
    return _form(at.request, at.database, at.visitor, action_id, None, Problems())


@router.post("/actions/{action_id}/completion")
def ask(at: AtDesk, action_id: UUID, typed: ActionForm) -> Response:
    """Keep what was said; once nothing is missing its owner is asked."""
    try:
        _complete(at.database, at.visitor, action_id, typed, at.now)
    except InvalidForm as invalid:
        return _form(at.request, at.database, at.visitor, action_id, typed, invalid.problems, 422)
    except StaleAction as stale:
        typed = typed.model_copy(update={"version": str(stale.version)})
        problems = Problems({"title": f"{stale.sentence} Its title is now: “{stale.current.title}”."})
        return _form(at.request, at.database, at.visitor, action_id, typed, problems, stale.status)
    return RedirectResponse(f"/desk/actions/{action_id}", 303)


@router.post("/actions/{action_id}/dropping")
def drop(
    at: AtDesk,
    action_id: UUID,
    reason: Annotated[Prose, Form()] = "",
) -> Response:
    try:
        _drop(at.database, at.visitor, action_id, reason, at.now)
    except InvalidForm as invalid:
        return _form(at.request, at.database, at.visitor, action_id, None, invalid.problems, 422, reason)
    return RedirectResponse(f"/desk/actions/{action_id}", 303)


def _complete(database: Database, visitor: Visitor, action_id: UUID, typed: TypedAction, now: datetime) -> None:
    fields, problems = read_action(typed)
    if problems:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        completing.complete(
            db, visitor, action_id, fields, read_version(typed), now, unfinished=bool(typed.unfinished)
        )


def _drop(database: Database, visitor: Visitor, action_id: UUID, reason: str, now: datetime) -> None:
    said, problems = read_reason(reason)
    if problems:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        completing.drop(db, visitor, action_id, said, now)


def _form(
    request: Request,
    database: Database,
    visitor: Visitor,
    action_id: UUID,
    typed: TypedAction | None,
    problems: Problems,
    status: int = 200,
    reason: str = "",
) -> HTMLResponse:
    """What was typed, or what stands there now."""
    with database.reading() as db:
        context = _for_form(db, visitor, action_id)
    typed = typed or typed_from(context["fields"], context["action"].version)
    return page(
        request,
        "pages/actions/complete.html",
        status,
        typed=typed,
        problems=problems,
        reason=reason,
        **context,
    )


def _for_form(db: Session, visitor: Visitor, action_id: UUID) -> dict[str, Any]:
    view = lists.action(db, action_id, for_=visitor)
    loaded = loading.loaded_from(db, visitor, action_id)
    if loaded is None or not loaded.may_be_worked:
        raise NotFound
    return {
        "action": view,
        "fields": rows.fields(db, action_id),
        "loaded": loaded,
        "departments": all_departments(db),
        "people": [one for one in accounts(db) if not one.is_disabled],
    }
