"""Agreements at the desk: those in force, one with its reviews, and what the room says of them at check-in."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.actions.forms.fields import read_reason
from app.actions.forms.missing import missing_as_problems
from app.actions.queries import policy, rights
from app.agreements import queries as agreements_queries
from app.agreements import service as agreements_service
from app.agreements.forms import TypedAgreement, read_agreement, read_review_day, read_verdict
from app.agreements.rules import UNTIL_THE_CLOSE
from app.core.db import Database
from app.departments.queries import all_departments
from app.people.rules import Visitor
from app.retros.queries.retros import get_off_the_board
from app.web.deps import TheDatabase
from app.web.fields import Prose, Word
from app.web.forms import InvalidForm, Problems
from app.web.requests import AtDesk
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk")

AgreementForm = Annotated[TypedAgreement, Form()]


@router.get("/agreements")
def agreements(at: AtDesk) -> HTMLResponse:
    """What waits for an answer, what is in force by pair, what is to be looked at, and what is over."""
    with at.database.reading() as db:
        today = policy.calendar_of(db, None).day(at.now)
        lists = agreements_queries.agreements_for(db, at.visitor, today)
    return page(
        at.request, "pages/agreements/agreements.html", lists=lists, today=today, may_write=_may_write(at.visitor)
    )


@router.get("/agreements/new")
def new_agreement(at: AtDesk, providing: Word = "", requesting: Word = "") -> HTMLResponse:
    """The empty form; `providing` and `requesting` may name departments."""
    typed = TypedAgreement(providing_department=providing, requesting_department=requesting)
    return _form(at.request, at.visitor, at.database, typed, Problems())


@router.post("/agreements")
def write_agreement(at: AtDesk, typed: AgreementForm) -> Response:
    try:
        agreement_id = _write(at.database, at.visitor, typed, at.now)
    except InvalidForm as invalid:
        return _form(at.request, at.visitor, at.database, typed, invalid.problems, 422)
    return RedirectResponse(f"/desk/agreements/{agreement_id}", 303)


@router.get("/agreements/{agreement_id}")
def agreement(at: AtDesk, agreement_id: UUID) -> HTMLResponse:
    """One agreement with what each retro of the pair said of it."""
    return _one(at.request, at.visitor, at.database, agreement_id, at.now)


@router.post("/agreements/{agreement_id}/consent")
def agree(at: AtDesk, agreement_id: UUID) -> Response:
    with at.database.transaction() as db:
        agreements_service.say_yes(db, at.visitor, agreement_id, at.now)
    return RedirectResponse(f"/desk/agreements/{agreement_id}", 303)


@router.post("/agreements/{agreement_id}/refusal")
def disagree(
    at: AtDesk,
    agreement_id: UUID,
    reason: Annotated[Prose, Form()] = "",
) -> Response:
    """No, with a reason that the other side reads."""
    refused = _with_reason(
        agreements_service.say_no, at.request, at.visitor, at.database, agreement_id, at.now, reason
    )
    return refused or RedirectResponse("/desk/agreements", 303)


@router.post("/agreements/{agreement_id}/end")
def end(
    at: AtDesk,
    agreement_id: UUID,
    reason: Annotated[Prose, Form()] = "",
) -> Response:
    refused = _with_reason(
        agreements_service.end_agreement, at.request, at.visitor, at.database, agreement_id, at.now, reason
    )
    return refused or RedirectResponse(f"/desk/agreements/{agreement_id}", 303)


@router.post("/agreements/{agreement_id}/review-day")
def move_review(
    at: AtDesk,
    agreement_id: UUID,
    review_on: Annotated[Word, Form()] = "",
) -> Response:
    """Another day on which it is looked at; an empty field: at each retro only."""
    day, problems = read_review_day(review_on)
    if problems:
        return _one(at.request, at.visitor, at.database, agreement_id, at.now, problems)
    with at.database.transaction() as db:
        agreements_service.move_review(db, at.visitor, agreement_id, day)
    return RedirectResponse(f"/desk/agreements/{agreement_id}", 303)


@router.get("/retros/{retro_id}/agreements")
def review_agreements(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    """What is in force between the departments of a retro, with buttons for what its room says of each."""
    with at.database.reading() as db:
        retro = get_off_the_board(db, retro_id, for_=at.visitor)
        found = agreements_queries.agreements_in_room(db, retro, at.now)
    may_review = retro.is_helped_by(at.visitor) and retro.stage in UNTIL_THE_CLOSE
    return page(
        at.request, "pages/agreements/review_agreements.html", retro=retro, agreements=found, may_review=may_review
    )


@router.post("/retros/{retro_id}/agreements/{agreement_id}/review")
def review_agreement(
    at: AtDesk,
    retro_id: UUID,
    agreement_id: UUID,
    verdict: Annotated[Word, Form()] = "",
) -> Response:
    """Kept, partly or broken; an empty verdict takes it back. htmx: nothing to swap, the live board redraws it."""
    with at.database.transaction() as db:
        agreements_service.review_in_room(db, at.visitor, retro_id, agreement_id, read_verdict(verdict), at.now)
    if wants_fragment(at.request):
        return Response(status_code=204)
    return RedirectResponse(f"/desk/retros/{retro_id}/agreements#agreement-{agreement_id}", 303)


def _write(database: TheDatabase, visitor: Visitor, typed: TypedAgreement, now: datetime) -> UUID:
    terms, problems = read_agreement(typed)
    with missing_as_problems(problems), database.transaction() as db:
        return agreements_service.write_agreement(db, visitor, terms, now)


def _form(
    request: Request,
    visitor: Visitor,
    database: TheDatabase,
    typed: TypedAgreement,
    problems: Problems,
    status: int = 200,
) -> HTMLResponse:
    with database.reading() as db:
        departments = all_departments(db)
    return page(
        request,
        "pages/agreements/new_agreement.html",
        status,
        typed=typed,
        problems=problems,
        departments=departments,
        ours=[one for one in departments if one.id in visitor.leads],
        may_write=_may_write(visitor),
    )


def _with_reason(
    say: Callable[[Session, Visitor, UUID, str, datetime], None],
    request: Request,
    visitor: Visitor,
    database: Database,
    agreement_id: UUID,
    now: datetime,
    typed: str,
) -> HTMLResponse | None:
    """Say something of an agreement that needs a reason; its page again, with what was typed, when it will not do."""
    reason, problems = read_reason(typed)
    try:
        with missing_as_problems(problems), database.transaction() as db:
            say(db, visitor, agreement_id, reason, now)
    except InvalidForm as invalid:
        return _one(request, visitor, database, agreement_id, now, invalid.problems, typed)
    return None


def _one(
    request: Request,
    visitor: Visitor,
    database: TheDatabase,
    agreement_id: UUID,
    now: datetime,
    problems: Problems | None = None,
    reason: str = "",
) -> HTMLResponse:
    """The page of an agreement; with `problems` again, with what was typed kept."""
    with database.reading() as db:
        context = _of_agreement(db, visitor, agreement_id, now)
    status = 422 if problems else 200
    return page(
        request, "pages/agreements/agreement.html", status, problems=problems or Problems(), reason=reason, **context
    )


def _of_agreement(db: Session, visitor: Visitor, agreement_id: UUID, now: datetime) -> dict[str, Any]:
    view = agreements_queries.agreement(db, agreement_id, for_=visitor)
    return {
        "agreement": view,
        "leads": {side.id: [one.name for one in rights.leads_of(db, side.id)] for side in view.waits_for},
        "may_answer": view.may_be_answered_by(visitor),
        "may_end": view.may_be_ended_by(visitor),
        "may_move": view.may_be_moved_by(visitor),
        "today": policy.calendar_of(db, view.requesting.id).day(now),
    }


def _may_write(visitor: Visitor) -> bool:
    return visitor.sees_everything or bool(visitor.leads)
