"""Promises read by programs: all of them page by page, or one with its history."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from app.actions.api.kit import PREFIX, AtReading
from app.actions.api.shapes import ActionOut, ActionPage, ActionWithHistory
from app.actions.queries import listing, lists
from app.actions.queries.listing import ApiFilter, Cursor
from app.actions.rules.kinds import ActionState
from app.core.errors import Invalid, NotFound
from app.core.own_address import own_address
from app.web.conditional import etag_of, is_known
from app.web.requests import DeskRequest

router = APIRouter(prefix=PREFIX, tags=["Promises"])

MOST = 100
FRESH = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


async def api_filter(
    state: Annotated[list[ActionState] | None, Query(description="only in these states")] = None,
    department: Annotated[UUID | None, Query(description="on either side")] = None,
    updated_since: Annotated[
        AwareDatetime | None,
        Query(description="asked, moved, or reported on by a tracker, at or after this time (with its zone)"),
    ] = None,
) -> ApiFilter:
    return ApiFilter(tuple(state or ()), department, _moment(updated_since))


@router.get("/actions", response_model=ActionPage, summary="Promises, oldest first")
def list_actions(
    at: AtReading,
    wanted: Annotated[ApiFilter, Depends(api_filter)],
    after: Annotated[str, Query(description="from the header `Link` of the page before", max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Response:
    with at.database.reading() as db:
        views, following = listing.promises(db, at.visitor, wanted, _cursor(after), limit)
    found = ActionPage(actions=[ActionOut.of(view, base_of(at.request)) for view in views])
    headers = {"Link": _next(at.request, following)} if following else {}
    return Response(found.model_dump_json(), media_type="application/json", headers=FRESH | headers)


@router.get("/actions/{action_id}", response_model=ActionWithHistory, summary="One promise with its history")
def show_action(
    at: AtReading,
    action_id: UUID,
    if_none_match: Annotated[str | None, Header(description="304 where this ETag is still the one")] = None,
) -> Response:
    contents, etag, _ = represented(at, action_id)
    if is_known(if_none_match, etag):
        return Response(status_code=304, headers=FRESH | {"ETag": etag})
    return Response(contents, media_type="application/json", headers=FRESH | {"ETag": etag})


def represented(at: DeskRequest, action_id: UUID) -> tuple[bytes, str, int]:
    """One promise as it is sent, its strong ETag, and its version. Raises NotFound."""
    with at.database.reading() as db:
        view = lists.action(db, action_id, for_=at.visitor)
        steps = lists.history(db, action_id)
    if view.state == ActionState.PROPOSED:
        raise NotFound  # not asked for until its retro is closed
    contents = ActionWithHistory.with_history(view, steps, base_of(at.request)).model_dump_json().encode()
    return contents, etag_of(contents, before=f"{view.version}-"), view.version


def base_of(request: Request) -> str:
    return own_address(request.app.state.settings)


def _next(request: Request, following: Cursor) -> str:
    """The same question, from there on (RFC 8288)."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f'<{base_of(request)}{PREFIX}/actions?{urlencode([*asked, ("after", str(following))])}>; rel="next"'


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    found = listing.read_cursor(text)
    if found is None:
        raise Invalid("This is no place in the list. Take it from the header Link of the page before.", field="after")
    return found


def _moment(asked: datetime | None) -> datetime | None:
    try:
        return None if asked is None else asked.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("No calendar has this day.", field="updated_since") from error
