"""What moves a retro: its stage, its time, the topic in the spotlight and the secret questions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.retros import forms, service
from app.retros.events import StageAsked
from app.retros.queries import get
from app.retros.routes.answers import done
from app.retros.rules import ROTI, SAFETY, WRITING_DAYS_MOST, LowSafetyChoice, Stage
from app.retros.service.timing import EXTENSION_MOST, TOPIC_MINUTES
from app.web.deps import SignedIn, TheClock, TheDatabase, TheRandom
from app.web.fields import Word

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.post("/stage")
def enter_stage(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    random: TheRandom,
    stage: Annotated[Word, Form()] = "",
    leaving: Annotated[Word, Form()] = "",
    late_round: Annotated[Word, Form()] = "",
    asks_hands: Annotated[Word, Form()] = "",
    hands: Annotated[Word, Form()] = "",
    hands_unknown: Annotated[Word, Form()] = "",
) -> Response:
    """Move on, or back; `late_round` skip: without "one more thing". The safety check ends by itself first, and stays
    ended when it asks for a choice. `leaving`: the stage that the button stood in; `hands`: asked for as check-in
    ends."""
    to, here = forms.stage(stage), forms.stage(leaving) if leaving else None
    counted = forms.hands(hands, hands_unknown) if asks_hands else None
    if to in {Stage.WRITE, Stage.GROUP}:
        with database.transaction() as db:
            service.end_safety_check(db, visitor, retro_id, to)
    with database.reading() as db:
        helps = get(db, retro_id, for_=visitor).is_helped_by(visitor)
    if helps:
        database.bus.comes(database, StageAsked(retro_id, to))
    with database.transaction() as db:
        if late_round == "skip":
            service.skip_late_round(db, visitor, retro_id, random)
        service.move_to(db, visitor, retro_id, to, clock.now(), random, hands=counted, leaving=here)
    return done(request, retro_id)


@router.post("/extensions")
def extend(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    minutes: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes")
    with database.transaction() as db:
        service.extend(db, visitor, retro_id, more, clock.now())
    return done(request, retro_id)


@router.post("/writing-deadline")
def set_writing_deadline(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    days: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(days, 1, WRITING_DAYS_MOST, "days", "the days")
    with database.transaction() as db:
        service.extend_writing(db, visitor, retro_id, more, clock.now())
    return done(request, retro_id, "/settings")


@router.post("/safety")
def choose_after_low_safety(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    random: TheRandom,
    choice: Annotated[Word, Form()] = "",
    writing_days: Annotated[Word, Form()] = "",
) -> Response:
    days = forms.number(
        writing_days, 1, WRITING_DAYS_MOST, "writing_days", "the days", default=forms.WRITING_DAYS_DEFAULT
    )
    chosen = LowSafetyChoice(forms.one_of(choice, LowSafetyChoice, "choice"))
    with database.transaction() as db:
        service.choose_after_low_safety(db, visitor, retro_id, chosen, clock.now(), random, days)
    return done(request, retro_id)


@router.post("/spotlight")
def move_spotlight(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    topic: Annotated[Word, Form()] = "",
    minutes: Annotated[Word, Form()] = "",
) -> Response:
    """A topic into the spotlight, or, with no topic, none."""
    topic_id = forms.maybe_id(topic, "topic", "a topic")
    box = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes", default=TOPIC_MINUTES)
    with database.transaction() as db:
        service.spotlight(db, visitor, retro_id, topic_id, clock.now(), box)
    return done(request, retro_id)


@router.post("/spotlight/extensions")
def extend_spotlight(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    clock: TheClock,
    minutes: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes")
    with database.transaction() as db:
        service.extend_spotlight(db, visitor, retro_id, more, clock.now())
    return done(request, retro_id)


@router.post("/questions/more-time")
def ask_more_time(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        service.ask_more_time(db, visitor, retro_id)
    return done(request, retro_id)


@router.post("/questions/more-time/end")
def end_more_time(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        service.end_more_time_now(db, visitor, retro_id)
    return done(request, retro_id)


@router.post("/questions/safety/end")
def end_safety_check(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        service.end_question(db, visitor, retro_id, SAFETY)
    return done(request, retro_id)


@router.post("/meeting")
def begin_meeting(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    """People who wrote over days come together: the safety check is asked."""
    with database.transaction() as db:
        service.begin_meeting(db, visitor, retro_id)
    return done(request, retro_id)


@router.post("/safety/shown")
def show_safety(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        service.show_safety(db, visitor, retro_id)
    return done(request, retro_id)


@router.post("/questions/roti/end")
def end_roti(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> Response:
    with database.transaction() as db:
        service.end_question(db, visitor, retro_id, ROTI)
    return done(request, retro_id)
