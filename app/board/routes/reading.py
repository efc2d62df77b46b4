"""The room without a seat, after the reveal: what phones show, live, and nothing to press."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from app.board.routes.kit import ThePainter, drawn, guess_unless_seated, no_store
from app.board.rules import Audience
from app.core.ids import read_code
from app.retros.queries.door import Outside, outside
from app.retros.queries.seats import seat_for
from app.web.deps import ReadingMark
from app.web.requests import AtRoom
from app.web.templating import page

router = APIRouter(prefix="/r/{code}")


@router.get("/reading")
def reading(
    at: AtRoom,
    mark: ReadingMark,
    painter: ThePainter,
) -> Response:
    """For who waits to be let in, and for who came too late for that; anybody else goes by the room's own page."""
    with guess_unless_seated(at.request, at.database, at.code, at.secret), at.database.reading() as db:
        retro, seat = seat_for(db, read_code(at.code), at.secret)
        where = outside(db, retro, at.secret, mark)
    if seat is not None or where is Outside.ENTRANCE or retro.lets_in_by_press:
        return RedirectResponse(f"/r/{retro.code}", 303)
    version, pieces = drawn(painter, retro.id, Audience.READER)
    context = {"pieces": pieces, "version": version, "server_now": at.now, "waits": where is Outside.WAITS}
    return no_store(page(at.request, "pages/board/reading.html", retro=retro, **context))


@router.get("/moment")
def one_moment(at: AtRoom) -> Response:
    """For who waits because more came than were expected; looks again by itself until the desk lets them in."""
    with guess_unless_seated(at.request, at.database, at.code, at.secret), at.database.reading() as db:
        retro, seat = seat_for(db, read_code(at.code), at.secret)
        waits = seat is None and retro.lets_in_by_press and outside(db, retro, at.secret) is Outside.WAITS
    if not waits:
        return RedirectResponse(f"/r/{retro.code}", 303)
    return no_store(page(at.request, "pages/board/one_moment.html", retro=retro))
