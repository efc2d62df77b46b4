"""The big screen in the room: the same pieces in large type, and nothing to press."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from app.board.routes.kit import ThePainter, drawn
from app.board.rules import Audience
from app.retros.queries.retros import get_even_if_shut
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.get("/screen")
def screen(
    at: AtDesk,
    retro_id: UUID,
    painter: ThePainter,
) -> Response:
    """Opened by who runs the retro; who looks in has a page of their own."""
    with at.database.reading() as db:
        retro = get_even_if_shut(db, retro_id, at.visitor)
    if not retro.is_helped_by(at.visitor):
        return RedirectResponse(f"/desk/retros/{retro_id}", 303)
    version, pieces = drawn(painter, retro_id, Audience.SCREEN)
    context = {"retro": retro, "pieces": pieces, "version": version, "desk": f"/desk/retros/{retro_id}"}
    return page(at.request, "pages/board/screen.html", server_now=at.now, **context)
