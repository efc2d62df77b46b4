"""How good the proposed topics are: what people made of them, for admins."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.topics.queries import topic_board
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/proposals")
def proposals(at: AtDesk) -> HTMLResponse:
    """Of n proposals so far: kept, changed, refused, left alone; for each encoder that proposed."""
    with at.database.reading() as db:
        found = topic_board.proposal_figures(db, for_=at.visitor)
    return page(at.request, "pages/topics/proposals.html", figures=found)
