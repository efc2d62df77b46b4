"""Who is here and belongs where. Everybody signed in sees names and departments; admins see and change the rest."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Invalid, NotFound, Refusal
from app.core.own_address import own_address
from app.core.patterns import bounded
from app.core.security_log import happened
from app.departments import queries
from app.departments.forms import InvitationForm, RightsForm
from app.people import queries as people
from app.people.rules import INVITATION_LASTS, Visitor
from app.people.service import accounts, invitations
from app.people.service.refusals import LastAdmin, StillNeeded
from app.web.deps import TheClock, is_secure
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()
LINK_COOKIE = "link"
LINK_SHOWN_FOR = 300
_TOKEN = bounded(r"[A-Za-z0-9_-]{43}")
DONE = {
    "invited": "The invitation is ready.",
    "link": "A new link is ready.",
    "rights": "The rights are changed. They count from the next page on.",
    "disabled": "The account is disabled and signed out everywhere.",
    "left": "Everything is handed over, and the account is disabled and signed out everywhere.",
    "enabled": "The account may sign in again.",
}


@router.get("/desk/people")
def directory(at: AtDesk) -> Response:
    return _list_page(at.request, at.visitor, at.database, InvitationForm())


@router.post("/desk/people")
def invite(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    email: Annotated[Line, Form()] = "",
    roles: Annotated[Words | None, Form()] = None,
    department: Annotated[Word, Form()] = "",
    is_lead: Annotated[Word, Form()] = "",
) -> Response:
    known = _known_departments(at.database)
    form = InvitationForm.of(name, email, roles or [], department, is_lead, known)
    try:
        token, account_id = _invited(at.visitor, at.database, at.clock, form)
    except Refusal as refusal:
        if refusal.field is None:
            raise
        form.problems.add(refusal.field, refusal.sentence)
        return _list_page(at.request, at.visitor, at.database, form, status=422)
    rights = {"admin": form.is_admin, "facilitator": form.is_facilitator}
    happened("invited", by=at.visitor.account_id, account=account_id, **rights)
    return _with_link(at.request, token, account_id, "invited")


@router.get("/desk/people/{account_id}")
def person(
    at: AtDesk,
    account_id: UUID,
    done: str = "",
) -> Response:
    with at.database.reading() as db:
        mails = queries.sends_mail(db)
    link = None if mails else _link_for(at.request, at.settings)
    response = _person_page(at.request, at.visitor, at.database, account_id, done=done, link=link, mails=mails)
    if link:
        response.delete_cookie(LINK_COOKIE, path=at.request.url.path)
    return response


@router.post("/desk/people/{account_id}")
def change_rights(
    at: AtDesk,
    account_id: UUID,
    roles: Annotated[Words | None, Form()] = None,
    places: Annotated[Words | None, Form()] = None,
) -> Response:
    form = RightsForm.of(roles or [], places or [], _known_departments(at.database))
    try:
        with at.database.transaction() as db:
            accounts.change_rights(db, at.visitor, account_id, form.is_admin, form.is_facilitator, form.departments)
    except LastAdmin as refusal:
        return _person_page(at.request, at.visitor, at.database, account_id, refusal=refusal)
    rights = {"admin": form.is_admin, "facilitator": form.is_facilitator, "departments": len(form.departments)}
    happened("rights_changed", by=at.visitor.account_id, account=account_id, **rights)
    return _done(account_id, "rights")


@router.post("/desk/people/{account_id}/links")
def make_link(at: AtDesk, account_id: UUID) -> Response:
    with at.database.transaction() as db:
        token = invitations.prepare_new_link(db, at.visitor, account_id, at.now)
    happened("link_made", by=at.visitor.account_id, account=account_id)
    return _with_link(at.request, token, account_id, "link")


@router.post("/desk/people/{account_id}/disabling")
def disable(
    at: AtDesk,
    account_id: UUID,
    undo: Annotated[Word, Form()] = "",
) -> Response:
    try:
        with at.database.transaction() as db:
            if undo:
                accounts.enable(db, at.visitor, account_id)
            else:
                accounts.disable(db, at.visitor, account_id, at.now)
    except (LastAdmin, StillNeeded) as refusal:
        return _person_page(at.request, at.visitor, at.database, account_id, refusal=refusal)
    happened("account_enabled" if undo else "account_disabled", by=at.visitor.account_id, account=account_id)
    return _done(account_id, "enabled" if undo else "disabled")


def _known_departments(database: Database) -> list[UUID]:
    with database.reading() as db:
        return list(queries.names(db))


def _invited(visitor: Visitor, database: Database, clock: TheClock, form: InvitationForm) -> tuple[str, UUID]:
    if form.problems:
        field, sentence = next(iter(form.problems.by_field.items()))
        raise Invalid(sentence, field=field)
    with database.transaction() as db:
        token = invitations.invite(
            db,
            visitor,
            email=form.email,
            name=form.name,
            is_facilitator=form.is_facilitator,
            is_admin=form.is_admin,
            department_id=form.department_id,
            is_lead=form.is_lead,
            now=clock.now(),
        )
        invited = people.account_by_email(db, form.email)
    if invited is None:
        raise NotFound
    return token, invited.id


def _with_link(request: Request, token: str, account_id: UUID, done: str) -> Response:
    """Shows the person's page once with the new link: the database keeps only its hash."""
    response = _done(account_id, done)
    response.set_cookie(
        LINK_COOKIE,
        token,
        max_age=LINK_SHOWN_FOR,
        path=f"/desk/people/{account_id}",
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return response


def _link_for(request: Request, settings: Settings) -> str | None:
    token = request.cookies.get(LINK_COOKIE, "")
    if not _TOKEN.fullmatch(token):
        return None
    return f"{own_address(settings)}/desk/invitations/{token}"


def _list_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: InvitationForm,
    *,
    status: int = 200,
) -> Response:
    with database.reading() as db:
        found, departments = people.accounts(db), queries.names(db)
    return page(
        request,
        "pages/departments/directory.html",
        status,
        people=[one for one in found if not one.is_disabled or visitor.is_admin],
        departments=departments,
        choices=[(one.id, one.name) for one in departments.values() if not one.is_archived],
        may_invite=_may_invite(visitor),
        form=form,
    )


def _person_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    account_id: UUID,
    *,
    done: str = "",
    link: str | None = None,
    mails: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    with database.reading() as db:
        found, departments = people.account(db, account_id), queries.names(db)
    if not _may_invite(visitor):
        raise NotFound
    return page(
        request,
        "pages/departments/person.html",
        refusal.status if refusal else 200,
        person=found,
        places=dict(found.departments),
        departments=[one for one in departments.values() if not one.is_archived or one.id in dict(found.departments)],
        link=link,
        link_days=INVITATION_LASTS.days,
        mails=mails and done in ("invited", "link"),
        refusal=refusal.sentence if refusal else None,
        flash={"kind": "ok", "text": DONE[done]} if done in DONE else None,
    )


def _may_invite(visitor: Visitor) -> bool:
    return visitor.sees_everything or bool(visitor.leads)


def _done(account_id: UUID, what: str) -> Response:
    return RedirectResponse(f"/desk/people/{account_id}?done={what}", status_code=303)
