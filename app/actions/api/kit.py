"""What every request of a program goes through: whose token it is, what it may do, how often it may ask."""

from contextlib import suppress
from typing import Annotated, ClassVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.core.errors import Refusal
from app.people.queries import Program, program
from app.people.rules import TokenScope, Visitor
from app.people.service import tokens
from app.web.deps import TheClock, TheDatabase
from app.web.limits import address_of, limits_of
from app.web.requests import AtPage, DeskRequest

PREFIX = "/api/v1"
TRIES = "60 per minute"
REQUESTS = "300 per minute"
"""Of one token."""

bearer = HTTPBearer(
    auto_error=False,
    description="A token from the page “API tokens” of the settings. Scopes: `actions:read`, `actions:write`.",
)


class TokenNeeded(Refusal):
    status: ClassVar[int] = 401
    sentence = "Send a token of this installation: `Authorization: Bearer …`. Tokens are made in the settings."
    challenge = 'Bearer realm="Fencepost"'


class TokenRefused(Refusal):
    status: ClassVar[int] = 401
    sentence = "This token is not known, was revoked, or is too old. Make a new one in the settings."
    challenge = 'Bearer realm="Fencepost", error="invalid_token"'


class ScopeIsMissing(Refusal):
    status: ClassVar[int] = 403

    def __init__(self, scope: TokenScope) -> None:
        self.challenge = f'Bearer realm="Fencepost", error="insufficient_scope", scope="{scope}"'
        super().__init__(f"This token may not do that: it lacks the scope {scope}.")


def asking(
    request: Request,
    database: TheDatabase,
    clock: TheClock,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Program:
    """Which program asks. Cookies are never read. Raises TokenNeeded, TokenRefused, TooMany."""
    if credentials is None:
        raise TokenNeeded
    now = clock.now()
    with limits_of(request).guess(TRIES, "token address", address_of(request), wrong=TokenRefused):
        with database.reading() as db:
            found = program(db, credentials.credentials, now)
        if found is None:
            raise TokenRefused
    request.state.visitor = found.visitor
    limits_of(request).spend(REQUESTS, "token", str(found.token_id))
    if found.is_unseen:
        # Only for its owner to see; a database that cannot be written just now must not stop reading.
        with suppress(Refusal), database.transaction() as db:
            tokens.token_was_used(db, found.token_id, now)
    return found


def may_read(found: Annotated[Program, Depends(asking)]) -> Visitor:
    """For whom it reads. Raises ScopeIsMissing."""
    return _within(found, TokenScope.READ_ACTIONS)


def may_write(found: Annotated[Program, Depends(asking)]) -> Visitor:
    """For whom it writes. Raises ScopeIsMissing."""
    return _within(found, TokenScope.WRITE_ACTIONS)


def _within(found: Program, scope: TokenScope) -> Visitor:
    if scope not in found.scopes:
        raise ScopeIsMissing(scope)
    return found.visitor


async def reading(at: AtPage, visitor: Annotated[Visitor, Depends(may_read)]) -> DeskRequest:
    return DeskRequest(at.request, at.now, visitor)


async def writing(at: AtPage, visitor: Annotated[Visitor, Depends(may_write)]) -> DeskRequest:
    return DeskRequest(at.request, at.now, visitor)


AtReading = Annotated[DeskRequest, Depends(reading)]
AtWriting = Annotated[DeskRequest, Depends(writing)]
"""As at the desk, of the account whose token a program sends."""
