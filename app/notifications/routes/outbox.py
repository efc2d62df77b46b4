"""The outbox for admins: what waits, what could not be sent, what is only kept, and a button to try again."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from app.notifications import queries, service
from app.web.deps import SignedIn, TheClock, TheDatabase, TheSettings
from app.web.templating import page

router = APIRouter(prefix="/desk/mail")


@router.get("")
def outbox(request: Request, visitor: SignedIn, database: TheDatabase, settings: TheSettings) -> HTMLResponse:
    with database.reading() as db:
        found, is_demo = queries.outbox(db, for_=visitor), queries.is_demo(db)
    sends = settings.smtp_host is not None and not is_demo
    return page(request, "pages/notifications/outbox.html", outbox=found, sends=sends, is_demo=is_demo)


@router.get("/{mail_id}")
def mail(mail_id: UUID, request: Request, visitor: SignedIn, database: TheDatabase) -> HTMLResponse:
    with database.reading() as db:
        found = queries.one_mail(db, mail_id, for_=visitor)
    return page(request, "pages/notifications/mail.html", mail=found.mail, parts=found.parts)


@router.post("/{mail_id}/attempts")
def try_again(mail_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> RedirectResponse:
    with database.transaction() as db:
        service.try_again(db, visitor, mail_id, clock.now())
    return RedirectResponse("/desk/mail", 303)
