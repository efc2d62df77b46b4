"""One step of many promises, and the views of the desk that a person keeps."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from app.actions.rules.desk import TOGETHER, ActionFilter
from app.actions.rules.kinds import ActionState
from app.actions.service import bulk, saved_views
from app.core.errors import Invalid
from app.desk.routes.desk_page import LIST, Back, StepResult, answer, chosen
from app.web.fields import Line, Word, Words
from app.web.forms import Problems, one_line
from app.web.requests import AtDesk

router = APIRouter(prefix="/desk/actions")
NAME_MAX = 60


class NoActionChosen(Invalid):
    sentence = "Select one or more actions first, then choose what to do with them."


@router.post("/steps")
def step_each(
    at: AtDesk,
    action: Annotated[Words | None, Form()] = None,
    state: Annotated[Word, Form()] = "",
    back: Annotated[Line, Form()] = "",
) -> Response:
    """The same step of every action that was ticked; says of each that did not take it why."""
    ids = chosen(action or [])
    if not ids or state not in set(TOGETHER):
        raise NoActionChosen
    with at.database.transaction() as db:
        moved = bulk.step_each(db, at.visitor, ids, ActionState(state), at.now)
    what = StepResult(moved.done, moved.refused, ActionState(state))
    return answer(at.request, at.database, at.visitor, what, Back.of(back) or Back(ActionFilter()), at.now)


@router.post("/views")
def keep_view(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    query: Annotated[Line, Form()] = "",
) -> RedirectResponse:
    """Keep the present filters under a name."""
    problems = Problems()
    tidy = one_line(name, most=NAME_MAX, problems=problems, name="name", label="the view a name")
    if problems:
        raise Invalid(problems.get("name"))
    with at.database.transaction() as db:
        kept = saved_views.keep_view(db, at.visitor, tidy, query)
    return RedirectResponse(f"{LIST}?{kept}", 303)


@router.post("/views/{view_id}/removal")
def throw_view_away(at: AtDesk, view_id: UUID) -> RedirectResponse:
    """The list stays as it is, with a way to keep the view after all."""
    with at.database.transaction() as db:
        was = saved_views.throw_view_away(db, at.visitor, view_id)
    return RedirectResponse(f"{LIST}?{was.query}&{urlencode({'forgotten': was.name})}", 303)
