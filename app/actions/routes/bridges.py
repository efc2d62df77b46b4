"""The ready-made bridges to read: what to do, and how to tell that it helped."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.actions.rules.bridges import BRIDGES
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/bridges")
def bridges(at: AtDesk) -> HTMLResponse:
    """All of them on one page that prints."""
    return page(at.request, "pages/actions/bridges.html", bridges=BRIDGES)
