"""The pages that let somebody in and out of the desk."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from app.core.db import Database
from app.core.errors import Refusal
from app.core.security_log import happened, refused
from app.people import queries
from app.people.forms import SignInForm
from app.people.queries import Credentials
from app.people.routes.rate_limits import a_try
from app.people.rules import SIGN_IN_LASTS, device_of, local_page
from app.people.service import passwords, sign_ins
from app.people.service.refusals import SignInFailed, SignInsAreBusy
from app.web.deps import MaybeSignedIn, TheClock, TheDatabase
from app.web.fields import Line
from app.web.limits import TooMany
from app.web.requests import AtPage, PageRequest
from app.web.templating import page
from app.web.visit import signed_in_at, signed_out_at, token_of, user_agent

router = APIRouter()
SEE_THE_GUESSES = "/desk/settings#guesses"


@router.get("/desk/sign-in")
def sign_in(request: Request, visitor: MaybeSignedIn, database: TheDatabase, next: str = "/desk") -> Response:
    if visitor is not None:
        return RedirectResponse(local_page(next), status_code=303)
    return _sign_in_page(request, database, SignInForm("", "", local_page(next)))


@router.post("/desk/sign-in")
def start_sign_in(
    at: AtPage,
    email: Annotated[Line, Form()] = "",
    password: Annotated[Line, Form()] = "",
    next: Annotated[Line, Form()] = "/desk",
) -> Response:
    form = SignInForm.of(email, password, next)
    if form.problems:
        return _sign_in_page(at.request, at.database, form, status=422)
    with at.database.reading() as db:
        known = queries.credentials(db, form.email)
    try:
        return _signed_in(at, form, _verified(at.request, form, known))
    except (SignInFailed, SignInsAreBusy, TooMany) as refusal:
        return _not_signed_in(at, form, known, refusal)


def _signed_in(at: PageRequest, form: SignInForm, verified: Credentials) -> Response:
    """Where they wanted to go; to the guesses at their password first, if there were some."""
    with at.database.transaction() as db:
        sign_ins.sign_out(db, token_of(at.request))
        token = sign_ins.start_sign_in(db, verified, at.now, device_of(user_agent(at.request)))
        guessed = queries.was_guessed_at(db, verified.account_id)
    happened("signed_in", account=verified.account_id)
    target = SEE_THE_GUESSES if guessed and form.next == "/desk" else form.next
    return signed_in_at(at.request, token, target, SIGN_IN_LASTS, verified.account_id)


def _not_signed_in(at: PageRequest, form: SignInForm, known: Credentials | None, refusal: Refusal) -> Response:
    """The page again, with why not."""
    answer = _sign_in_page(at.request, at.database, form, refusal, refusal.status)
    if isinstance(refusal, TooMany):
        refused("sign_in_limited", account=known.account_id if known else None)
        # After the answer, which is thus the same whether there is such an account or not.
        answer.background = BackgroundTask(_tell_the_owner, at.database, at.clock, known)
    return answer


@router.post("/desk/sign-out")
def sign_out(request: Request, visitor: MaybeSignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        sign_ins.sign_out(db, token_of(request))
    if visitor is not None:
        happened("signed_out", account=visitor.account_id)
    return signed_out_at(request, "/desk/sign-in")


def _verified(request: Request, form: SignInForm, known: Credentials | None) -> Credentials:
    """Looks at the password outside any transaction: argon2 is slow. Raises SignInFailed, SignInsAreBusy, TooMany."""
    with a_try(request, form.email, known.account_id if known else None):
        if not passwords.is_right_password(known, form.password) or known is None:
            # Which account it was about; never the address as typed, which may hold a password.
            refused("wrong_password", account=known.account_id if known else None)
            raise SignInFailed
    return known


def _tell_the_owner(database: Database, clock: TheClock, known: Credentials | None) -> None:
    if known is not None:
        with database.transaction() as db:
            sign_ins.note_guesses(db, known.account_id, clock.now())


def _sign_in_page(
    request: Request,
    database: TheDatabase,
    form: SignInForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    with database.reading() as db:
        is_set_up = queries.is_set_up(db)
    response = page(
        request,
        "pages/people/sign_in.html",
        status,
        form=form,
        refusal=refusal.sentence if refusal else None,
        is_set_up=is_set_up,
    )
    if refusal is not None and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
