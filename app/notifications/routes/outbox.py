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
from app.web.deps import SignedIn, TheClock, TheDatabase, TheSettings
from app.web.limits import limits_of
from app.web.templating import page

router = APIRouter(prefix="/desk/mail")
TESTS = "5 per 5 minutes"


@router.get("")
def outbox(request: Request, visitor: SignedIn, database: TheDatabase) -> HTMLResponse:
    return _outbox_page(request, visitor, database)


@router.post("/test")
def send_test_mail(
    request: Request, visitor: SignedIn, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> HTMLResponse:
    """To the admin who presses it; answers with what the mail server said, within fifteen seconds."""
    limits_of(request).spend(TESTS, "test mail", str(visitor.account_id))
    with database.reading() as db:
        mails.outbox(db, for_=visitor)  # raises NotFound for who is no admin
    try:
        testing.send_test_mail(database, settings, visitor.email, visitor.name, clock.now())
    except Refusal as refusal:
        return _outbox_page(request, visitor, database, {"kind": "error", "text": refusal.sentence}, refusal.status)
    told = f"The mail server took a test mail to {visitor.email}. Look whether it arrives, and how it looks."
    return _outbox_page(request, visitor, database, {"kind": "ok", "text": told})


@router.get("/{mail_id}")
def mail(mail_id: UUID, request: Request, visitor: SignedIn, database: TheDatabase) -> HTMLResponse:
    with database.reading() as db:
        found = mails.one_mail(db, mail_id, for_=visitor)
    return page(request, "pages/notifications/mail.html", mail=found.mail, parts=found.parts)


@router.post("/{mail_id}/attempts")
def try_again(mail_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> RedirectResponse:
    with database.transaction() as db:
        mails_service.try_again(db, visitor, mail_id, clock.now())
    return RedirectResponse("/desk/mail", 303)


def _outbox_page(
    request: Request, visitor: Visitor, database: Database, flash: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    with database.reading() as db:
        found, is_demo, sends = mails.outbox(db, for_=visitor), mails.is_demo(db), queries.sends_mail(db)
    context = {"outbox": found, "sends": sends, "is_demo": is_demo}
    return page(request, "pages/notifications/outbox.html", status, flash=flash, **context)
