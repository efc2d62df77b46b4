"""What an outside tracker says of a promise, reported by its own automation: one request, one header, no sync."""

from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.responses import Response

from app.actions.api.actions import FRESH, represented
from app.actions.api.kit import PREFIX, AtWriting
from app.actions.api.shapes import Reported, TrackerIn, TrackerOut
from app.actions.queries.lists import action
from app.actions.rules.refusals import HasChanged
from app.actions.service import tracker
from app.core.errors import Refusal
from app.web.conditional import may_change

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
    at: AtWriting,
    action_id: UUID,
    sent: TrackerIn,
    if_match: Annotated[str | None, Header(description="the ETag of the promise, or `*`. Needed.")] = None,
) -> Response:
    _, etag, version = represented(at, action_id)
    if if_match is None:
        raise VersionNeeded
    if not may_change(if_match, etag):
        raise HasChanged
    seen = None if if_match.strip() == "*" else version
    with at.database.transaction() as db:
        tracker.report(db, at.visitor, action_id, sent.tracked(), at.now, seen)
        view = action(db, action_id, for_=at.visitor)
    found = TrackerOut(link=view.external_link, state=view.tracker_state, reported_at=view.tracker_at)
    return Response(found.model_dump_json(), media_type="application/json", headers=FRESH)


@router.put("/tracker", response_model=Reported, summary="Report an issue's state by its link")
def report_by_link(at: AtWriting, sent: TrackerIn) -> Response:
    """Every promise that has this link and that the token's account may report on is written beside.

    Sent again it changes nothing.
    """
    with at.database.transaction() as db:
        found = tracker.report_by_link(db, at.visitor, sent.tracked(), at.now)
    return Response(Reported(actions=found).model_dump_json(), media_type="application/json", headers=FRESH)
