"""A participant's page: the pieces that all phones share, and beside them what is this browser's own."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.queries.mine import Mine, own_part
from app.board.routes.kit import ThePainter, drawn, entrance, guess_unless_seated, no_store
from app.board.rules import Audience
from app.core.db import Database
from app.core.ids import read_code
from app.entries.service import writing
from app.retros.queries.door import Outside, outside
from app.retros.queries.retros import by_code
from app.retros.queries.seats import seat_for
from app.retros.queries.views import RetroView
from app.retros.rules.refusals import SeatWasEjected
from app.web.deps import ReadingMark
from app.web.requests import AtRoom, NotSeated, SeatRequest
from app.web.templating import page

router = APIRouter(prefix="/r/{code}")


@router.get("")
def room(
    at: AtRoom,
    mark: ReadingMark,
    painter: ThePainter,
) -> Response:
    """The room for who has a seat; else the way to take one, or after the reveal the room to read along in."""
    if at.code != read_code(at.code):
        return RedirectResponse(f"/r/{read_code(at.code)}", 303)
    with guess_unless_seated(at.request, at.database, at.code, at.secret):
        retro, mine = _look(at.database, at.code, at.secret)
    if mine is None:
        return _from_outside(at, retro, mark)
    version, pieces = drawn(painter, retro.id, Audience.PARTICIPANT)
    context = {"retro": retro, "mine": mine, "pieces": pieces, "version": version, "server_now": at.now}
    return page(at.request, "pages/board/room.html", **context)


def _from_outside(at: SeatRequest, retro: RetroView, mark: str) -> Response:
    """Who has no seat: the way to take one, or to the room that is read along in."""
    with at.database.reading() as db:
        where = outside(db, retro, at.secret, mark)
    if where is Outside.ENTRANCE:
        return entrance(at.request, at.database, retro)
    return RedirectResponse(f"/r/{retro.code}/{'moment' if retro.lets_in_by_press else 'reading'}", 303)


@router.get("/mine")
def mine(at: AtRoom) -> HTMLResponse:
    """This browser's own part, asked for when the stage changes; nothing is its own once the retro is closed."""
    with guess_unless_seated(at.request, at.database, at.code, at.secret), at.database.reading() as db:
        retro, seat = seat_for(db, read_code(at.code), at.secret)
        own = own_part(db, retro, seat) if seat else None
    if own is None and retro.is_open:
        raise NotSeated
    template = "fragments/board/mine.html" if own else "fragments/board/mine_gone.html"
    return no_store(page(at.request, template, retro=retro, mine=own))


def _look(database: Database, code: str, secret: str | None) -> tuple[RetroView, Mine | None]:
    try:
        with database.reading() as db:
            retro, seat = seat_for(db, code, secret)
            return retro, own_part(db, retro, seat) if seat else None
    except SeatWasEjected:
        _forget(database, code, secret)
        raise


def _forget(database: Database, code: str, secret: str | None) -> None:
    """An ejected seat's drafts can only be found by its own secret: they go with this request."""
    with database.transaction() as db:
        retro = by_code(db, code)
        if retro is not None and secret is not None:
            writing.forget_ejected(db, retro.id, secret)
