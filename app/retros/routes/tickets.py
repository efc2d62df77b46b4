"""Tickets: printed as a deck, or mailed at once. What leaves here is kept nowhere, so nothing can be shown again."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.core.db import Database
from app.core.errors import Invalid
from app.departments.queries import sends_mail
from app.people.rules import Visitor
from app.retros import forms
from app.retros.queries import retros
from app.retros.queries.views import RetroView
from app.retros.rules.names import WayIn
from app.retros.rules.refusals import NotYourRetro
from app.retros.service import ticket_mails
from app.retros.service import tickets as tickets_service
from app.retros.service.tickets import TICKETS_MOST, IssuedTicket, NoTicketsHere
from app.web.deps import TheRandom
from app.web.door import door
from app.web.fields import Sheet, Word, Words
from app.web.forms import InvalidForm
from app.web.requests import AtDesk, DeskRequest
from app.web.templating import page

router = APIRouter(prefix="/desk/retros/{retro_id}/tickets")


@router.get("")
def tickets(at: AtDesk, retro_id: UUID) -> Response:
    retro = _with_tickets(at.database, retro_id, at.visitor)
    return _form(at.request, retro, mails=_mails(at.database))


@router.post("")
def issue_tickets(
    at: AtDesk,
    retro_id: UUID,
    random: TheRandom,
    department: Annotated[Words | None, Form()] = None,
    people: Annotated[Words | None, Form()] = None,
    replacing: Annotated[Word, Form()] = "",
) -> Response:
    """Answers with the deck itself, not with a redirect: the codes exist in this answer and nowhere else, so there is
    no page to lead to. Sending the form again draws other tickets, which are counted in public like these."""
    retro = _with_tickets(at.database, retro_id, at.visitor)
    typed, anew = forms.pairs(department, people), replacing == "on"
    try:
        wanted = forms.tickets_wanted(typed, retro, TICKETS_MOST)
        with at.database.transaction() as db:
            deck = tickets_service.issue_tickets(db, at.visitor, retro_id, wanted, random, replacing=anew)
    except Invalid as refusal:
        mails = _mails(at.database)
        return _form(at.request, retro, mails=mails, typed=typed, problem=refusal.sentence, status=422)
    return _deck_page(at, retro, deck)


def _deck_page(at: DeskRequest, retro: RetroView, deck: Sequence[IssuedTicket]) -> Response:
    """A leaf for each ticket, with its code to be scanned."""
    entrance = door(at.settings)
    room = f"{entrance.base}/r/{retro.code}"
    leaves = [(one, retro.department(one.department_id), entrance.picture(f"{room}#{one.code}")) for one in deck]
    return page(
        at.request, "pages/retros/issue_tickets.html", retro=retro, leaves=leaves, room=room, trouble=entrance.trouble
    )


@router.post("/mails")
def mail_tickets(
    at: AtDesk,
    retro_id: UUID,
    random: TheRandom,
    addresses: Annotated[Sheet, Form()] = "",
) -> Response:
    """Sends at once and answers with how it went: who was invited is not kept, so there is no page to lead to."""
    retro = _with_tickets(at.database, retro_id, at.visitor)
    if not _mails(at.database):
        raise Invalid("No mail is sent from here, so tickets can only be printed.", field="addresses")
    try:
        invitations = forms.invitations(addresses, retro, TICKETS_MOST)
    except InvalidForm as wrong:
        return _form(at.request, retro, mails=True, addresses=addresses, mail_problem=wrong.sentence, status=422)
    base = door(at.settings).base
    failed = ticket_mails.mail_tickets(at.database, at.settings, base, at.visitor, retro_id, invitations, random)
    sent = len(invitations) - len(failed)
    return page(at.request, "pages/retros/mail_tickets.html", retro=retro, sent=sent, failed=failed)


def _mails(database: Database) -> bool:
    with database.reading() as db:
        return sends_mail(db)


def _with_tickets(database: Database, retro_id: UUID, visitor: Visitor) -> RetroView:
    with database.reading() as db:
        retro = retros.get(db, retro_id, for_=visitor)
    if not retro.is_helped_by(visitor):
        raise NotYourRetro
    if retro.way_in is not WayIn.TICKET:
        raise NoTicketsHere
    return retro


def _form(
    request: Request,
    retro: RetroView,
    *,
    mails: bool,
    typed: Mapping[str, str] | None = None,
    problem: str | None = None,
    addresses: str = "",
    mail_problem: str | None = None,
    status: int = 200,
) -> Response:
    counted: Sequence[tuple[str, str]] = [(str(d.id), str(d.expected or "")) for d in retro.departments]
    return page(
        request,
        "pages/retros/tickets.html",
        status,
        retro=retro,
        mails=mails,
        typed=typed or dict(counted),
        problem=problem,
        addresses=addresses,
        mail_problem=mail_problem,
    )
