"""What an operator wants to know of this server process: its version, work that fails, what it keeps in memory."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.core import cache
from app.core.errors import NotFound
from app.core.jobs import failing
from app.core.version import version
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()


@router.get("/desk/server")
def server(at: AtDesk) -> HTMLResponse:
    """For admins. Of several processes it shows the one that answers."""
    if not at.visitor.is_admin:
        raise NotFound
    caches = list(cache.usage(at.database))
    with at.database.reading() as db:
        troubles = failing(db, at.now)
        return page(at.request, "pages/desk/server.html", version=version(), troubles=troubles, caches=caches)
