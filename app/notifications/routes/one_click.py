"""The page behind a mail's button: no sign-in, no cookie. Looking changes nothing (mail scanners follow links); the
button there takes the step."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.actions.forms.actions import TypedStep, read_step
from app.actions.rules.kinds import MissReason
from app.actions.rules.refusals import FieldsAreMissing, StepDoesNotFollow, TooLateToUndo
from app.actions.rules.states import NEEDS_DATE, NEEDS_DEPARTMENT, NEEDS_REASON, TAKES_MISS_REASON, UNDO_WITHIN
from app.core.db import Database
from app.departments.queries import all_departments
from app.notifications.queries.one_click import link_of
from app.notifications.queries.one_click import one_click as seen_through
from app.notifications.routes.links import spend_a_link
from app.notifications.rules.one_click import LinkDoesNotWork
from app.notifications.service import one_click as one_click_service
from app.web.deps import TheClock, TheDatabase
from app.web.fields import Word
from app.web.forms import InvalidForm, Problems
from app.web.templating import page

router = APIRouter(prefix="/m")

StepForm = Annotated[TypedStep, Form()]
MOVED_MEANWHILE = "Something happened with this promise in the meantime. This is where it is now."


@router.get("/{token}")
def one_click(request: Request, token: str, database: TheDatabase, clock: TheClock, say: Word = "") -> HTMLResponse:
    """`say`: the step that is open to be filled in, such as what sends it back; looking still changes nothing."""
    spend_a_link(request, database, token, link_of, LinkDoesNotWork)
    return _page(request, database, token, clock.now(), TypedStep(state=say))


@router.post("/{token}")
def take_one_click(request: Request, token: str, typed: StepForm, database: TheDatabase, clock: TheClock) -> Response:
    spend_a_link(request, database, token, link_of, LinkDoesNotWork)
    try:
        _take(database, token, typed, clock.now())
    except InvalidForm as invalid:
        return _page(request, database, token, clock.now(), typed, invalid.problems, 422)
    except StepDoesNotFollow:
        return _page(request, database, token, clock.now(), flash=MOVED_MEANWHILE, status=409)
    return RedirectResponse(f"/m/{token}", 303)


@router.post("/{token}/undo")
def undo_one_click(request: Request, token: str, database: TheDatabase, clock: TheClock) -> Response:
    spend_a_link(request, database, token, link_of, LinkDoesNotWork)
    try:
        with database.transaction() as db:
            one_click_service.undo_step(db, token, clock.now())
    except TooLateToUndo as late:
        return _page(request, database, token, clock.now(), flash=late.sentence, status=409)
    return RedirectResponse(f"/m/{token}", 303)


def _take(database: Database, token: str, typed: TypedStep, now: datetime) -> None:
    state, said, problems = read_step(typed)
    if problems or state is None:
        raise InvalidForm(problems)
    try:
        with database.transaction() as db:
            one_click_service.take(db, token, state, now, said)
    except FieldsAreMissing as missing:
        raise InvalidForm(Problems(dict(missing.by_field))) from missing


def _page(
    request: Request,
    database: Database,
    token: str,
    now: datetime,
    typed: TypedStep | None = None,
    problems: Problems | None = None,
    status: int = 200,
    flash: str = "",
) -> HTMLResponse:
    with database.reading() as db:
        found = seen_through(db, token, now)
        departments = all_departments(db)
    return page(
        request,
        "pages/notifications/one_click.html",
        status,
        found=found,
        address=f"/m/{token}",
        typed=typed or TypedStep(),
        problems=problems or Problems(),
        departments=departments,
        needs_reason=NEEDS_REASON,
        needs_date=NEEDS_DATE,
        needs_department=NEEDS_DEPARTMENT,
        takes_miss_reason=TAKES_MISS_REASON,
        miss_reasons=list(MissReason),
        undo_seconds=int(UNDO_WITHIN.total_seconds()),
        flash={"kind": "warn", "text": flash} if flash else None,
    )
