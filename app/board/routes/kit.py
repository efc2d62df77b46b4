"""What the handlers of the board share: the painter, a seat's requests with their limits, and their answers."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlmodel import Session

from app.anonymity.rules.promise import PromiseSettings, promise
from app.board.pieces.painter import Painter
from app.board.rules import Audience
from app.core.db import Database
from app.core.errors import NotFound, Refusal
from app.core.ids import read_code
from app.retros.queries.facilitation import notices
from app.retros.queries.seats import counts, seat_at, seat_for
from app.retros.queries.views import RetroView, SeatVisitor
from app.web.limits import Limits, address_of, limits_of
from app.web.requests import NotSeated
from app.web.templating import page, wants_fragment

WRONG_CODES = "60 per minute"
UNKNOWN_CODE = "There is no retro with this code. Please check the eight characters and try again."


async def painter(request: Request) -> Painter:
    found: Painter = request.app.state.painter
    return found


ThePainter = Annotated[Painter, Depends(painter)]


def seated(db: Session, code: str, secret: str | None) -> tuple[RetroView, SeatVisitor]:
    """The retro and the seat that the cookie proves; raises NotSeated, also for a code that leads nowhere: who has no
    seat learns nothing about codes."""
    try:
        retro, seat = seat_for(db, read_code(code), secret)
    except NotFound:
        raise NotSeated from None
    if seat is None:
        raise NotSeated
    return retro, seat


def seat_here(db: Session, code: str, secret: str | None) -> SeatVisitor:
    """The seat alone, for posts that need no more; raises NotSeated."""
    try:
        seat = seat_at(db, read_code(code), secret)
    except NotFound:
        raise NotSeated from None
    if seat is None:
        raise NotSeated
    return seat


def code_guess(request: Request) -> AbstractContextManager[None]:
    """Around whatever tells an unknown code from a known one: a browser that tries many is slowed down (TooMany)."""
    limits: Limits = limits_of(request)
    return limits.guess(WRONG_CODES, "wrong code", address_of(request), wrong=NotFound)


def guess_unless_seated(
    request: Request, database: Database, code: str, secret: str | None
) -> AbstractContextManager[None]:
    """As `code_guess`, but a browser that has a seat here guesses nothing, whatever others behind its address do."""
    with suppress(Refusal), database.reading() as db:
        if secret is not None and seat_at(db, read_code(code), secret) is not None:
            return nullcontext()
    return code_guess(request)


def drawn(painted: Painter, retro_id: UUID, audience: Audience) -> tuple[int, Mapping[str, Markup]]:
    """Version and HTML of all pieces of a page, from the same drawing that streams get."""
    drawing = painted.draw(retro_id, (audience,))
    if drawing is None:
        raise NotFound
    # S704: rendered by our own templates, which escape everything.
    return drawing.version, {name: Markup(html) for name, html in drawing.pieces[audience].items()}  # noqa: S704  (above)


def entrance(
    request: Request,
    database: Database,
    retro: RetroView,
    status: int = 200,
    *,
    error: str | None = None,
    wrong: str | None = None,
    ticket: str = "",
) -> HTMLResponse:
    """The page of a browser without a seat. `error`: what was refused, about the field `wrong`."""
    with database.reading() as db:
        seats = counts(db, retro.id)
        said = notices(db, retro.id) if retro.was_stopped else ()
    words = promise(PromiseSettings(
        retro.k, retro.way_in, tickets_issued=retro.tickets_issued, tickets_extra=retro.tickets_extra,
        closed=not retro.is_open, below_k_released=retro.is_revealed and retro.awaiting_release,
    ))  # fmt: skip
    context = {"counts": seats, "notices": said, "promise": words, "error": error, "wrong": wrong, "ticket": ticket}
    return page(request, "pages/board/join.html", status, retro=retro, **context)


def done(request: Request, target: str, fragment: str | None = None, **context: Any) -> Response:
    """After a post: for htmx the fragment (or nothing to swap), else back to the page."""
    if not wants_fragment(request):
        return RedirectResponse(target, 303)
    if fragment is None:
        return Response(status_code=204)
    return page(request, fragment, **context)


def no_store(response: HTMLResponse) -> HTMLResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
