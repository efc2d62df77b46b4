"""The page behind a warning's button: no sign-in, no cookie. Looking changes nothing; the button there keeps the
retro open."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.errors import Refusal
from app.notifications.queries.keeping_open import keep_link_of, keep_view
from app.notifications.routes.links import spend_a_link
from app.notifications.rules.keeping_open import KeepLinkDoesNotWork
from app.retros.service import ending
from app.web.deps import TheClock, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/m/open")


@router.get("/{token}")
def keep_open_link(request: Request, token: str, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    spend_a_link(request, database, token, keep_link_of, KeepLinkDoesNotWork)
    with database.reading() as db:
        found = keep_view(db, token, clock.now())
    return page(request, "pages/notifications/keep_open.html", found=found, address=f"/m/open/{token}")


@router.post("/{token}")
def keep_open(request: Request, token: str, database: TheDatabase, clock: TheClock) -> Response:
    """Pressed twice it keeps the retro open once; what cannot be kept any longer is said by the page."""
    spend_a_link(request, database, token, keep_link_of, KeepLinkDoesNotWork)
    try:
        with database.transaction() as db:
            found = keep_view(db, token, clock.now())
            if found.ending.closes_at is not None:
                ending.keep_open(db, found.visitor, found.retro.id, clock.now())
    except Refusal as refusal:
        if isinstance(refusal, KeepLinkDoesNotWork):
            raise
    return RedirectResponse(f"/m/open/{token}", 303)
