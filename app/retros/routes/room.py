"""Who may still come in, how many people are expected and counted, who worked together, and which seat has to go."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from app.core.errors import Refusal
from app.retros import forms
from app.retros.queries import retros
from app.retros.routes.answers import done
from app.retros.rules.refusals import NotYourRetro
from app.retros.service import pairs as pairs_service
from app.retros.service import room
from app.web.bursts import bursts_of
from app.web.deps import TheRandom
from app.web.fields import Word, Words
from app.web.requests import AtDesk

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.post("/lock")
def set_lock(at: AtDesk, retro_id: UUID, locked: Annotated[Word, Form()] = "") -> Response:
    """`locked`: yes closes the room to new seats; anything else opens it."""
    with at.database.transaction() as db:
        change = room.lock if locked == "yes" else room.unlock
        change(db, at.visitor, retro_id)
    return done(at.request, retro_id)


@router.post("/expected")
def set_expected(
    at: AtDesk,
    retro_id: UUID,
    department: Annotated[Words | None, Form()] = None,
    people: Annotated[Words | None, Form()] = None,
) -> Response:
    """`department` and `people` are lists of the same length: each department with its people expected."""
    pairs = forms.pairs(department, people)
    with at.database.transaction() as db:
        retro = retros.get(db, retro_id, for_=at.visitor)
        room.set_expected(db, at.visitor, retro_id, forms.people_expected(pairs, retro))
    return done(at.request, retro_id, "/settings")


@router.post("/hands")
def set_hands(
    at: AtDesk,
    retro_id: UUID,
    hands: Annotated[Word, Form()] = "",
    hands_unknown: Annotated[Word, Form()] = "",
) -> Response:
    """How many people have the page open, corrected as they come."""
    number = forms.hands(hands, hands_unknown)
    with at.database.transaction() as db:
        room.set_hands(db, at.visitor, retro_id, number)
    return done(at.request, retro_id, "/settings")


@router.post("/pairs")
def set_pairs(
    at: AtDesk,
    retro_id: UUID,
    pair: Annotated[Words | None, Form()] = None,
    together: Annotated[Words | None, Form()] = None,
) -> Response:
    """`pair`: every pair that the form shows; `together`: those that are ticked."""
    apart = forms.pairs_apart(pair, together)
    with at.database.transaction() as db:
        pairs_service.set_pairs_apart(db, at.visitor, retro_id, apart)
    return done(at.request, retro_id, "/settings")


@router.post("/waiting")
def let_in(at: AtDesk, retro_id: UUID, random: TheRandom) -> Response:
    """Everybody gets a seat who waits because more came than were expected."""
    with at.database.transaction() as db:
        room.let_in(db, at.visitor, retro_id, random)
    return done(at.request, retro_id)


@router.post("/bursts/removal")
def remove_burst(at: AtDesk, retro_id: UUID, burst: Annotated[Word, Form()] = "") -> Response:
    """Seats that came at once from one place go in one step; `burst` is named by the settings page."""
    with at.database.reading() as db:
        retro = retros.get(db, retro_id, for_=at.visitor)
    if not retro.is_helped_by(at.visitor):
        raise NotYourRetro
    tags = bursts_of(at.request).take(str(retro_id), burst)
    if not tags:
        raise NothingToRemove
    with at.database.transaction() as db:
        room.remove_burst(db, at.visitor, retro_id, tags)
    return done(at.request, retro_id, "/settings")


class NothingToRemove(Refusal):
    sentence = "These seats are not remembered any more: ten minutes have passed. Each can be removed by its letters."


@router.post("/ejected-seats")
def eject_seat(at: AtDesk, retro_id: UUID, handle: Annotated[Word, Form()] = "") -> Response:
    with at.database.transaction() as db:
        room.eject_seat(db, at.visitor, retro_id, handle)
    return done(at.request, retro_id, "/settings")
