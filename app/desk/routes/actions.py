"""Promises at the desk: the lists of a lead, one promise, its steps, and taking the last one back."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.actions.forms.actions import TypedStep, read_step
from app.actions.forms.missing import missing_as_problems
from app.actions.queries import desk, listing, lists, loading, policy, upcoming
from app.actions.rules.desk import ActionFilter
from app.actions.rules.kinds import ActionState
from app.actions.service import stepping, tracker
from app.core.errors import NotFound
from app.desk.routes.desk_page import Back, StepResult, answer, card_again, desk_context, step_forms
from app.people.rules import Visitor
from app.web.deps import TheDatabase
from app.web.fields import Line
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk")

StepForm = Annotated[TypedStep, Form()]


@router.get("/actions")
def actions(at: AtDesk) -> HTMLResponse:
    """A lead's one list. All that it is narrowed by stands in the address."""
    with at.database.reading() as db:
        context = desk_context(db, at.visitor, at.request.query_params, at.now)
    return page(at.request, "pages/desk/actions.html", **context)


@router.get("/actions/{action_id}")
def action(at: AtDesk, action_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        context = _of_action(db, at.visitor, action_id, at.now, at.request.query_params.get("back", ""))
    moved = at.request.query_params.get("moved") or at.request.query_params.get("taken_back")
    return page(
        at.request, "pages/desk/action.html", typed=TypedStep(), problems=Problems(), moved=bool(moved), **context
    )


@router.get("/actions/{action_id}/steps")
def possible_steps(at: AtDesk, action_id: UUID) -> Response:
    """The forms of all steps but the obvious one, for a card that is opened; else the action's own page."""
    if not wants_fragment(at.request):
        return RedirectResponse(f"/desk/actions/{action_id}#steps", 303)
    with at.database.reading() as db:
        context = _of_action(db, at.visitor, action_id, at.now, at.request.query_params.get("back", ""))
    return page(
        at.request, "fragments/actions/steps.html", typed=TypedStep(), problems=Problems(), in_list=True, **context
    )


@router.post("/actions/{action_id}/steps")
def take_step(at: AtDesk, action_id: UUID, typed: StepForm) -> Response:
    try:
        _take_step(at.database, at.visitor, action_id, typed, at.now)
    except InvalidForm as invalid:
        return _ask_again(at.request, at.database, at.visitor, action_id, typed, invalid.problems, at.now)
    return _moved(at.request, at.database, at.visitor, StepResult(moved=(action_id,)), typed.back, at.now)


@router.post("/actions/{action_id}/undo")
def undo(
    at: AtDesk,
    action_id: UUID,
    back: Annotated[Line, Form()] = "",
) -> Response:
    with at.database.transaction() as db:
        stepping.undo(db, at.visitor, action_id, at.now)
    return _moved(at.request, at.database, at.visitor, StepResult(moved=(action_id,), taken_back=True), back, at.now)


@router.post("/actions/{action_id}/link")
def set_link(
    at: AtDesk,
    action_id: UUID,
    external_link: Annotated[Line, Form()] = "",
) -> Response:
    """Where the work is done in another tool, whose state it may report."""
    try:
        with missing_as_problems(), at.database.transaction() as db:
            tracker.set_link(db, at.visitor, action_id, external_link)
    except InvalidForm as invalid:
        return _ask_again(
            at.request, at.database, at.visitor, action_id, TypedStep(), invalid.problems, at.now, external_link
        )
    return RedirectResponse(f"/desk/actions/{action_id}#fields", 303)


def _take_step(database: TheDatabase, visitor: Visitor, action_id: UUID, typed: TypedStep, now: datetime) -> None:
    state, said, problems = read_step(typed)
    if problems or state is None:
        raise InvalidForm(problems)
    with missing_as_problems(), database.transaction() as db:
        stepping.step(db, visitor, action_id, state, now, said)


def _moved(
    request: Request, database: TheDatabase, visitor: Visitor, what: StepResult, typed_back: str, now: datetime
) -> Response:
    """Back to the list from which it was moved, or to the action's own page."""
    back = Back.of(typed_back)
    if back is None and wants_fragment(request):
        back = Back(ActionFilter())
    if back is None and not _may_still_see(database, visitor, what.moved[0]):
        back = Back(ActionFilter())  # handed to somebody else, it is out of sight: the list says so
    if back is None:
        return RedirectResponse(f"/desk/actions/{what.moved[0]}?{what.query}", 303)
    return answer(request, database, visitor, what, back, now)


def _may_still_see(database: TheDatabase, visitor: Visitor, action_id: UUID) -> bool:
    with database.reading() as db:
        try:
            lists.action(db, action_id, for_=visitor)
        except NotFound:
            return False
    return True


def _ask_again(
    request: Request,
    database: TheDatabase,
    visitor: Visitor,
    action_id: UUID,
    typed: TypedStep,
    problems: Problems,
    now: datetime,
    link: str | None = None,
) -> HTMLResponse:
    back = Back.of(typed.back)
    if back and wants_fragment(request):
        return card_again(request, database, visitor, action_id, typed, problems, back, now)
    with database.reading() as db:
        context = _of_action(db, visitor, action_id, now, typed.back)
    if link is not None:
        context["typed_link"] = link
    return page(request, "pages/desk/action.html", 422, typed=typed, problems=problems, moved=False, **context)


def _of_action(db: Session, visitor: Visitor, action_id: UUID, now: datetime, typed_back: str) -> dict[str, Any]:
    view = lists.action(db, action_id, for_=visitor)
    back = Back.of(typed_back)
    return {
        "card": desk.some_cards(db, visitor, [action_id], now)[action_id],
        "action": view,
        "history": lists.history(db, action_id),
        "coming": upcoming.upcoming_events(db, view, now),
        "may_link": view.state != ActionState.PROPOSED and listing.may_report(visitor, view),
        "typed_link": view.external_link,
        "loaded": loading.loaded_from(db, visitor, action_id),
        "today": policy.calendar_of(db, view.requesting.id if view.requesting else None).day(now),
        "back": back.address if back else "",
        "lay_in": back.part if back else None,
        **step_forms(db, view),
    }
