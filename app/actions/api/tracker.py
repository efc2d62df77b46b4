"""What an outside tracker says of a promise, reported by its own automation: one request, one header, no sync."""

from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from app.actions.api.actions import FRESH, represented
from app.actions.api.kit import PREFIX, Writing
from app.actions.api.shapes import Reported, TrackerIn, TrackerOut
from app.actions.queries.lists import action
from app.actions.rules.refusals import HasChanged
from app.actions.service import tracker
from app.core.errors import Refusal
from app.web.conditional import may_change
from app.web.deps import TheClock, TheDatabase

router = APIRouter(prefix=PREFIX, tags=["Trackers"])


class VersionNeeded(Refusal):
    status: ClassVar[int] = 428
    sentence = "Send If-Match with the ETag of what you read, or `If-Match: *` to write whatever stands there."


@router.put(
    "/actions/{action_id}/tracker",
    response_model=TrackerOut,
    summary="Set the link of a promise and what the tracker says",
)
def set_tracker(
    request: Request,
    action_id: UUID,
    sent: TrackerIn,
    visitor: Writing,
    database: TheDatabase,
    clock: TheClock,
    if_match: Annotated[str | None, Header(description="the ETag of the promise, or `*`. Needed.")] = None,
) -> Response:
    _, etag, version = represented(request, database, visitor, action_id)
    if if_match is None:
        raise VersionNeeded
    if not may_change(if_match, etag):
        raise HasChanged
    seen = None if if_match.strip() == "*" else version
    with database.transaction() as db:
        tracker.report(db, visitor, action_id, sent.tracked(), clock.now(), seen)
        view = action(db, action_id, for_=visitor)
    found = TrackerOut(link=view.external_link, state=view.tracker_state, reported_at=view.tracker_at)
    return Response(found.model_dump_json(), media_type="application/json", headers=FRESH)


@router.put("/tracker", response_model=Reported, summary="Report an issue's state by its link")
def report_by_link(sent: TrackerIn, visitor: Writing, database: TheDatabase, clock: TheClock) -> Response:
    """Every promise that has this link and that the token's account may report on is written beside.

    Sent again it changes nothing.
    """
    with database.transaction() as db:
        found = tracker.report_by_link(db, visitor, sent.tracked(), clock.now())
    return Response(Reported(actions=found).model_dump_json(), media_type="application/json", headers=FRESH)
