"""The live streams of all audiences, and the same news by asking where a gateway swallows streams."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from hashlib import sha256
from time import monotonic
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.board.routes.kit import ThePainter, code_guess, seat_here
from app.board.routes.watching import at_desk, say_here
from app.board.rules import Audience
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import NotFound
from app.core.ids import read_code
from app.live.frames import partials
from app.live.stream import PING_SECONDS, stream
from app.people.rules import Visitor
from app.retros.queries.door import onlooker_of
from app.retros.rules.refusals import SeatWasEjected
from app.web.deps import ReadingMark, signed_in
from app.web.limits import TooMany
from app.web.requests import AtDesk, AtRoom, NotSeated

router = APIRouter()

# Not `response_class=EventSourceResponse`: FastAPI would then run its own producer instead of this response.
EVENTS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/event-stream": {}}}}
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
SEEN_EVERY_SECONDS = 30.0
LastEventId = Annotated[str, Header(alias="Last-Event-ID")]


@router.get("/r/{code}/stream", response_class=StreamingResponse, responses=EVENTS)
async def room_stream(
    at: AtRoom,
    mark: ReadingMark,
    version: int = 0,
    last: LastEventId = "",
) -> Response:
    """Everything a participant's page shows to all, as it changes; without a seat, what one may read along. Ends when
    the seat is gone."""
    retro_id, audience = await asyncio.to_thread(_room_of, at.request, at.database, at.code, at.secret, mark)
    owner = sha256(at.secret.encode()).digest() if at.secret and audience is Audience.PARTICIPANT else None

    async def still_here() -> bool:
        return await asyncio.to_thread(_holds, lambda: _room_of(at.request, at.database, at.code, at.secret, mark))

    return _streaming(at.request, retro_id, audience, _since(last, version), still_here, owner=owner)


@router.get("/r/{code}/changes")
def room_changes(
    at: AtRoom,
    mark: ReadingMark,
    painter: ThePainter,
    since: int = 0,
) -> Response:
    retro_id, audience = _room_of(at.request, at.database, at.code, at.secret, mark)
    return _changes(painter, retro_id, audience, since)


@router.get("/desk/retros/{retro_id}/stream", response_class=StreamingResponse, responses=EVENTS)
async def desk_stream(
    at: AtDesk,
    retro_id: UUID,
    audience: Audience | None = None,
    version: int = 0,
    last: LastEventId = "",
) -> Response:
    """The cockpit, the big screen, or what somebody sees who looks in. An open page tells who is here."""
    chosen = await asyncio.to_thread(_audience_of, at.database, retro_id, at.visitor, audience)
    seen = _Seen(at.database, at.clock, retro_id, at.visitor, chosen)
    await seen.say()

    async def still_allowed() -> bool:
        """Asked before every frame: who stopped running it, or is shut out, gets not one piece more."""
        return await seen.holds(lambda: _audience_of(at.database, retro_id, signed_in(at.request), chosen))

    leads, since = chosen is not Audience.OBSERVER, _since(last, version)
    return _streaming(at.request, retro_id, chosen, since, still_allowed, asks_every=0, leads=leads)


@router.get("/desk/retros/{retro_id}/changes")
def desk_changes(
    at: AtDesk,
    retro_id: UUID,
    painter: ThePainter,
    audience: Audience | None = None,
    since: int = 0,
) -> Response:
    chosen = _audience_of(at.database, retro_id, at.visitor, audience)
    say_here(at.database, at.clock, retro_id, at.visitor, chosen)
    return _changes(painter, retro_id, chosen, since)


def _streaming(
    request: Request,
    retro_id: UUID,
    audience: Audience,
    since: int,
    still_allowed: Callable[[], Awaitable[bool]],
    asks_every: float = PING_SECONDS,
    owner: Hashable | None = None,
    leads: bool = False,
) -> StreamingResponse:
    state = request.app.state
    frames: AsyncIterator[bytes] = stream(
        state.hub,
        state.redraw,
        retro_id,
        audience,
        since,
        lasts_seconds=state.settings.stream_seconds,
        still_allowed=still_allowed,
        asks_every=asks_every,
        owner=owner,
        leads=leads,
    )
    return StreamingResponse(frames, media_type="text/event-stream", headers=HEADERS)


def _changes(painter: ThePainter, retro_id: UUID, audience: Audience, since: int) -> Response:
    """All pieces as partials when the version is another one; nothing when the browser has it already."""
    present = painter.draw(retro_id, (audience,), ())
    if present is None:
        raise NotFound
    headers = {"Cache-Control": "no-store", "Fencepost-Version": str(present.version)}
    if present.version == since:
        return Response(status_code=204, headers=headers)
    drawing = painter.draw(retro_id, (audience,))
    if drawing is None:
        raise NotFound
    headers["Fencepost-Version"] = str(drawing.version)
    return HTMLResponse(partials(drawing.pieces[audience]), headers=headers)


class _Seen:
    """Says that somebody is here: at the start of a stream and every half minute, never more often."""

    def __init__(
        self, database: Database, clock: Clock, retro_id: UUID, visitor: Visitor, audience: Audience
    ) -> None:
        self._parts = database, clock, retro_id, visitor, audience
        self._said = float("-inf")

    async def say(self) -> None:
        if monotonic() - self._said >= SEEN_EVERY_SECONDS - 1:
            self._said = monotonic()
            await asyncio.to_thread(say_here, *self._parts)

    async def holds(self, question: Callable[[], object]) -> bool:
        """Whether it can still be asked without a refusal; then somebody is here."""
        allowed = await asyncio.to_thread(_holds, question)
        if allowed:
            await self.say()
        return allowed


def _room_of(request: Request, database: Database, code: str, secret: str | None, mark: str) -> tuple[UUID, Audience]:
    """The retro whose room this seat is in, or that may be read without one; not seated looks like not there, and so
    does a code that was guessed after too many others."""
    with database.reading() as db:
        try:
            return seat_here(db, code, secret).retro_id, Audience.PARTICIPANT
        except NotSeated:
            pass
        except SeatWasEjected as ejected:
            raise NotFound from ejected
    try:
        with code_guess(request), database.reading() as db:
            retro_id = onlooker_of(db, read_code(code), secret, mark)
    except TooMany as many:
        raise NotFound from many
    if retro_id is None:
        raise NotFound
    return retro_id, Audience.READER


def _audience_of(database: Database, retro_id: UUID, visitor: Visitor, asked: Audience | None) -> Audience:
    with database.reading() as db:
        return at_desk(db, retro_id, visitor, asked)[1]


def _holds(question: Callable[[], object]) -> bool:
    """Whether it can be asked without a refusal. A busy database ends the stream, too: the browser comes back."""
    try:
        question()
    except Exception:
        return False
    return True


def _since(last: str, version: int) -> int:
    return int(last) if last.isascii() and last.isdigit() and len(last) < 10 else version
