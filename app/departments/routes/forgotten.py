"""A forgotten password: a link by mail for who asks, or a sentence about who can help where no mail is sent.

The answer is the same whether an account has that address or not, and what makes the difference happens after it.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.background import BackgroundTask

from app.core.db import Database
from app.core.security_log import happened
from app.departments.queries import sends_mail
from app.people import queries
from app.people.rules import FORGOTTEN_LASTS, email_problem, tidy_email
from app.people.service import invitations
from app.web.deps import TheClock, TheDatabase
from app.web.fields import Line
from app.web.forms import Problems
from app.web.limits import Limits, TooMany, address_of, limits_of
from app.web.templating import page

router = APIRouter(prefix="/desk/forgotten-password")
PER_ADDRESS = "10 per 15 minutes"
PER_ACCOUNT = "3 per hour"
"""More are not mailed, and not said: nobody can fill another's mailbox."""


@router.get("")
def forgotten_password(request: Request, database: TheDatabase) -> Response:
    return _page(request, database, "", Problems())


@router.post("")
def ask_for_a_link(
    request: Request, database: TheDatabase, clock: TheClock, email: Annotated[Line, Form()] = ""
) -> Response:
    typed, problems = tidy_email(email), Problems()
    if problem := email_problem(typed):
        problems.add("email", problem)
        return _page(request, database, typed, problems, status=422)
    limits_of(request).spend(PER_ADDRESS, "forgotten address", address_of(request))
    answer = _page(request, database, typed, problems, is_asked=True)
    answer.background = BackgroundTask(_mail_a_link, database, clock, limits_of(request), typed)
    return answer


def _mail_a_link(database: Database, clock: TheClock, limits: Limits, email: str) -> None:
    with database.reading() as db:
        found, mails = queries.account_by_email(db, email), sends_mail(db)
    if found is None or found.is_disabled or not mails:
        return
    try:
        limits.spend(PER_ACCOUNT, "forgotten account", str(found.id))
    except TooMany:
        return
    with database.transaction() as db:
        invitations.prepare_forgotten_link(db, found.id, clock.now())
    happened("password_forgotten", account=found.id)


def _page(
    request: Request,
    database: Database,
    email: str,
    problems: Problems,
    *,
    is_asked: bool = False,
    status: int = 200,
) -> Response:
    with database.reading() as db:
        mails = sends_mail(db)
    return page(
        request,
        "pages/departments/forgotten_password.html",
        status,
        mails=mails,
        email=email,
        problems=problems,
        is_asked=is_asked and mails,
        minutes=int(FORGOTTEN_LASTS.total_seconds()) // 60,
    )
