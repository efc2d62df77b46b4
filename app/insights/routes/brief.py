"""The kick-off brief: one page that prints, for exactly the departments of a new project."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.insights.queries import brief as queries
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/projects/{project_id}/brief")
def brief(
    request: Request, project_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock
) -> HTMLResponse:
    """What these departments promised each other, still open first."""
    with database.reading() as db:
        found = queries.brief(db, visitor, project_id, clock.now())
    return page(request, "pages/insights/brief.html", brief=found, now=clock.now())
