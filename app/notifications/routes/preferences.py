"""When and about what somebody wants mail: the page at the desk, and the signed link in each mail, which needs no
sign-in. That link opens a page and changes nothing; a button there, or the mail reader's own (RFC 8058), posts."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.notifications.forms.preferences import PreferencesForm
from app.notifications.queries import preferences as preferences_queries
from app.notifications.routes.links import guess_a_link
from app.notifications.rules.kinds import KIND_HINTS, KIND_WORDS
from app.notifications.service import preferences as preferences_service
from app.people.rules import Visitor
from app.web.deps import TheDatabase
from app.web.fields import Line, Word, Words
from app.web.requests import AtDesk
from app.web.templating import page

router = APIRouter()
SAVED = {"kind": "ok", "text": "Saved. This counts from the next mail on."}
ONE_CLICK = "One-Click"


@router.get("/desk/settings/mail")
def preferences(at: AtDesk, done: str = "") -> Response:
    return _preferences_page(at.request, at.visitor, at.database, flash=SAVED if done else None)


@router.post("/desk/settings/mail")
def choose(
    at: AtDesk,
    kinds: Annotated[Words | None, Form()] = None,
    quiet_from: Annotated[Word, Form()] = "",
    quiet_until: Annotated[Word, Form()] = "",
    time_zone: Annotated[Line, Form()] = "",
) -> Response:
    form = PreferencesForm.of(kinds or [], quiet_from, quiet_until, time_zone)
    if form.problems:
        return _preferences_page(at.request, at.visitor, at.database, form)
    try:
        with at.database.transaction() as db:
            preferences_service.choose(db, at.visitor, form.off, form.quiet, form.time_zone)
    except Invalid as refusal:
        form.problems.add(refusal.field or "time_zone", refusal.sentence)
        return _preferences_page(at.request, at.visitor, at.database, form)
    return RedirectResponse("/desk/settings/mail?done=1", 303)


@router.get("/mail/off/{token}")
def switch(token: str, request: Request, database: TheDatabase) -> HTMLResponse:
    guess_a_link(request, database, token, preferences_queries.switch, NotFound)
    return _switch_page(request, database, token)


@router.post("/mail/off/{token}")
def switch_off(
    token: str,
    request: Request,
    database: TheDatabase,
    one_click: Annotated[Line, Form(alias="List-Unsubscribe")] = "",
) -> Response:
    """Also asked by mail providers, without a cookie and without a page of ours: they follow no redirect."""
    guess_a_link(request, database, token, preferences_queries.switch, NotFound)
    with database.transaction() as db:
        preferences_service.switch_kind(db, token, is_on=False)
    if one_click == ONE_CLICK:
        return _switch_page(request, database, token)
    return RedirectResponse(f"/mail/off/{token}", 303)


@router.post("/mail/on/{token}")
def switch_on(token: str, request: Request, database: TheDatabase) -> RedirectResponse:
    guess_a_link(request, database, token, preferences_queries.switch, NotFound)
    with database.transaction() as db:
        preferences_service.switch_kind(db, token, is_on=True)
    return RedirectResponse(f"/mail/off/{token}", 303)


def _switch_page(request: Request, database: Database, token: str) -> HTMLResponse:
    with database.reading() as db:
        found = preferences_queries.switch(db, token)
    words, hint = KIND_WORDS[found.kind], KIND_HINTS[found.kind]
    return page(request, "pages/notifications/switch.html", switch=found, words=words, hint=hint, token=token)


def _preferences_page(
    request: Request,
    visitor: Visitor,
    database: Database,
    form: PreferencesForm | None = None,
    flash: dict[str, str] | None = None,
) -> HTMLResponse:
    with database.reading() as db:
        view = preferences_queries.preferences(db, visitor.account_id)
    return page(
        request,
        "pages/notifications/preferences.html",
        422 if form else 200,
        form=form or PreferencesForm.of_view(view),
        usual=view,
        kinds=[(kind, words, KIND_HINTS[kind]) for kind, words in KIND_WORDS.items()],
        flash=flash,
    )
