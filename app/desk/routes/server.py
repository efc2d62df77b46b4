"""What an operator wants to know of this server process: its version, work that fails, what it keeps in memory."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.core import cache
from app.core.errors import NotFound
from app.core.jobs import failing
from app.core.version import version
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.templating import page

router = APIRouter()


@router.get("/desk/server")
def server(request: Request, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    """For admins. Of several processes it shows the one that answers."""
    if not visitor.is_admin:
        raise NotFound
    caches = list(cache.usage(database))
    with database.reading() as db:
        troubles = failing(db, clock.now())
        return page(request, "pages/desk/server.html", version=version(), troubles=troubles, caches=caches)
