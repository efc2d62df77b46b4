"""Promises at the desk: the list of a lead, one promise, and its steps."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.actions import queries, service
from app.actions.forms import (
    TypedStep,
    read_step,
)
from app.actions.routes.kit import missing_as_problems
from app.actions.rules import NEEDS_DATE, NEEDS_DEPARTMENT, NEEDS_REASON, TAKES_DATE
from app.departments.queries import all_departments, local_day
from app.people.rules import Visitor
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.forms import InvalidForm, Problems
from app.web.templating import page

router = APIRouter(prefix="/desk")

StepForm = Annotated[TypedStep, Form()]


@router.get("/actions")
def index(request: Request, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    """A lead's one list."""
    with database.reading() as db:
        today = local_day(db, clock.now())
        lists = queries.actions_for(db, visitor, today)
    return page(request, "pages/actions/index.html", lists=lists, today=today)


@router.get("/actions/{action_id}")
def show(
    request: Request, action_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock
) -> HTMLResponse:
    with database.reading() as db:
        context = _of_action(db, visitor, action_id, clock.now())
    return page(request, "pages/actions/show.html", typed=TypedStep(), problems=Problems(), **context)


@router.post("/actions/{action_id}/steps")
def take_step(
    request: Request, action_id: UUID, typed: StepForm, visitor: SignedIn, database: TheDatabase, clock: TheClock
) -> Response:
    try:
        _take_step(database, visitor, action_id, typed, clock.now())
    except InvalidForm as invalid:
        with database.reading() as db:
            context = _of_action(db, visitor, action_id, clock.now())
        return page(request, "pages/actions/show.html", 422, typed=typed, problems=invalid.problems, **context)
    return RedirectResponse(f"/desk/actions/{action_id}", 303)


def _take_step(database: TheDatabase, visitor: Visitor, action_id: UUID, typed: TypedStep, now: datetime) -> None:
    state, said, problems = read_step(typed)
    if problems or state is None:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        service.step(db, visitor, action_id, state, now, said)


def _of_action(db: Session, visitor: Visitor, action_id: UUID, now: datetime) -> dict[str, Any]:
    view = queries.action(db, action_id, for_=visitor)
    return {
        "action": view,
        "history": queries.history(db, action_id),
        "steps": queries.possible_steps(visitor, view),
        "departments": all_departments(db),
        "needs_reason": NEEDS_REASON,
        "needs_date": NEEDS_DATE,
        "takes_date": TAKES_DATE,
        "needs_department": NEEDS_DEPARTMENT,
        "loaded": queries.loaded_from(db, visitor, action_id),
        "today": queries.calendar_of(db, view.requesting.id if view.requesting else None).day(now),
    }
