"""The day on which a retro goes on, as a calendar file for phones: it leads back into the room."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.board.routes.kit import guess_unless_seated
from app.core.ids import read_code
from app.retros.queries.continuation import calendar_file
from app.retros.queries.door import onlooker_of
from app.retros.queries.seats import seat_for
from app.web.deps import ReadingMark
from app.web.door import door
from app.web.requests import AtRoom, NotSeated

router = APIRouter(prefix="/r/{code}")


@router.get("/continuation.ics")
def calendar(
    at: AtRoom,
    mark: ReadingMark,
) -> Response:
    """For who sits in the room, or reads along. Nothing of the seat is in it."""
    with guess_unless_seated(at.request, at.database, at.code, at.secret), at.database.reading() as db:
        retro, seat = seat_for(db, read_code(at.code), at.secret)
        inside = seat is not None or onlooker_of(db, read_code(at.code), at.secret, mark) is not None
    if not inside:
        raise NotSeated
    file = calendar_file(retro, f"{door(at.settings).base}/r/{retro.code}", at.now)
    return Response(file, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})
