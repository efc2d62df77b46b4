"""A signed cookie of a browser that signed in before, so that guesses from elsewhere never lock its owner out.

It lets nobody in: who brings it along is counted by itself, for the accounts that signed in here, and not with
strangers. Knows no account: only ids.
"""

from datetime import timedelta
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from app.core.ids import new_token
from app.core.signing import SigningKey, signing_key_of
from app.web.deps import is_secure

PURPOSE = "known-browser"
LASTS = timedelta(days=365)
MOST = 5
"""Accounts of one browser that are remembered; the latest first."""


def browser_of(request: Request, account_id: UUID | None) -> str | None:
    """What names this browser, if this account signed in with it before; else None."""
    mark, known = _read(request)
    return mark if mark and account_id is not None and account_id.hex in known else None


def remember(request: Request, response: Response, account_id: UUID) -> None:
    """This account has just signed in here."""
    mark, known = _read(request)
    accounts = [account_id.hex, *(one for one in known if one != account_id.hex)][:MOST]
    response.set_cookie(
        _cookie_name(request),
        _key(request).sign(PURPOSE, [mark or new_token(), accounts]),
        max_age=int(LASTS.total_seconds()),
        path="/desk",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def _read(request: Request) -> tuple[str, list[str]]:
    signed = _key(request).read(PURPOSE, request.cookies.get(_cookie_name(request), ""))
    match signed:
        case [str(mark), list(known)]:
            return mark, [str(one) for one in known]
    return "", []


def _cookie_name(request: Request) -> str:
    return "__Secure-known" if is_secure(request) else "known"


def _key(request: Request) -> SigningKey:
    return signing_key_of(request.app.state.database)
