"""How good the proposed topics are: what people made of them, for admins."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.topics.queries import topic_board
from app.web.deps import SignedIn, TheDatabase
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/proposals")
def proposals(request: Request, visitor: SignedIn, database: TheDatabase) -> HTMLResponse:
    """Of n proposals so far: kept, changed, refused, left alone; for each encoder that proposed."""
    with database.reading() as db:
        found = topic_board.proposal_figures(db, for_=visitor)
    return page(request, "pages/topics/proposals.html", figures=found)
