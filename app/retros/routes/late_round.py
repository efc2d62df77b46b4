""" "One more thing": asked before it starts, then started, made longer or ended by who runs the retro."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from app.retros import forms
from app.retros.events import LateRoundEnds
from app.retros.queries.retros import get
from app.retros.routes.answers import already, done
from app.retros.rules.late_round import EXTENSIONS, LATE_ROUND_LASTS
from app.retros.rules.refusals import LateRoundIsOver, NotYourRetro
from app.retros.service import late_round as late_round_service
from app.web.deps import TheRandom
from app.web.fields import Word
from app.web.requests import AtDesk
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}/late-round")


@router.get("")
def late_round(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    """What it will do, and the button that does it: in a dialog of the board, or as a page of its own. The same
    words whether anybody waits at the door or not."""
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
    if not retro.is_helped_by(at.visitor):
        raise NotYourRetro
    if not retro.late_round_is_due:
        raise LateRoundIsOver
    template = "fragments/retros/late_round.html" if wants_fragment(at.request) else "pages/retros/late_round.html"
    seconds = int(LATE_ROUND_LASTS.total_seconds())
    return page(at.request, template, retro=retro, desk=f"/desk/retros/{retro_id}", seconds=seconds)


@router.post("")
def start(at: AtDesk, retro_id: UUID, random: TheRandom) -> Response:
    with at.database.transaction() as db:
        begun = late_round_service.start_late_round(db, at.visitor, retro_id, at.now, random)
    return done(at.request, retro_id) if begun else already(at.request, retro_id, "round-begun")


@router.post("/extensions")
def extend(
    at: AtDesk,
    retro_id: UUID,
    seconds: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(seconds, min(EXTENSIONS), max(EXTENSIONS), "seconds", "the seconds")
    with at.database.transaction() as db:
        late_round_service.extend_late_round(db, at.visitor, retro_id, more, at.now)
    return done(at.request, retro_id)


@router.post("/end")
def end(at: AtDesk, retro_id: UUID, random: TheRandom) -> Response:
    with at.database.reading() as db:
        helps = get(db, retro_id, for_=at.visitor).is_helped_by(at.visitor)
    if helps:
        at.database.bus.prepare(at.database, LateRoundEnds(retro_id))
    with at.database.transaction() as db:
        ended = late_round_service.end_late_round(db, at.visitor, retro_id, at.now, random)
    return done(at.request, retro_id) if ended else already(at.request, retro_id, "round-over")
