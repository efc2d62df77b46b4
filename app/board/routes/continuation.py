"""The day on which a retro goes on, as a calendar file for phones: it leads back into the room."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.board.routes.kit import NotSeated, guess_unless_seated
from app.core.ids import read_code
from app.retros.queries.continuation import calendar_file
from app.retros.queries.door import onlooker_of
from app.retros.queries.seats import seat_for
from app.web.deps import ReadingMark, SeatSecret, TheClock, TheDatabase, TheSettings
from app.web.door import door

router = APIRouter(prefix="/r/{code}")


@router.get("/continuation.ics")
def calendar(
    request: Request,
    code: str,
    secret: SeatSecret,
    mark: ReadingMark,
    database: TheDatabase,
    clock: TheClock,
    settings: TheSettings,
) -> Response:
    """For who sits in the room, or reads along. Nothing of the seat is in it."""
    with guess_unless_seated(request, database, code, secret), database.reading() as db:
        retro, seat = seat_for(db, read_code(code), secret)
        inside = seat is not None or onlooker_of(db, read_code(code), secret, mark) is not None
    if not inside:
        raise NotSeated
    file = calendar_file(retro, f"{door(settings).base}/r/{retro.code}", clock.now())
    return Response(file, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})
