"""The page of one's own account: name, password, and the browsers that are signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.db import Database
from app.core.errors import Refusal
from app.core.security_log import happened, refused
from app.meaning.service import describing
from app.people import queries
from app.people.forms import PASSWORD_HINT, NewPasswordForm, OwnNameForm
from app.people.queries import Credentials
from app.people.routes.rate_limits import TRIES, a_try
from app.people.rules import Visitor
from app.people.service import accounts, passwords
from app.people.service import sign_ins as sign_ins_service
from app.people.service.refusals import PasswordIsWeak, SignInFailed, SignInsAreBusy
from app.web.deps import TheClock
from app.web.fields import Line, Word
from app.web.limits import TooMany
from app.web.requests import AtDesk
from app.web.templating import page
from app.web.visit import token_of

router = APIRouter()
DONE = {
    "name": "Your name is changed.",
    "password": "Your password is changed, and every other browser is signed out.",
    "ended": "That browser is signed out.",
    "others": "Every other browser is signed out.",
}


@router.get("/desk/settings")
def settings(at: AtDesk, done: str = "") -> Response:
    return _settings_page(at.request, at.visitor, at.database, at.clock, done=done)


@router.post("/desk/settings/name")
def change_name(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
) -> Response:
    form = OwnNameForm.of(name)
    if form.problems:
        return _settings_page(at.request, at.visitor, at.database, at.clock, name=form)
    with at.database.transaction() as db:
        accounts.rename(db, at.visitor.account_id, form.name)
    return _done("name")


@router.post("/desk/settings/password")
def change_password(
    at: AtDesk,
    present: Annotated[Line, Form()] = "",
    password: Annotated[Line, Form()] = "",
) -> Response:
    form = NewPasswordForm.of(present, password)
    try:
        known = _known(at.request, at.visitor, at.database, form)
        hashed = passwords.hash_password(form.password)
        with at.database.transaction() as db:
            sign_ins_service.change_password(db, known, hashed, keep=token_of(at.request))
    except (PasswordIsWeak, SignInFailed, SignInsAreBusy, TooMany) as refusal:
        return _password_refused(at.request, at.visitor, at.database, at.clock, form, refusal)
    happened("password_changed", account=at.visitor.account_id)
    return _done("password")


@router.post("/desk/settings/seen-guesses")
def saw_guesses(at: AtDesk) -> Response:
    with at.database.transaction() as db:
        sign_ins_service.forget_guesses(db, at.visitor.account_id)
    return RedirectResponse("/desk/settings", 303)


@router.post("/desk/settings/ended-sign-ins")
def end_sign_in(at: AtDesk, sign_in: Annotated[Word, Form()] = "") -> Response:
    """One of one's own by its id, or `others`."""
    with at.database.transaction() as db:
        if sign_in == "others":
            sign_ins_service.revoke_other_sign_ins(db, at.visitor.account_id, keep=token_of(at.request))
        else:
            sign_ins_service.revoke_sign_in(db, at.visitor.account_id, sign_in)
    happened("sign_ins_ended", account=at.visitor.account_id, which="others" if sign_in == "others" else "one")
    return _done("others" if sign_in == "others" else "ended")


def _known(request: Request, visitor: Visitor, database: Database, form: NewPasswordForm) -> Credentials:
    """Verifies the present password outside any transaction. Raises PasswordIsWeak, SignInFailed, TooMany."""
    passwords.check_new_password(form.password, (visitor.name, visitor.email))
    with database.reading() as db:
        known = queries.credentials_of(db, visitor.account_id)
    # Counted for this sign-in alone: what others type at the sign-in page is nothing to who is in already.
    with a_try(request, f"settings {visitor.account_id} {token_of(request)}", visitor.account_id):
        if not passwords.is_right_password(known, form.present) or known is None:
            refused("wrong_password", account=visitor.account_id)
            raise SignInFailed("This is not your current password.", field="present")
    return known


def _password_refused(
    request: Request, visitor: Visitor, database: Database, clock: TheClock, form: NewPasswordForm, refusal: Refusal
) -> Response:
    form.problems.add(refusal.field or "present", refusal.sentence)
    response = _settings_page(request, visitor, database, clock, password=form, status=refusal.status)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _settings_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    clock: TheClock,
    *,
    name: OwnNameForm | None = None,
    password: NewPasswordForm | None = None,
    done: str = "",
    status: int | None = None,
) -> Response:
    with database.reading() as db:
        sign_ins = queries.open_sign_ins(db, visitor.account_id, clock.now(), token_of(request))
        guessed_at = queries.was_guessed_at(db, visitor.account_id)
    return page(
        request,
        "pages/people/settings.html",
        status or (422 if name or password else 200),
        name_form=name or OwnNameForm(visitor.name),
        password_form=password or NewPasswordForm("", ""),
        password_hint=PASSWORD_HINT,
        sign_ins=sign_ins,
        guessed_at=guessed_at,
        tries=TRIES,
        comparing=describing.comparing(database.info.get("encoder")),
        flash={"kind": "ok", "text": DONE[done]} if done in DONE else None,
    )


def _done(what: str) -> Response:
    return RedirectResponse(f"/desk/settings?done={what}", status_code=303)
