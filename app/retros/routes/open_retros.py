"""What is said of a retro that lies open: it goes on another day, it goes on now, it is kept open."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from app.core.errors import Invalid
from app.core.places import zone_of
from app.departments.queries import organisation
from app.retros import forms
from app.retros.queries.continuation import calendar_file
from app.retros.queries.retros import get
from app.retros.queries.views import RetroView
from app.retros.routes.answers import done
from app.retros.rules.ending import CONTINUES_WITHIN
from app.retros.rules.names import Stage
from app.retros.rules.refusals import NotRevealedYet, NotYourRetro
from app.retros.service import continuation as continuation_service
from app.retros.service import ending
from app.web.deps import TheClock, TheRandom
from app.web.door import door
from app.web.requests import AtDesk, DeskRequest
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}")
A_WEEK = timedelta(days=7)
QUARTER = 15


@router.post("/kept-open")
def keep_open(at: AtDesk, retro_id: UUID) -> Response:
    with at.database.transaction() as db:
        ending.keep_open(db, at.visitor, retro_id, at.now)
    return done(at.request, retro_id)


@router.get("/continuation")
def continuation(
    at: AtDesk,
    retro_id: UUID,
) -> HTMLResponse:
    """On which day it goes on, and what that does: in a dialog of the board, or as a page of its own."""
    return _form(at, retro_id)


@router.post("/continuation")
def continue_on(
    at: AtDesk,
    retro_id: UUID,
    random: TheRandom,
    typed: Annotated[forms.TypedContinuation, Form()],
) -> Response:
    here = forms.stage(typed.leaving) if typed.leaving else None
    try:
        with at.database.reading() as db:
            moment = forms.moment(typed.day, typed.at, organisation(db).place)
        with at.database.transaction() as db:
            continuation_service.continue_on(db, at.visitor, retro_id, moment, at.now, random, leaving=here)
    except Invalid as refusal:
        if wants_fragment(at.request):
            raise
        return _form(at, retro_id, {"day": typed.day[:10], "at": typed.at[:5]}, refusal.sentence, status=422)
    return done(at.request, retro_id)


@router.post("/continuation/now")
def go_on(at: AtDesk, retro_id: UUID) -> Response:
    with at.database.transaction() as db:
        continuation_service.go_on(db, at.visitor, retro_id, at.now)
    return done(at.request, retro_id)


@router.get("/continuation.ics")
def calendar(at: AtDesk, retro_id: UUID) -> Response:
    """For whoever may see the retro at the desk: it leads there, and names no code of the room."""
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
    file = calendar_file(retro, f"{door(at.settings).base}/desk/retros/{retro.id}", at.now)
    return Response(file, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


def _form(
    at: DeskRequest,
    retro_id: UUID,
    typed: dict[str, str] | None = None,
    problem: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
        zone = organisation(db).place.zone
    if not retro.is_helped_by(at.visitor):
        raise NotYourRetro
    if not retro.is_revealed:
        raise NotRevealedYet
    template = (
        "fragments/retros/continuation.html" if wants_fragment(at.request) else "pages/retros/continuation.html"
    )
    now = at.now.astimezone(zone_of(zone))
    context = {
        "desk": f"/desk/retros/{retro_id}",
        "zone": zone,
        "typed": typed or _proposed(retro, zone, at.clock),
        "first": now.date(),
        "last": (now + CONTINUES_WITHIN).date(),
        "votes": retro.stage is Stage.VOTE,
        "problem": problem,
    }
    return page(at.request, template, status, retro=retro, **context)


def _proposed(retro: RetroView, zone: str, clock: TheClock) -> dict[str, str]:
    """The day that stands already, else in a week, at the quarter of an hour at which this meeting began."""
    began = retro.time_boxes[Stage.CHECK_IN].started_at if Stage.CHECK_IN in retro.time_boxes else None
    local = (retro.continues_at or began or clock.now()).astimezone(zone_of(zone))
    day = local.date() if retro.continues_at else (clock.now() + A_WEEK).astimezone(zone_of(zone)).date()
    return {"day": f"{day:%Y-%m-%d}", "at": f"{local.hour:02}:{local.minute - local.minute % QUARTER:02}"}
