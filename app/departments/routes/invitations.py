"""The pages behind a one-use link. Opening one changes nothing (mail scanners open links); its button does."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.db import Database
from app.core.errors import Invalid
from app.core.security_log import happened, refused
from app.departments.queries import organisation, place_in_words
from app.people import queries
from app.people.forms import PASSWORD_HINT, AccountForm
from app.people.queries import InvitationView
from app.people.rules import SIGN_IN_LASTS, Purpose, device_of
from app.people.service import invitations, passwords, sign_ins
from app.people.service.refusals import LinkIsUsed
from app.web.deps import TheClock, TheDatabase
from app.web.fields import Line
from app.web.templating import page
from app.web.visit import signed_in_at, token_of, user_agent

router = APIRouter()


@router.get("/desk/invitations/{token}")
def invitation(request: Request, token: str, database: TheDatabase, clock: TheClock) -> Response:
    found = _found(database, token, clock)
    if found.purpose is Purpose.SETUP:
        return RedirectResponse(f"/desk/setup/{token}", status_code=303)
    return _invitation_page(request, database, token, found, AccountForm(found.name, found.email, ""))


@router.post("/desk/invitations/{token}")
def redeem(
    request: Request,
    token: str,
    database: TheDatabase,
    clock: TheClock,
    name: Annotated[Line, Form()] = "",
    password: Annotated[Line, Form()] = "",
) -> Response:
    found = _found(database, token, clock)
    form = AccountForm.of(name, found.email, password)
    try:
        visit, account_id = _let_in(request, database, clock, token, found, form)
    except Invalid as refusal:
        form.problems.add(refusal.field or "password", refusal.sentence)
        return _invitation_page(request, database, token, found, form, status=422)
    happened("link_redeemed", purpose=found.purpose)
    return signed_in_at(request, visit, "/desk", SIGN_IN_LASTS, account_id)


def _let_in(
    request: Request, database: Database, clock: TheClock, token: str, found: InvitationView, form: AccountForm
) -> tuple[str, UUID]:
    """Redeem and sign in; returns the token of the sign-in, and whose it is. Raises Invalid, LinkIsUsed."""
    guess = device_of(user_agent(request))
    if found.purpose is Purpose.DEMO and found.account_id is not None:
        with database.transaction() as db:
            return invitations.open_link(db, token, clock.now(), guess), found.account_id
    passwords.check_new_password(form.password, (form.name, form.email))
    if form.problems:
        raise Invalid(form.problems.get("name"), field="name")
    hashed = passwords.hash_password(form.password)
    with database.transaction() as db:
        account_id = invitations.redeem_invitation(db, token, form.name, form.email, hashed, clock.now())
        sign_ins.sign_out(db, token_of(request))
        return sign_ins.open_sign_in(db, account_id, clock.now(), guess), account_id


def _found(database: Database, token: str, clock: TheClock) -> InvitationView:
    with database.reading() as db:
        found = queries.invitation(db, token, clock.now())
    if found is None:
        refused("link_refused")
        raise LinkIsUsed
    return found


def _invitation_page(
    request: Request, database: Database, token: str, found: InvitationView, form: AccountForm, status: int = 200
) -> Response:
    """Says whose house it is, who invites, and as what: nobody has to guess what they are about to join."""
    with database.reading() as db:
        house = organisation(db).name
        known = queries.account(db, found.account_id) if found.account_id else None
        place = place_in_words(db, known) if known else ""
    return page(
        request,
        "pages/departments/invitation.html",
        status,
        action=f"/desk/invitations/{token}",
        purpose=found.purpose,
        house=house,
        place=place,
        invited_by=found.invited_by,
        expires_at=found.expires_at,
        form=form,
        password_hint=PASSWORD_HINT,
    )
