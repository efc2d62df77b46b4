"""The desk of a retro: the cockpit of who runs it, or the quiet page of who looks in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.pieces.painter import Painter
from app.board.queries.lead import Way, lead_part, way_to
from app.board.routes.kit import ThePainter, done, drawn, no_store
from app.board.routes.watching import at_desk, say_here
from app.board.rules import Audience
from app.core.errors import NotFound
from app.departments.queries import sends_mail
from app.entries.queries import has_five
from app.retros.queries.retros import get, get_even_if_shut
from app.retros.rules.names import Stage
from app.retros.rules.presses import ALREADY
from app.retros.rules.refusals import NotYourRetro
from app.retros.service import observers
from app.topics.queries.topic_board import board as topic_board
from app.topics.rules.topic import VOTED_ON_MAX
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.fields import Word
from app.web.requests import AtDesk, DeskRequest
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.get("")
def board(
    at: AtDesk,
    retro_id: UUID,
    painter: ThePainter,
    already: str = "",
) -> Response:
    """The cockpit, or what somebody sees who looks in. `already`: what was pressed twice without JavaScript.

    For htmx, which comes here after a post, only the visitor's own part: pieces come by the stream.
    """
    if wants_fragment(at.request):
        return mine(at.request, retro_id, at.visitor, at.database, at.clock)
    with at.database.reading() as db:
        retro = get_even_if_shut(db, retro_id, at.visitor)
        runs_it = retro.is_helped_by(at.visitor)
        lead = lead_part(db, retro, at.visitor, at.clock.now()) if runs_it else None
    if not runs_it:
        return observer(at.request, retro_id, at.visitor, at.database, painter, at.clock)
    say_here(at.database, at.clock, retro_id, at.visitor, Audience.FACILITATOR)
    return _cockpit(at, painter, already, {"retro": retro, "lead": lead})


def _cockpit(at: DeskRequest, painter: Painter, already: str, context: dict[str, Any]) -> Response:
    """The page of who runs it."""
    retro_id = context["retro"].id
    version, pieces = drawn(painter, retro_id, Audience.FACILITATOR)
    flash = {"kind": "info", "text": ALREADY[already]} if already in ALREADY else None
    here = {"desk": f"/desk/retros/{retro_id}", "server_now": at.clock.now(), "flash": flash}
    return page(at.request, "pages/board/board.html", pieces=pieces, version=version, **here, **context)


@router.get("/looking-in")
def observer(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    painter: ThePainter,
    clock: TheClock,
) -> Response:
    """What somebody sees who looks in: what the room sees, or, where it is shut, that it is."""
    desk = f"/desk/retros/{retro_id}"
    with database.reading() as db:
        retro = get_even_if_shut(db, retro_id, visitor)
        lead = lead_part(db, retro, visitor, clock.now())
    if retro.is_helped_by(visitor):
        return RedirectResponse(desk, 303)
    context = {"retro": retro, "lead": lead, "desk": desk, "server_now": clock.now()}
    if retro.is_shut_to(visitor):
        return no_store(page(request, "pages/board/observer.html", shut=True, pieces={}, version=0, **context))
    say_here(database, clock, retro_id, visitor, Audience.OBSERVER)
    version, pieces = drawn(painter, retro_id, Audience.OBSERVER)
    return page(request, "pages/board/observer.html", shut=False, pieces=pieces, version=version, **context)


@router.get("/mine")
def mine(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    """The visitor's own part: controls and forms of who runs it; the stand-in's button to take over."""
    with database.reading() as db:
        retro, audience = at_desk(db, retro_id, visitor)
        lead = lead_part(db, retro, visitor, clock.now())
    context = {"retro": retro, "lead": lead, "desk": f"/desk/retros/{retro_id}"}
    fragment = "lead" if audience is Audience.FACILITATOR else "waits"
    return no_store(page(request, f"fragments/board/{fragment}.html", **context))


@router.post("/looking-in")
def set_looking_in(at: AtDesk, retro_id: UUID, shut: Annotated[Word, Form()] = "") -> Response:
    """`shut`: yes shuts looking in, also for those who look just now; anything else opens it again."""
    with at.database.transaction() as db:
        observers.set_looking_in(db, at.visitor, retro_id, shut=shut == "yes")
    return done(at.request, f"/desk/retros/{retro_id}")


@router.get("/next")
def confirm(at: AtDesk, retro_id: UUID, to: str = "") -> Response:
    """What a step will do, before it is taken: in a dialog of the board, or as a page of its own. Told of entries is
    whether there are five, and nothing of seats, so that opening it twice tells nothing."""
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
        if not retro.is_helped_by(at.visitor):
            raise NotYourRetro
        way = way_to(db, retro, to)
        enough = way is not None and way.to is Stage.GROUP and has_five(db, retro_id)
        mails = sends_mail(db)
    desk = f"/desk/retros/{retro_id}"
    context = {"retro": retro, "desk": desk, "enough": enough, "mails": mails}
    return _confirmation(at, way, context) if way is not None else RedirectResponse(desk, 303)


def _confirmation(at: DeskRequest, way: Way, context: dict[str, Any]) -> Response:
    """In a dialog of the board, or as a page of its own."""
    in_dialog = wants_fragment(at.request)
    template = "fragments/board/confirm.html" if in_dialog else "pages/board/confirm.html"
    asks_hands = way.to is Stage.WRITE and context["retro"].counts_hands
    return no_store(page(at.request, template, way=way, asks_hands=asks_hands, in_dialog=in_dialog, **context))


@router.get("/topics/{topic_id}/edit")
def edit_topic(at: AtDesk, retro_id: UUID, topic_id: UUID) -> HTMLResponse:
    """Name, merge, split: in a dialog of the board, or as a page of its own without JavaScript."""
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
        topics = topic_board(db, retro_id).topics if retro.is_revealed else ()
    topic = next((one for one in topics if one.id == topic_id), None)
    topics = tuple(one for one in topics if not one.waits)
    if topic is None or not retro.is_helped_by(at.visitor):
        raise NotFound("This topic is not there any more. The board shows what is.")
    template = "fragments/board/topic_editor.html" if wants_fragment(at.request) else "pages/board/edit_topic.html"
    desk = f"/desk/retros/{retro_id}"
    return page(at.request, template, retro=retro, topic=topic, topics=topics, desk=desk)


@router.get("/voted-topics")
def choose_topics(at: AtDesk, retro_id: UUID) -> HTMLResponse:
    """Which topics are put to the vote: in a dialog of the board, or as a page of its own."""
    with at.database.reading() as db:
        retro = get(db, retro_id, for_=at.visitor)
        topics = topic_board(db, retro_id).topics if retro.is_revealed else ()
    topics = tuple(one for one in topics if not one.waits)
    if not topics or not retro.is_helped_by(at.visitor):
        raise NotFound
    template = "fragments/board/vote_choice.html" if wants_fragment(at.request) else "pages/board/choose_topics.html"
    desk = f"/desk/retros/{retro_id}"
    return page(at.request, template, retro=retro, topics=topics, desk=desk, most=VOTED_ON_MAX)
