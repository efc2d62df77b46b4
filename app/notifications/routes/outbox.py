"""The outbox for admins: what waits, what could not be sent, what is only kept, and a button to try again."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.core.db import Database
from app.core.errors import Refusal
from app.departments import queries
from app.notifications.queries import mails
from app.notifications.service import mails as mails_service
from app.notifications.service import testing
from app.people.rules import Visitor
from app.web.limits import limits_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter(prefix="/desk/mail")
TESTS = "5 per 5 minutes"


@router.get("")
def outbox(at: AtDesk) -> HTMLResponse:
    return _outbox_page(at.request, at.visitor, at.database)


@router.post("/test")
def send_test_mail(at: AtDesk) -> HTMLResponse:
    """To the admin who presses it; answers with what the mail server said, within fifteen seconds."""
    limits_of(at.request).spend(TESTS, "test mail", str(at.visitor.account_id))
    with at.database.reading() as db:
        mails.outbox(db, for_=at.visitor)  # raises NotFound for who is no admin
    try:
        testing.send_test_mail(at.database, at.settings, at.visitor.email, at.visitor.name, at.now)
    except Refusal as refusal:
        return _outbox_page(
            at.request, at.visitor, at.database, {"kind": "error", "text": refusal.sentence}, refusal.status
        )
    told = f"The mail server took a test mail to {at.visitor.email}. Look whether it arrives, and how it looks."
    return _outbox_page(at.request, at.visitor, at.database, {"kind": "ok", "text": told})


@router.get("/{mail_id}")
def mail(at: AtDesk, mail_id: UUID) -> HTMLResponse:
    with at.database.reading() as db:
        found = mails.one_mail(db, mail_id, for_=at.visitor)
    return page(at.request, "pages/notifications/mail.html", mail=found.mail, parts=found.parts)


@router.post("/{mail_id}/attempts")
def try_again(at: AtDesk, mail_id: UUID) -> RedirectResponse:
    with at.database.transaction() as db:
        mails_service.try_again(db, at.visitor, mail_id, at.now)
    return RedirectResponse("/desk/mail", 303)


def _outbox_page(
    request: Request, visitor: Visitor, database: Database, flash: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    with database.reading() as db:
        found, is_demo, sends = mails.outbox(db, for_=visitor), mails.is_demo(db), queries.sends_mail(db)
    context = {"outbox": found, "sends": sends, "is_demo": is_demo}
    return page(request, "pages/notifications/outbox.html", status, flash=flash, **context)
