"""What a handler gets: who asks, of which database, and when. One object, so that its signature names what it needs
beyond that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import Depends, Request

from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Refusal
from app.people.rules import Visitor
from app.web.deps import SignedIn, seat_secret_of
from app.web.limits import limits_of

SEAT_POSTS = "180 per minute"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Of anybody. `now` is one moment for the whole request."""

    request: Request
    now: datetime

    @property
    def database(self) -> Database:
        found: Database = self.request.app.state.database
        return found

    @property
    def clock(self) -> Clock:
        """For what goes on after this moment."""
        found: Clock = self.request.app.state.clock
        return found

    @property
    def settings(self) -> Settings:
        found: Settings = self.request.app.state.settings
        return found


@dataclass(frozen=True, slots=True)
class DeskRequest(PageRequest):
    """A request of somebody who is signed in; without a sign-in there is none (the sign-in page comes)."""

    visitor: Visitor


@dataclass(frozen=True, slots=True)
class SeatRequest(PageRequest):
    """A request below /r/{code}: `code` as it stands in the address, `secret` of the seat that the browser holds."""

    code: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class SeatPostRequest(SeatRequest):
    """What a seat sends: it has a secret, and is counted against the seat's limit."""

    secret: str


class NotSeated(Refusal):
    """The browser has no seat in this room: it never took one, or its cookie is gone or broken."""

    status: ClassVar[int] = 403
    sentence = "This browser has no seat in this room. Please take one first; what you typed is still in this page."


# Asynchronous although they wait for nothing: FastAPI sends plain functions to the thread pool, one hop for each.


async def page_request(request: Request) -> PageRequest:
    return PageRequest(request, _now(request))


async def desk_request(request: Request, visitor: SignedIn) -> DeskRequest:
    return DeskRequest(request, _now(request), visitor)


async def seat_request(request: Request, code: str) -> SeatRequest:
    return SeatRequest(request, _now(request), code, seat_secret_of(request))


async def limited_secret(request: Request) -> str:
    """The seat secret of a post, counted against the seat's limit; raises NotSeated or TooMany."""
    secret = seat_secret_of(request)
    if secret is None:
        raise NotSeated
    limits_of(request).spend(SEAT_POSTS, "seat", secret)
    return secret


async def seat_post_request(
    request: Request, code: str, secret: Annotated[str, Depends(limited_secret)]
) -> SeatPostRequest:
    return SeatPostRequest(request, _now(request), code, secret)


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock.now()
    return now


AtPage = Annotated[PageRequest, Depends(page_request)]
AtDesk = Annotated[DeskRequest, Depends(desk_request)]
AtRoom = Annotated[SeatRequest, Depends(seat_request)]
AtSeat = Annotated[SeatPostRequest, Depends(seat_post_request)]
