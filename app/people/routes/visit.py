"""Puts a sign-in into the browser's cookie and takes it out; limits how often somebody may try."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.people.rules import SIGN_IN_LASTS
from app.web.deps import is_secure, visit_cookie_name
from app.web.limits import TooMany, address_of, limits_of

PATH = "/desk"
PER_ACCOUNT = "10 per 15 minutes"
PER_ADDRESS = "60 per 15 minutes"


def signed_in_at(request: Request, token: str, target: str) -> Response:
    """Go to `target`, signed in."""
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        visit_cookie_name(request),
        token,
        max_age=int(SIGN_IN_LASTS.total_seconds()),
        path=PATH,
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
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


def device(request: Request) -> str:
    """What the browser says it is; only a short guess of it is kept."""
    return request.headers.get("user-agent", "")


def spend_a_try(request: Request, account: str) -> None:
    """Count one look at a password, before it is looked at. Raises TooMany with a sentence."""
    limits = limits_of(request)
    try:
        limits.spend(PER_ADDRESS, "sign-in address", address_of(request))
        limits.spend(PER_ACCOUNT, "sign-in account", account)
    except TooMany as refusal:
        refusal.sentence = f"There were too many tries to sign in. Please try again in {_minutes(refusal)}."
        raise


def forget_tries(request: Request, account: str) -> None:
    """After the right password the account starts afresh; the address does not."""
    limits_of(request).forget(PER_ACCOUNT, "sign-in account", account)


def _minutes(refusal: TooMany) -> str:
    minutes = -(-(refusal.retry_after or 60) // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
