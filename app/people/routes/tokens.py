"""The page of one's own tokens: access for programs, made, listed and taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.core.db import Database
from app.core.own_address import own_address
from app.core.security_log import happened
from app.people import queries
from app.people.forms import TokenForm
from app.people.rules import TOKEN_DAYS, TokenScope, Visitor
from app.people.service import tokens as tokens_service
from app.people.service.refusals import TooManyTokens
from app.web.deps import TheClock
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()


@router.get("/desk/settings/tokens")
def tokens(
    at: AtDesk,
    done: str = "",
) -> HTMLResponse:
    flash = (
        {"kind": "ok", "text": "Token revoked. The program that used it has no access any more."} if done else None
    )
    return _tokens_page(at.request, at.visitor, at.database, at.clock, TokenForm(), flash=flash)


@router.post("/desk/settings/tokens")
def make_token(
    at: AtDesk,
    name: Annotated[Line, Form()] = "",
    scopes: Annotated[Words | None, Form()] = None,
    days: Annotated[Word, Form()] = "",
) -> HTMLResponse:
    """Answers with the page itself: the token is shown once, and a redirect would have to carry it."""
    form = TokenForm.of(name, scopes or [], days)
    token = _made(at.visitor, at.database, at.clock, form)
    if token is None:
        return _tokens_page(at.request, at.visitor, at.database, at.clock, form, 422)
    happened("token_made", account=at.visitor.account_id, scopes=" ".join(form.scopes))
    return _tokens_page(at.request, at.visitor, at.database, at.clock, TokenForm(), 201, token=token)


@router.post("/desk/settings/tokens/{token_id}/revocation")
def revoke_token(at: AtDesk, token_id: UUID) -> RedirectResponse:
    with at.database.transaction() as db:
        tokens_service.revoke_token(db, at.visitor, token_id)
    happened("token_revoked", account=at.visitor.account_id, token=token_id)
    return RedirectResponse("/desk/settings/tokens?done=revoked", 303)


def _made(visitor: Visitor, database: Database, clock: TheClock, form: TokenForm) -> str | None:
    """The new token, or None with the reason in the form's problems."""
    if form.problems:
        return None
    scopes = [TokenScope(one) for one in form.scopes]
    try:
        with database.transaction() as db:
            return tokens_service.make_token(db, visitor, form.name, scopes, form.lasts, clock.now())
    except TooManyTokens as refusal:
        form.problems.add(refusal.field or "name", refusal.sentence)
        return None


def _tokens_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    clock: TheClock,
    form: TokenForm,
    status: int = 200,
    *,
    token: str | None = None,
    flash: dict[str, str] | None = None,
) -> HTMLResponse:
    with database.reading() as db:
        found = queries.tokens_of(db, visitor.account_id, clock.now())
    return page(
        request,
        "pages/people/tokens.html",
        status,
        tokens=found,
        form=form,
        token=token,
        days=[(str(one), f"{one} days" if one < 365 else "a year") for one in TOKEN_DAYS],
        base=own_address(request.app.state.settings),
        flash=flash,
    )
