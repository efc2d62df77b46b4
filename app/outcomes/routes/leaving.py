"""The page for somebody who leaves: what is open, who takes it over, and one button for all of it. For admins."""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.errors import Refusal
from app.core.security_log import happened
from app.departments.queries import sends_mail
from app.outcomes.queries.leaving import leaving
from app.outcomes.service import leaving as leaving_service
from app.outcomes.service.leaving import SomebodyIsMissing
from app.people.rules import Visitor
from app.people.service.refusals import LastAdmin, OnlyAdmins
from app.web.deps import TheDatabase
from app.web.fields import Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/people/{account_id}/leaving")
Many = Annotated[Words | None, Form()]


@dataclass(frozen=True, slots=True)
class TypedHandover:
    """Who was chosen for each item (its key -> an account's id), and for all the rest; as it was sent."""

    who: dict[str, str] = field(default_factory=dict)
    usual: str = ""

    @property
    def chosen(self) -> dict[str, UUID]:
        return {key: found for key, value in self.who.items() if (found := _account(value))}


@router.get("")
def somebody_leaves(at: AtDesk, account_id: UUID) -> HTMLResponse:
    return _page(at.request, at.visitor, at.database, account_id, TypedHandover())


@router.post("")
def hand_over(
    at: AtDesk,
    account_id: UUID,
    item: Many = None,
    who: Many = None,
    usual: Annotated[Word, Form()] = "",
) -> Response:
    """`item` and `who` come in pairs, one for each thing that is open."""
    typed = TypedHandover(dict(zip(item or [], who or [], strict=False)), usual)
    try:
        with at.database.transaction() as db:
            count = leaving_service.leave(db, at.visitor, account_id, typed.chosen, _account(usual), at.now)
    except (SomebodyIsMissing, LastAdmin) as refusal:
        return _page(at.request, at.visitor, at.database, account_id, typed, refusal)
    happened("account_disabled", by=at.visitor.account_id, account=account_id, handed_over=count)
    return RedirectResponse(f"/desk/people/{account_id}?done={'left' if count else 'disabled'}", 303)


def _page(
    request: Request,
    visitor: Visitor,
    database: TheDatabase,
    account_id: UUID,
    typed: TypedHandover,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    if not visitor.is_admin:
        raise OnlyAdmins
    with database.reading() as db:
        found, mails = leaving(db, account_id), sends_mail(db)
    return page(
        request,
        "pages/outcomes/somebody_leaves.html",
        refusal.status if refusal else 200,
        leaving=found,
        mails=mails,
        typed=typed,
        wrong=refusal.sentence if refusal else "",
        problems=refusal.by_key if isinstance(refusal, SomebodyIsMissing) else {},
    )


def _account(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
