"""Writing: autosave, send, edit, delete. What was typed is never lost, whatever the answer."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.board.forms import TypedDraft, TypedEntry, read_entry
from app.board.queries.mine import own_entries, own_part
from app.board.routes.kit import ThePainter, done, drawn, seat_here, seated
from app.board.rules import Audience
from app.core.errors import Invalid
from app.entries.queries import DraftView
from app.entries.rules.nudges import nudges
from app.entries.service import signing, writing
from app.people.queries import roster
from app.web.deps import TheClock, TheDatabase
from app.web.requests import AtSeat
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/r/{code}")
EntryForm = Annotated[TypedEntry, Form()]
DraftForm = Annotated[TypedDraft, Form()]


@router.post("/draft")
def autosave(at: AtSeat, typed: DraftForm) -> Response:
    """What is being typed, kept as unsent: nobody else ever sees it before it is sent. Answers with gentle advice."""
    fields = read_entry(typed)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        said = (fields.kind or None, fields.text, fields.about, fields.dimension)
        writing.autosave(db, seat, fields.key, *said, slot=fields.slot)
    with at.database.reading() as db:
        known = roster(db)
    return page(at.request, "fragments/board/advice.html", advice=_advice(fields.text, known))


@router.post("/entries")
def send(
    at: AtSeat,
    painter: ThePainter,
    typed: EntryForm,
) -> Response:
    """Send an entry, or the new wording of one; the same key twice is one entry."""
    fields = read_entry(typed)
    try:
        with at.database.transaction() as db:
            seat = seat_here(db, at.code, at.secret)
            said = (fields.kind, fields.text, fields.about, fields.dimension)
            writing.send(db, seat, fields.key, *said, slot=fields.slot, of=fields.of)
    except Invalid as wrong:
        if wants_fragment(at.request):
            raise
        return _again(at.request, at.database, painter, at.clock, at.code, at.secret, typed, wrong)
    return _drafts(at.request, at.database, at.code, at.secret)


@router.post("/editing")
def edit(
    at: AtSeat,
    painter: ThePainter,
    typed: EntryForm,
) -> Response:
    """The page with one of this seat's entries in the composer: the way to edit without JavaScript."""
    with at.database.reading() as db:
        retro, seat = seated(db, at.code, at.secret)
        own = own_part(db, retro, seat)
    chosen = next((draft for draft in own.drafts if str(draft.slot) == typed.slot), None)
    if chosen is not None:
        typed = _as_typed(chosen, typed.slot)
    return _again(at.request, at.database, painter, at.clock, at.code, at.secret, typed, None)


@router.post("/entries/removal")
def remove(at: AtSeat, typed: EntryForm) -> Response:
    fields = read_entry(typed)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        if fields.slot is not None:
            writing.remove(db, seat, fields.slot, fields.of)
    return _drafts(at.request, at.database, at.code, at.secret)


@router.post("/entries/signature")
def sign(at: AtSeat, typed: EntryForm) -> Response:
    """Let an entry of this seat speak for its department, or take the name away again."""
    fields = read_entry(typed)
    with at.database.transaction() as db:
        seat = seat_here(db, at.code, at.secret)
        if fields.slot is not None:
            signing.sign(db, seat, fields.slot, bool(typed.signed), fields.of)
    return _drafts(at.request, at.database, at.code, at.secret)


def _as_typed(chosen: DraftView, slot: str) -> TypedEntry:
    """An entry of this seat as its form would send it."""
    about = str(chosen.about_department_id or "")
    said = {"kind": chosen.kind or "", "text": chosen.text, "about": about, "dimension": str(chosen.dimension or "")}
    return TypedEntry(key=chosen.key, slot=slot, of=chosen.key, **said)


def _advice(text: str, roster: Sequence[str]) -> list[str]:
    """Sentences about names and blame; they advise, are never written down and never block."""
    return list(dict.fromkeys(nudge.sentence for nudge in nudges(text, roster)))


def _drafts(request: Request, database: TheDatabase, code: str, secret: str) -> Response:
    with database.reading() as db:
        retro, seat = seated(db, code, secret)
        own = own_entries(db, retro, seat)
    return done(request, f"/r/{retro.code}", "fragments/board/drafts.html", retro=retro, mine=own)


def _again(
    request: Request,
    database: TheDatabase,
    painter: ThePainter,
    clock: TheClock,
    code: str,
    secret: str,
    typed: TypedEntry,
    wrong: Invalid | None,
) -> HTMLResponse:
    """The whole page with what was typed in the composer, and what is wrong with it beside."""
    with database.reading() as db:
        retro, seat = seated(db, code, secret)
        own = own_part(db, retro, seat)
    version, pieces = drawn(painter, retro.id, Audience.PARTICIPANT)
    return page(
        request,
        "pages/board/room.html",
        wrong.status if wrong else 200,
        retro=retro,
        mine=own,
        pieces=pieces,
        version=version,
        server_now=clock.now(),
        typed=typed,
        error=wrong.sentence if wrong else None,
    )
