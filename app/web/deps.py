"""What handlers need from the application: the database, the clock, the settings, and who is asking.

No database session is ever a dependency (it would be held across thread-pool calls): handlers open their own block.
"""

from contextlib import suppress
from random import Random, SystemRandom
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request

from app.anonymity.rules.tags import looks_like_a_secret
from app.core.clock import Clock
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import Refusal
from app.people.queries import needs_seen, visitor_for
from app.people.rules import Visitor
from app.people.service import sign_ins
from app.web.errors import SignInNeeded

FORMER_MOST = 5


# Asynchronous although they wait for nothing: FastAPI sends plain functions to the thread pool, one hop for each.


async def database(request: Request) -> Database:
    return _database_of(request)


async def clock(request: Request) -> Clock:
    return _clock_of(request)


async def settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


async def random_source() -> Random:
    """Randomness that nobody can foresee."""
    return SystemRandom()


def is_secure(request: Request) -> bool:
    """Whether people use HTTPS here: as FENCEPOST_PUBLIC_URL says; where none is set, as this request came (a trusted
    proxy says how)."""
    public: str | None = request.app.state.settings.public_url
    return public.startswith("https://") if public else request.url.scheme == "https"


def visit_cookie_name(request: Request) -> str:
    return "__Secure-visit" if is_secure(request) else "visit"


def seat_cookie_name(request: Request) -> str:
    return "__Secure-seat" if is_secure(request) else "seat"


def maybe_visitor(request: Request) -> Visitor | None:
    """Who is signed in, if anybody. Only below /desk: elsewhere the cookie is neither sent nor read."""
    token = request.cookies.get(visit_cookie_name(request))
    if not token or not request.url.path.startswith("/desk"):
        return None
    now = _clock_of(request).now()
    with _database_of(request).reading() as db:
        visitor, unseen = visitor_for(db, token, now), needs_seen(db, token, now)
    if unseen:
        # Keeps a used sign-in from idling out; a database that cannot be written just now must not stop reading.
        with suppress(Refusal), _database_of(request).transaction() as db:
            sign_ins.was_seen(db, token, now)
    request.state.visitor = visitor
    return visitor


def signed_in(request: Request) -> Visitor:
    """Who is signed in; else the sign-in page, and back afterwards."""
    visitor = maybe_visitor(request)
    if visitor is None:
        target = request.url.path if request.method == "GET" else "/desk"
        raise SignInNeeded(f"/desk/sign-in?next={quote(target)}")
    return visitor


async def seat_secret(request: Request) -> str | None:
    """The seat secret of this browser for this room, or None (also when the cookie is broken)."""
    return seat_secret_of(request)


def seat_secret_of(request: Request) -> str | None:
    value = request.cookies.get(seat_cookie_name(request), "")
    return value if looks_like_a_secret(value) else None


def former_cookie_name(request: Request) -> str:
    return "__Secure-former" if is_secure(request) else "former"


def reading_cookie_name(request: Request) -> str:
    return "__Secure-reading" if is_secure(request) else "reading"


async def reading_mark(request: Request) -> str:
    """What this browser got for a ticket when it was too late for a seat; the same for all who read, or empty."""
    return request.cookies.get(reading_cookie_name(request), "")[:64]


async def former_secrets(request: Request) -> tuple[str, ...]:
    """Secrets that this browser's seat had on other devices, newest first."""
    kept = request.cookies.get(former_cookie_name(request), "").split(".")
    return tuple(secret for secret in kept[:FORMER_MOST] if looks_like_a_secret(secret))


def _database_of(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def _clock_of(request: Request) -> Clock:
    found: Clock = request.app.state.clock
    return found


TheDatabase = Annotated[Database, Depends(database)]
TheClock = Annotated[Clock, Depends(clock)]
TheSettings = Annotated[Settings, Depends(settings)]
TheRandom = Annotated[Random, Depends(random_source)]
SignedIn = Annotated[Visitor, Depends(signed_in)]
MaybeSignedIn = Annotated[Visitor | None, Depends(maybe_visitor)]
SeatSecret = Annotated[str | None, Depends(seat_secret)]
ReadingMark = Annotated[str, Depends(reading_mark)]
FormerSecrets = Annotated[tuple[str, ...], Depends(former_secrets)]
