"""The page behind the link that the server prints on an empty machine: organisation, first account, departments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.core.errors import Invalid
from app.core.security_log import happened
from app.departments import service
from app.departments.forms import SetupForm, TypedSetup
from app.people import queries as people
from app.people.forms import PASSWORD_HINT, AccountForm
from app.people.rules import SIGN_IN_LASTS, Purpose, device_of
from app.people.service import invitations, passwords, sign_ins
from app.people.service.refusals import LinkIsUsed
from app.web.requests import AtPage, PageRequest
from app.web.templating import page
from app.web.visit import signed_in_at, user_agent

router = APIRouter()


@router.get("/desk/setup/{token}")
def setup(at: AtPage, token: str) -> Response:
    _still_works(at, token)
    return _setup_page(at.request, token, SetupForm("", AccountForm("", "", ""), ""))


@router.post("/desk/setup/{token}")
def set_up(
    at: AtPage,
    token: str,
    typed: Annotated[TypedSetup, Form()],
) -> Response:
    _still_works(at, token)
    person = AccountForm.of(typed.name, typed.email, typed.password)
    form = SetupForm.of(typed.organisation, person, typed.departments)
    try:
        visit, account_id = _set_up(at, token, form)
    except Invalid as refusal:
        form.problems.add(refusal.field or "name", refusal.sentence)
        return _setup_page(at.request, token, form, status=422)
    happened("set_up")
    return signed_in_at(at.request, visit, "/desk", SIGN_IN_LASTS, account_id)


def _set_up(at: PageRequest, token: str, form: SetupForm) -> tuple[str, UUID]:
    """All or nothing; returns the token of the first sign-in, and whose it is. Raises Invalid, LinkIsUsed."""
    person, now = form.account, at.now
    passwords.check_new_password(person.password, (person.name, person.email, form.organisation))
    if form.problems:
        field, sentence = next(iter(form.problems.by_field.items()))
        raise Invalid(sentence, field=field)
    hashed = passwords.hash_password(person.password)
    with at.database.transaction() as db:
        account_id = invitations.redeem_invitation(db, token, person.name, person.email, hashed, now)
        service.name_organisation(db, None, form.organisation)
        for name, how_many in form.sizes.items():
            service.create_unless_there(db, name, people=how_many, now=now)
        return sign_ins.open_sign_in(db, account_id, now, device_of(user_agent(at.request))), account_id


def _still_works(at: PageRequest, token: str) -> None:
    with at.database.reading() as db:
        found = people.invitation(db, token, at.now)
        if found is None or found.purpose is not Purpose.SETUP or people.is_set_up(db):
            raise LinkIsUsed


def _setup_page(request: Request, token: str, form: SetupForm, status: int = 200) -> Response:
    return page(
        request,
        "pages/departments/setup.html",
        status,
        action=f"/desk/setup/{token}",
        form=form,
        password_hint=PASSWORD_HINT,
    )
