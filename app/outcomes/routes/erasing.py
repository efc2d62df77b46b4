"""Erasing words after the close, at the desk: one asks, a second confirms, or it is taken back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from app.core.errors import Refusal
from app.outcomes.queries.erasing import erasing
from app.outcomes.queries.outcomes import OutcomeIsNotReady, outcome
from app.outcomes.rules.erasing import Reason
from app.outcomes.rules.words import ERASED, ERASED_BECAUSE
from app.outcomes.service import erasing as service
from app.people.rules import Visitor
from app.retros.queries.retros import get as get_retro
from app.retros.rules.refusals import NotYourRetro
from app.web.deps import TheDatabase
from app.web.fields import Prose, Word
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/retros/{retro_id}/outcome/erasures")

WORDS = {"erased": ERASED, "because": ERASED_BECAUSE}
REASONS = [(str(one), ERASED_BECAUSE[one]) for one in Reason if one is not Reason.KEPT_LONG_ENOUGH]


@router.get("")
def erase(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        context = _page(db, at.visitor, retro_id)
    return page(at.request, "pages/outcomes/erase.html", **context)


@router.post("")
def ask(
    at: AtDesk,
    retro_id: UUID,
    piece: Annotated[Word, Form()] = "",
    reason: Annotated[Prose, Form()] = "",
) -> Response:
    def do(db: Session) -> None:
        service.ask(db, at.visitor, retro_id, piece, reason, at.now)

    return _answered(at.request, retro_id, at.visitor, at.database, do, piece=piece, reason=reason)


@router.post("/{erasure_id}/confirmation")
def confirm(at: AtDesk, retro_id: UUID, erasure_id: UUID) -> Response:
    def do(db: Session) -> None:
        service.confirm(db, at.visitor, retro_id, erasure_id, at.now)

    return _answered(at.request, retro_id, at.visitor, at.database, do)


@router.post("/{erasure_id}/removal")
def take_back(at: AtDesk, retro_id: UUID, erasure_id: UUID) -> Response:
    def do(db: Session) -> None:
        service.cancel_erasure(db, at.visitor, retro_id, erasure_id)

    return _answered(at.request, retro_id, at.visitor, at.database, do)


def _answered(
    request: Request, retro_id: UUID, visitor: Visitor, database: TheDatabase, do: Any, **kept: str
) -> Response:
    """Back to the page; a refusal that can be mended there is said on it, with what was chosen."""
    try:
        with database.transaction() as db:
            do(db)
    except (service.NotOneOfTheTwo, service.NotTheSecond, service.TextIsGone, service.NothingToErase) as wrong:
        return _refused(request, retro_id, visitor, database, wrong, kept)
    return RedirectResponse(f"/desk/retros/{retro_id}/outcome/erasures", 303)


def _refused(
    request: Request, retro_id: UUID, visitor: Visitor, database: TheDatabase, wrong: Refusal, kept: dict[str, str]
) -> HTMLResponse:
    with database.reading() as db:
        context = _page(db, visitor, retro_id)
    context |= {"wrong": wrong.sentence, "kept": context["kept"] | kept}
    return page(request, "pages/outcomes/erase.html", wrong.status, **context)


def _page(db: Session, visitor: Visitor, retro_id: UUID) -> dict[str, Any]:
    retro = get_retro(db, retro_id, for_=visitor)
    if not (retro.is_helped_by(visitor) or visitor.is_admin):
        raise NotYourRetro
    if not outcome(db, retro_id, for_=visitor).is_fixed:
        raise OutcomeIsNotReady
    return {
        "retro": retro,
        "erasing": erasing(db, retro, visitor),
        "words": WORDS,
        "reasons": REASONS,
        "wrong": None,
        "kept": {"piece": "", "reason": ""},
    }
