"""A participant's page: the pieces that all phones share, and beside them what is this browser's own."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.queries.mine import Mine, own_part
from app.board.routes.kit import NotSeated, ThePainter, drawn, entrance, guess_unless_seated, no_store
from app.board.rules import Audience
from app.core.db import Database
from app.core.ids import read_code
from app.entries.service import writing
from app.retros.queries.door import Outside, outside
from app.retros.queries.retros import by_code
from app.retros.queries.seats import seat_for
from app.retros.queries.views import RetroView
from app.retros.rules.refusals import SeatWasEjected
from app.web.deps import ReadingMark, SeatSecret, TheClock, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/r/{code}")


@router.get("")
def room(
    request: Request,
    code: str,
    secret: SeatSecret,
    mark: ReadingMark,
    database: TheDatabase,
    painter: ThePainter,
    clock: TheClock,
) -> Response:
    """The room for who has a seat; else the way to take one, or after the reveal the room to read along in."""
    if code != read_code(code):
        return RedirectResponse(f"/r/{read_code(code)}", 303)
    with guess_unless_seated(request, database, code, secret):
        retro, mine = _look(database, code, secret)
    if mine is None:
        with database.reading() as db:
            where = outside(db, retro, secret, mark)
        if where is Outside.ENTRANCE:
            return entrance(request, database, retro)
        return RedirectResponse(f"/r/{retro.code}/{'moment' if retro.lets_in_by_press else 'reading'}", 303)
    version, pieces = drawn(painter, retro.id, Audience.PARTICIPANT)
    context = {"retro": retro, "mine": mine, "pieces": pieces, "version": version, "server_now": clock.now()}
    return page(request, "pages/board/room.html", **context)


@router.get("/mine")
def mine(request: Request, code: str, secret: SeatSecret, database: TheDatabase) -> HTMLResponse:
    """This browser's own part, asked for when the stage changes; nothing is its own once the retro is closed."""
    with guess_unless_seated(request, database, code, secret), database.reading() as db:
        retro, seat = seat_for(db, read_code(code), secret)
        own = own_part(db, retro, seat) if seat else None
    if own is None and retro.is_open:
        raise NotSeated
    template = "fragments/board/mine.html" if own else "fragments/board/mine_gone.html"
    return no_store(page(request, template, retro=retro, mine=own))


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
