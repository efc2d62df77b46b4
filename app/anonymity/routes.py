"""Public pages for worried readers: what anonymous means here. Takes no database; words come from the rules."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.anonymity.rules.doubts import DOUBTS
from app.anonymity.rules.promise import PromiseSettings, promise
from app.web.templating import page

router = APIRouter()
K_USUAL = 5


@router.get("/about/anonymity")
def anonymity(request: Request) -> HTMLResponse:
    usual = promise(PromiseSettings(k=K_USUAL))
    by_ticket = promise(PromiseSettings(k=K_USUAL, way_in="ticket", tickets_mailed=True))
    return page(request, "pages/anonymity/anonymity.html", usual=usual, by_ticket=by_ticket, k=K_USUAL, doubts=DOUBTS)
