"""How a write is answered: htmx gets 204, because the live pieces redraw; other browsers go back to a page."""

from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.retros.rules.presses import ALREADY
from app.web.templating import page as fragment
from app.web.templating import wants_fragment


def done(request: Request, retro_id: UUID, page: str = "") -> Response:
    """Back to the retro's screen, or to the `page` below it that the form stands on."""
    if wants_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}{page}", status_code=303)


def already(request: Request, retro_id: UUID, what: str) -> Response:
    """To who pressed twice: nothing happened a second time, said calmly. `what`: a word of `ALREADY`."""
    if wants_fragment(request):
        return fragment(request, "fragments/retros/already.html", said=ALREADY[what])
    return RedirectResponse(f"/desk/retros/{retro_id}?already={what}", status_code=303)
