"""Outcomes over HTTP: at the desk, on phones that were in the room, and by share links; as page and as files."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.core.errors import Invalid, NotFound
from app.core.ids import read_code
from app.core.own_address import own_address
from app.outcomes.forms.replies import TypedReply, read_reply
from app.outcomes.queries import late_replies, outcomes
from app.outcomes.queries.erasing import done as erased_in
from app.outcomes.queries.outcomes import OutcomeView
from app.outcomes.rules.document import to_contents
from app.outcomes.rules.markdown import outcome_markdown
from app.outcomes.rules.sharing import SHARE_DAYS
from app.outcomes.rules.table import outcome_csv
from app.outcomes.rules.words import ERASED, ERASED_BECAUSE, KINDS, SCOPES, STANDING_MARKS, STANDINGS, gone
from app.outcomes.service import outcomes as outcomes_service
from app.outcomes.service.outcomes import ReplyHasChanged, ReplyIsOver
from app.people.rules import Visitor
from app.retros.queries.retros import get as get_retro
from app.web.deps import TheClock, TheDatabase
from app.web.fields import Word
from app.web.files import file_of
from app.web.limits import address_of, limits_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()

WORDS = {
    "kinds": KINDS,
    "standings": STANDINGS,
    "marks": STANDING_MARKS,
    "scopes": SCOPES,
    "gone": gone,
    "erased": ERASED,
    "because": ERASED_BECAUSE,
}
TRIES = "60 per minute"


@router.get("/desk/retros/{retro_id}/outcome")
def show(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        context = _at_desk(db, at.visitor, retro_id, at.now)
    return page(at.request, "pages/outcomes/show.html", link=None, **context)


@router.get("/desk/retros/{retro_id}/outcome.md")
def markdown(at: AtDesk, retro_id: UUID) -> Response:
    view = _outcome(at.database, at.visitor, retro_id)
    return file_of(outcome_markdown(view.document, view.states), "text/markdown; charset=utf-8", "outcome.md")


@router.get("/desk/retros/{retro_id}/outcome.csv")
def table(at: AtDesk, retro_id: UUID) -> Response:
    view = _outcome(at.database, at.visitor, retro_id)
    # The mark at the start lets spreadsheets read UTF-8.
    return file_of("\ufeff" + outcome_csv(view.document, view.states), "text/csv; charset=utf-8", "outcome.csv")


@router.get("/desk/retros/{retro_id}/outcome.json")
def contents(at: AtDesk, retro_id: UUID) -> Response:
    view = _outcome(at.database, at.visitor, retro_id)
    fixed_at = view.fixed_at.isoformat() if view.fixed_at else None
    whole = {**to_contents(view.document), "fixed_at": fixed_at, "states_now": dict(view.states)}
    return file_of(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "application/json", "outcome.json")


@router.post("/desk/retros/{retro_id}/outcome/shares")
def share(
    at: AtDesk,
    retro_id: UUID,
    days: Annotated[Word, Form()] = "",
    with_wording: Annotated[Word, Form()] = "",
) -> HTMLResponse:
    """Answers with the page itself: the link is shown once, and a redirect would have to carry it in an address."""
    with at.database.transaction() as db:
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
        _, token = outcomes_service.share(db, at.visitor, retro_id, number, bool(with_wording), at.now)
    with at.database.reading() as db:
        context = _at_desk(db, at.visitor, retro_id, at.now)
    return page(
        at.request, "pages/outcomes/show.html", 201, link=f"{own_address(at.settings)}/shared/{token}", **context
    )


@router.post("/desk/retros/{retro_id}/outcome/shares/{share_id}/revocation")
def revoke(at: AtDesk, retro_id: UUID, share_id: UUID) -> RedirectResponse:
    with at.database.transaction() as db:
        outcomes_service.revoke(db, at.visitor, retro_id, share_id, at.now)
    return RedirectResponse(f"/desk/retros/{retro_id}/outcome", 303)


@router.post("/desk/retros/{retro_id}/outcome/replies")
def reply_late(
    at: AtDesk,
    retro_id: UUID,
    typed: Annotated[TypedReply, Form()],
) -> Response:
    """A department that did not vote replies after the close. A refusal keeps what was typed in its form."""
    try:
        reply = read_reply(typed)
        with at.database.transaction() as db:
            outcomes_service.reply_late(db, at.visitor, retro_id, reply, at.now)
    except (Invalid, ReplyIsOver, ReplyHasChanged) as wrong:
        with at.database.reading() as db:
            context = {**_at_desk(db, at.visitor, retro_id, at.now), "typed": typed, "wrong": wrong.sentence}
        return page(at.request, "pages/outcomes/show.html", wrong.status, link=None, **context)
    return RedirectResponse(f"/desk/retros/{retro_id}/outcome#late-replies", 303)


@router.post("/desk/retros/{retro_id}/outcome/room")
def open_to_room(
    at: AtDesk,
    retro_id: UUID,
    is_open: Annotated[Word, Form()] = "",
) -> RedirectResponse:
    with at.database.transaction() as db:
        outcomes_service.open_to_room(db, at.visitor, retro_id, bool(is_open), at.now)
    return RedirectResponse(f"/desk/retros/{retro_id}/outcome", 303)


@router.get("/r/{code}/outcome")
def room(request: Request, code: str, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    """For phones that were in the room: no seat is needed (they are gone), so none is read."""
    guess = limits_of(request).guess(TRIES, "outcome", address_of(request), wrong=NotFound)
    with guess, database.reading() as db:
        view = outcomes.for_the_room(db, read_code(code), clock.now())
    return page(request, "pages/outcomes/room.html", outcome=view, words=WORDS)


@router.get("/shared/{token}")
def shared(request: Request, token: str, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    with limits_of(request).guess(TRIES, "shared", address_of(request)), database.reading() as db:
        view = outcomes.shared(db, token, clock.now())
    return page(request, "pages/outcomes/shared.html", outcome=view, words=WORDS)


def _outcome(database: TheDatabase, visitor: Visitor, retro_id: UUID) -> OutcomeView:
    with database.reading() as db:
        return outcomes.outcome(db, retro_id, for_=visitor)


def _at_desk(db: Session, visitor: Visitor, retro_id: UUID, now: datetime) -> dict[str, Any]:
    retro = get_retro(db, retro_id, for_=visitor)
    may_share = retro.is_helped_by(visitor) or visitor.is_admin
    view = outcomes.outcome(db, retro_id, for_=visitor)
    return {
        "outcome": view,
        "words": WORDS,
        "may_share": may_share and view.is_fixed,
        "erased": erased_in(db, retro_id),
        "late_replies": late_replies.late_replies(db, retro, visitor, now),
        "shares": outcomes.shares(db, retro_id, now) if may_share else [],
        "share_days": SHARE_DAYS,
        "room_is_open": view.room_until is not None and view.room_until > now,
    }
