"""A person's calendar of due dates: the page that makes, replaces and stops it, and the calendar itself."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.config import Settings
from app.core.db import Database
from app.core.errors import NotFound, Refusal
from app.core.own_address import own_address
from app.core.security_log import happened
from app.notifications.queries import feed as feed_queries
from app.notifications.queries.feed import Reader
from app.notifications.service import feed as feed_service
from app.people.rules import Visitor
from app.web.conditional import etag_of, is_known
from app.web.deps import TheClock, TheDatabase, TheSettings
from app.web.limits import address_of, limits_of
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()

TRIES = "60 per minute"
READS = "60 per hour"
"""Of one calendar: the busiest known client asks every few minutes."""


@router.get("/desk/settings/calendar")
def calendar(at: AtDesk, done: str = "") -> HTMLResponse:
    flash = (
        "The address has stopped working. Calendars that fetched it will say so or stay as they are."
        if done
        else None
    )
    return _calendar_page(at.request, at.visitor, at.database, at.settings, flash=flash)


@router.post("/desk/settings/calendar")
def make_calendar(at: AtDesk) -> HTMLResponse:
    """Answers with the page itself: the address is shown once, and a redirect would have to carry it."""
    with at.database.transaction() as db:
        token = feed_service.make_feed(db, at.visitor, at.now)
    happened("calendar_made", account=at.visitor.account_id)
    address = f"{own_address(at.settings)}/calendar/{token}.ics"
    return _calendar_page(at.request, at.visitor, at.database, at.settings, address=address)


@router.post("/desk/settings/calendar/revocation")
def stop_calendar(at: AtDesk) -> RedirectResponse:
    with at.database.transaction() as db:
        feed_service.stop_feed(db, at.visitor)
    happened("calendar_stopped", account=at.visitor.account_id)
    return RedirectResponse("/desk/settings/calendar?done=stopped", 303)


@router.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
def feed(
    request: Request,
    token: str,
    database: TheDatabase,
    clock: TheClock,
    settings: TheSettings,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    reader = _reader(request, database, token, clock.now())
    with database.reading() as db:
        contents = feed_queries.calendar_for(db, reader.visitor, own_address(settings), clock.now())
    etag = etag_of(contents)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if is_known(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return Response(contents, media_type="text/calendar; charset=utf-8", headers=headers)


def _reader(request: Request, database: Database, token: str, now: datetime) -> Reader:
    """Who reads it, counted. Raises NotFound, TooMany."""
    with limits_of(request).guess(TRIES, "calendar address", address_of(request), wrong=NotFound):
        with database.reading() as db:
            found = feed_queries.reader_of(db, token, now)
        if found is None:
            raise NotFound
    limits_of(request).spend(READS, "calendar", str(found.visitor.account_id))
    if found.is_unseen:
        # Only for its owner to see; a database that cannot be written just now must not stop reading.
        with suppress(Refusal), database.transaction() as db:
            feed_service.feed_was_read(db, found.visitor.account_id, now)
    return found


def _calendar_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    settings: Settings,
    *,
    address: str | None = None,
    flash: str | None = None,
) -> HTMLResponse:
    with database.reading() as db:
        found = feed_queries.feed_of(db, visitor)
    return page(
        request,
        "pages/notifications/calendar.html",
        201 if address else 200,
        feed=found,
        address=address,
        is_https=urlsplit(own_address(settings)).scheme == "https",
        flash={"kind": "ok", "text": flash} if flash else None,
    )
