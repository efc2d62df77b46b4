"""The ready-made bridges to read: what to do, and how to tell that it helped."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.actions.rules.bridges import BRIDGES
from app.web.deps import SignedIn
from app.web.templating import page

router = APIRouter(prefix="/desk")


@router.get("/bridges")
def bridges(request: Request, visitor: SignedIn) -> HTMLResponse:
    """All of them on one page that prints."""
    return page(request, "pages/actions/bridges.html", bridges=BRIDGES)
