"""The big screen in the room: the same pieces in large type, and nothing to press."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.board.routes.kit import ThePainter, drawn
from app.board.rules import Audience
from app.retros.queries import get
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.get("/screen")
def screen(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    painter: ThePainter,
    clock: TheClock,
) -> HTMLResponse:
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
    version, pieces = drawn(painter, retro_id, Audience.SCREEN)
    context = {"retro": retro, "pieces": pieces, "version": version, "desk": f"/desk/retros/{retro_id}"}
    return page(request, "pages/board/screen.html", server_now=clock.now(), **context)
