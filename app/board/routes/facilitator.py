"""The facilitator's screen: the pieces, what may be done now, and the forms of the topic under discussion."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.board.queries import lead_part, way_to
from app.board.routes.kit import ThePainter, drawn, no_store
from app.board.rules import Audience
from app.core.errors import NotFound
from app.entries.queries import has_five
from app.retros.queries import get
from app.retros.rules import OnlyTheFacilitator, Stage
from app.topics.queries import board as topic_board
from app.topics.rules import VOTED_ON_MAX
from app.web.deps import SignedIn, TheClock, TheDatabase
from app.web.templating import page, wants_fragment

router = APIRouter(prefix="/desk/retros/{retro_id}")


@router.get("")
def board(
    request: Request,
    retro_id: UUID,
    visitor: SignedIn,
    database: TheDatabase,
    painter: ThePainter,
    clock: TheClock,
) -> Response:
    """The board. For htmx, which comes here after a post, only the visitor's own part: pieces come by the stream."""
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
        lead = lead_part(db, retro, visitor, clock.now())
    context = {"retro": retro, "lead": lead, "desk": f"/desk/retros/{retro_id}"}
    if wants_fragment(request):
        return no_store(page(request, "fragments/board/lead.html", **context))
    version, pieces = drawn(painter, retro_id, Audience.FACILITATOR)
    return page(request, "pages/board/board.html", pieces=pieces, version=version, server_now=clock.now(), **context)


@router.get("/mine")
def mine(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase, clock: TheClock) -> HTMLResponse:
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
        lead = lead_part(db, retro, visitor, clock.now())
    context = {"retro": retro, "lead": lead, "desk": f"/desk/retros/{retro_id}"}
    return no_store(page(request, "fragments/board/lead.html", **context))


@router.get("/next")
def confirm(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase, to: str = "") -> Response:
    """What a step will do, before it is taken: in a dialog of the board, or as a page of its own. Told of entries is
    whether there are five, and nothing of seats, so that opening it twice tells nothing."""
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
        if not retro.is_led_by(visitor):
            raise OnlyTheFacilitator
        way = way_to(db, retro, to)
        enough = way is not None and way.to is Stage.GROUP and has_five(db, retro_id)
    desk = f"/desk/retros/{retro_id}"
    if way is None:
        return RedirectResponse(desk, 303)
    in_dialog = wants_fragment(request)
    template = "fragments/board/confirm.html" if in_dialog else "pages/board/confirm.html"
    asked = {"enough": enough, "asks_hands": way.to is Stage.WRITE and retro.counts_hands, "in_dialog": in_dialog}
    return no_store(page(request, template, retro=retro, way=way, desk=desk, **asked))


@router.get("/topics/{topic_id}/edit")
def edit_topic(
    request: Request, retro_id: UUID, topic_id: UUID, visitor: SignedIn, database: TheDatabase
) -> HTMLResponse:
    """Name, merge, split: in a dialog of the board, or as a page of its own without JavaScript."""
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
        topics = topic_board(db, retro_id).topics if retro.is_revealed else ()
    topic = next((one for one in topics if one.id == topic_id), None)
    topics = tuple(one for one in topics if not one.waits)
    if topic is None or not retro.is_helped_by(visitor):
        raise NotFound("This topic is not there any more. The board shows what is.")
    template = "fragments/board/topic_editor.html" if wants_fragment(request) else "pages/board/edit_topic.html"
    desk = f"/desk/retros/{retro_id}"
    return page(request, template, retro=retro, topic=topic, topics=topics, desk=desk)


@router.get("/voted-topics")
def choose_topics(request: Request, retro_id: UUID, visitor: SignedIn, database: TheDatabase) -> HTMLResponse:
    """Which topics are put to the vote: in a dialog of the board, or as a page of its own."""
    with database.reading() as db:
        retro = get(db, retro_id, for_=visitor)
        topics = topic_board(db, retro_id).topics if retro.is_revealed else ()
    topics = tuple(one for one in topics if not one.waits)
    if not topics or not retro.is_helped_by(visitor):
        raise NotFound
    template = "fragments/board/vote_choice.html" if wants_fragment(request) else "pages/board/choose_topics.html"
    desk = f"/desk/retros/{retro_id}"
    return page(request, template, retro=retro, topics=topics, desk=desk, most=VOTED_ON_MAX)
