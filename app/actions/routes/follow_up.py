"""How promises are followed up, in plain words: everybody signed in may read it, admins change it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.actions.forms.follow_up import BOUNDS, TypedPolicy, read_policy, typed_policy
from app.actions.queries import policy as policy_queries
from app.actions.rules.policy import NEVER, Policy
from app.actions.service import policy as policy_service
from app.core.db import Database
from app.core.security_log import happened
from app.departments.queries import organisation
from app.people.rules import Visitor
from app.web.forms import Problems
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/follow-up")

PolicyForm = Annotated[TypedPolicy, Form()]
DONE = {
    "changed": "This is how promises are followed up from now on, those that are open too.",
    "usual": "Actions are followed up with the defaults again, open ones too.",
}


@router.get("")
def follow_up(at: AtDesk, done: str = "") -> HTMLResponse:
    return _page(at.request, at.visitor, at.database, done=done)


@router.post("")
def change_follow_up(at: AtDesk, typed: PolicyForm) -> Response:
    policy, problems = read_policy(typed)
    if problems and at.visitor.is_admin:
        return _page(at.request, at.visitor, at.database, typed, problems, 422)
    with at.database.transaction() as db:
        policy_service.change_policy(db, at.visitor, policy)
    happened("follow_up_changed", by=at.visitor.account_id)
    return RedirectResponse("/desk/follow-up?done=changed", 303)


@router.post("/usual")
def follow_up_as_usual(at: AtDesk) -> Response:
    with at.database.transaction() as db:
        policy_service.back_to_the_usual(db, at.visitor)
    happened("follow_up_changed", by=at.visitor.account_id)
    return RedirectResponse("/desk/follow-up?done=usual", 303)


def _page(
    request: Request,
    visitor: Visitor,
    database: Database,
    typed: TypedPolicy | None = None,
    problems: Problems | None = None,
    status: int = 200,
    done: str = "",
) -> HTMLResponse:
    with database.reading() as db:
        policy, place = policy_queries.policy(db), organisation(db)
    return page(
        request,
        "pages/actions/follow_up.html",
        status,
        policy=policy,
        usual=Policy(),
        organisation=place,
        typed=typed or typed_policy(policy),
        problems=problems or Problems(),
        bounds=BOUNDS,
        never=NEVER,
        flash={"kind": "ok", "text": DONE[done]} if done in DONE else None,
    )
