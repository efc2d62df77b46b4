"""Who runs a retro: co-facilitators, the stand-in, handing over and taking over; and the page that holds it all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlmodel import Session

from app.people.queries import facilitators
from app.retros import forms
from app.retros.queries import facilitation, retros, seats
from app.retros.queries.views import RetroView
from app.retros.routes.answers import done
from app.retros.rules.refusals import NotYourRetro
from app.retros.service import facilitators as facilitators_service
from app.retros.service import takeovers
from app.web.bursts import bursts_of
from app.web.fields import Word
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.get("/settings")
def settings(at: AtDesk, retro_id: UUID) -> Response:
    with at.database.reading() as db:
        retro = retros.get(db, retro_id, for_=at.visitor)
        if not retro.is_helped_by(at.visitor):
            raise NotYourRetro
        people = [one for one in facilitators(db) if not one.is_disabled]
        who, notices = facilitation.facilitation(db, retro_id), facilitation.notices(db, retro_id)
        waits, more_came = _at_the_door(db, retro)
    # Only where something is wrong: who came together with whom is nobody's business else.
    bursts = bursts_of(at.request).of(str(retro_id)) if more_came else []
    mine = {"facilitation": who, "notices": notices, "waits": waits, "bursts": bursts}
    return page(at.request, "pages/retros/settings.html", retro=retro, people=people, **mine)


def _at_the_door(db: Session, retro: RetroView) -> tuple[bool, bool]:
    """Whether somebody waits, and whether more came than were expected."""
    waits = retro.lets_in_by_press and seats.how_many_wait(db, retro.id) > 0
    counted = seats.counts(db, retro.id)
    return waits, waits or (counted.expected is not None and (counted.seated or 0) > counted.expected)


@router.post("/co-facilitators")
def add_co_facilitator(at: AtDesk, retro_id: UUID, account: Annotated[Word, Form()] = "") -> Response:
    account_id = forms.some_id(account, "account", "somebody")
    with at.database.transaction() as db:
        facilitators_service.add_co_facilitator(db, at.visitor, retro_id, account_id)
    return done(at.request, retro_id, "/settings")


@router.post("/co-facilitators/removal")
def remove_co_facilitator(at: AtDesk, retro_id: UUID, account: Annotated[Word, Form()] = "") -> Response:
    account_id = forms.some_id(account, "account", "somebody")
    with at.database.transaction() as db:
        facilitators_service.remove_co_facilitator(db, at.visitor, retro_id, account_id)
    return done(at.request, retro_id, "/settings")


@router.post("/stand-in")
def name_stand_in(at: AtDesk, retro_id: UUID, account: Annotated[Word, Form()] = "") -> Response:
    """No account: nobody stands in."""
    account_id = forms.maybe_id(account, "account", "somebody")
    with at.database.transaction() as db:
        facilitators_service.name_stand_in(db, at.visitor, retro_id, account_id)
    return done(at.request, retro_id, "/settings")


@router.post("/lead")
def change_lead(
    at: AtDesk,
    retro_id: UUID,
    account: Annotated[Word, Form()] = "",
) -> Response:
    """Hand the lead to `account`; without one it is taken over from somebody who is gone."""
    account_id = forms.maybe_id(account, "account", "somebody")
    with at.database.transaction() as db:
        if account_id is None:
            takeovers.take_over(db, at.visitor, retro_id, at.now)
        else:
            facilitators_service.hand_over(db, at.visitor, retro_id, account_id, at.now)
    return done(at.request, retro_id)


@router.post("/lead/return")
def come_back(at: AtDesk, retro_id: UUID) -> Response:
    """She whose lead was taken over leads again."""
    with at.database.transaction() as db:
        takeovers.come_back(db, at.visitor, retro_id, at.now)
    return done(at.request, retro_id)
