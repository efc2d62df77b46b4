"""Puts a sign-in into the browser's cookie and takes it out. Knows no account: only a token that others made."""

from datetime import timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.web.deps import is_secure, visit_cookie_name
from app.web.known_browser import remember

PATH = "/desk"


def signed_in_at(request: Request, token: str, target: str, lasts: timedelta, account_id: UUID) -> Response:
    """Go to `target`, signed in for at most `lasts`; from now on this browser is known to have signed in."""
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        visit_cookie_name(request),
        token,
        max_age=int(lasts.total_seconds()),
        path=PATH,
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    remember(request, response, account_id)
    return response


def signed_out_at(request: Request, target: str) -> Response:
    """Go to `target`, signed out."""
    response = RedirectResponse(target, status_code=303)
    response.delete_cookie(
        visit_cookie_name(request), path=PATH, secure=is_secure(request), httponly=True, samesite="lax"
    )
    return response


def token_of(request: Request) -> str:
    """The token of this browser's sign-in, or an empty text."""
    return request.cookies.get(visit_cookie_name(request), "")


def user_agent(request: Request) -> str:
    """What the browser says it is; only a short guess of it is kept."""
    return request.headers.get("user-agent", "")
