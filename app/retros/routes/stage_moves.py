"""What moves a retro: its stage, its time, the topic in the spotlight and the secret questions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.core.db import Database
from app.people.rules import Visitor
from app.retros import forms
from app.retros.routes.answers import already, done
from app.retros.rules.names import LowSafetyChoice
from app.retros.rules.preparation import WRITING_DAYS_MOST
from app.retros.rules.questions import ROTI, SAFETY
from app.retros.service import entering, questions, safety, timebox
from app.retros.service.timebox import EXTENSION_MOST, TOPIC_MINUTES
from app.web.deps import TheRandom
from app.web.fields import Word
from app.web.requests import AtDesk

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.post("/stage")
def enter_stage(
    at: AtDesk,
    retro_id: UUID,
    random: TheRandom,
    typed: Annotated[forms.TypedMove, Form()],
) -> Response:
    """Move on, or back, from where the button stood; from anywhere else nothing moves."""
    moved = entering.enter(at.database, at.visitor, retro_id, forms.move(typed), at.now, random)
    return done(at.request, retro_id) if moved else already(at.request, retro_id, "moved")


@router.post("/extensions")
def extend(
    at: AtDesk,
    retro_id: UUID,
    minutes: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes")
    with at.database.transaction() as db:
        timebox.extend(db, at.visitor, retro_id, more, at.now)
    return done(at.request, retro_id)


@router.post("/writing-deadline")
def set_writing_deadline(
    at: AtDesk,
    retro_id: UUID,
    days: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(days, 1, WRITING_DAYS_MOST, "days", "the days")
    with at.database.transaction() as db:
        timebox.extend_writing(db, at.visitor, retro_id, more, at.now)
    return done(at.request, retro_id, "/settings")


@router.post("/safety")
def choose_after_low_safety(
    at: AtDesk,
    retro_id: UUID,
    random: TheRandom,
    choice: Annotated[Word, Form()] = "",
    writing_days: Annotated[Word, Form()] = "",
) -> Response:
    days = forms.number(
        writing_days, 1, WRITING_DAYS_MOST, "writing_days", "the days", default=forms.WRITING_DAYS_DEFAULT
    )
    chosen = LowSafetyChoice(forms.one_of(choice, LowSafetyChoice, "choice"))
    with at.database.transaction() as db:
        safety.choose_after_low_safety(db, at.visitor, retro_id, chosen, at.now, random, days)
    return done(at.request, retro_id)


@router.post("/spotlight")
def move_spotlight(
    at: AtDesk,
    retro_id: UUID,
    topic: Annotated[Word, Form()] = "",
    minutes: Annotated[Word, Form()] = "",
    leaving: Annotated[Word, Form()] = "",
) -> Response:
    """A topic into the spotlight, or, with no topic, none. `leaving`: what was in it when the button was drawn, or
    none."""
    topic_id = forms.maybe_id(topic, "topic", "a topic")
    box = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes", default=TOPIC_MINUTES)
    left = forms.lit(leaving)
    with at.database.transaction() as db:
        moved = timebox.spotlight(db, at.visitor, retro_id, topic_id, at.now, box, leaving=left)
    return done(at.request, retro_id) if moved else already(at.request, retro_id, "lit")


@router.post("/spotlight/extensions")
def extend_spotlight(
    at: AtDesk,
    retro_id: UUID,
    minutes: Annotated[Word, Form()] = "",
) -> Response:
    more = forms.number(minutes, 1, EXTENSION_MOST, "minutes", "the minutes")
    with at.database.transaction() as db:
        timebox.extend_spotlight(db, at.visitor, retro_id, more, at.now)
    return done(at.request, retro_id)


@router.post("/questions/more-time")
def ask_more_time(at: AtDesk, retro_id: UUID, asked: Annotated[Word, Form()] = "") -> Response:
    """`asked`: how often the topic's question had been asked when the button was drawn."""
    after = forms.times_asked(asked)
    with at.database.transaction() as db:
        question = questions.ask_more_time(db, at.visitor, retro_id, after)
    return done(at.request, retro_id) if question else already(at.request, retro_id, "asked")


@router.post("/questions/more-time/end")
def end_more_time(at: AtDesk, retro_id: UUID, asked: Annotated[Word, Form()] = "") -> Response:
    """`asked`: which time of asking the button was drawn for."""
    which = forms.times_asked(asked)
    with at.database.transaction() as db:
        ended = questions.end_more_time_now(db, at.visitor, retro_id, which)
    return done(at.request, retro_id) if ended else already(at.request, retro_id, "answered")


@router.post("/questions/safety/end")
def end_safety_check(at: AtDesk, retro_id: UUID) -> Response:
    return _end(at.request, retro_id, at.visitor, at.database, SAFETY)


@router.post("/meeting")
def begin_meeting(at: AtDesk, retro_id: UUID) -> Response:
    """People who wrote over days come together: the safety check is asked."""
    with at.database.transaction() as db:
        begun = questions.begin_meeting(db, at.visitor, retro_id)
    return done(at.request, retro_id) if begun else already(at.request, retro_id, "begun")


@router.post("/safety/shown")
def show_safety(at: AtDesk, retro_id: UUID) -> Response:
    with at.database.transaction() as db:
        safety.show_safety(db, at.visitor, retro_id)
    return done(at.request, retro_id)


@router.post("/questions/roti/end")
def end_roti(at: AtDesk, retro_id: UUID) -> Response:
    return _end(at.request, retro_id, at.visitor, at.database, ROTI)


def _end(request: Request, retro_id: UUID, visitor: Visitor, database: Database, question: str) -> Response:
    with database.transaction() as db:
        was_over = questions.question_is_over(db, retro_id, question)
        questions.end_question(db, visitor, retro_id, question)
    return already(request, retro_id, "answered") if was_over else done(request, retro_id)
