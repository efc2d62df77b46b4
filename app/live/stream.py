"""The body of one live stream: everything if the page is behind, then each frame as it comes, and pings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import suppress

from app.live.frames import PING, POLL, version_of
from app.live.hub import CLOSED, RESYNC, Hub
from app.live.redraw import Redraw

PING_SECONDS = 15.0


async def stream(
    hub: Hub,
    redraw: Redraw,
    board: Hashable,
    audience: str,
    since: int | None,
    *,
    lasts_seconds: float,
    still_allowed: Callable[[], Awaitable[bool]] | None = None,
    asks_every: float = PING_SECONDS,
    owner: Hashable | None = None,
    leads: bool = False,
) -> AsyncIterator[bytes]:
    """Bytes of `text/event-stream`. Subscribes first, then compares versions: nothing slips between page and stream.

    `since` is the version the browser has (Last-Event-ID, else the page's). Ends after `lasts_seconds`, when the
    server closes, or when `still_allowed` says no: asked at each ping and when `asks_every` seconds have passed since
    (0: before every frame), so that a busy board keeps nobody in. It does not wait for a frame with that: the last
    one, which ends every seat, still comes to all who were there. `owner` and `leads`: see `Hub.subscribe`.
    """
    listener = hub.subscribe(board, audience, owner, leads=leads)
    if listener is None:
        yield PING + POLL
        return
    time = asyncio.get_running_loop().time
    ends = time() + lasts_seconds
    asked_at = time()
    try:
        # Something at once, so that a gateway that swallows streams is noticed by its silence.
        yield b"retry: 1000\n" + PING
        first = await redraw.whole(board, audience, since)
        if first is None:
            return
        shown, everything = first
        yield everything or f"id: {shown}\ndata:\n\n".encode()
        while not hub.closed and time() < ends:
            frame = await _next(listener.inbox, asked_at + asks_every - time() if asks_every else PING_SECONDS)
            if frame == CLOSED:
                return
            if frame == POLL:
                yield POLL
                return
            if still_allowed is not None and (frame is None or time() - asked_at >= asks_every):
                if not await still_allowed():
                    return
                asked_at = time()
            if frame == RESYNC:
                again = await redraw.whole(board, audience)
                if again is None:
                    return
                shown = again[0]
                yield again[1]
            elif frame is None:
                yield PING
            elif (drawn := version_of(frame) or shown) >= shown:
                # An older one waited here while everything was drawn: it would put back what has changed since.
                shown = drawn
                yield frame
    finally:
        hub.unsubscribe(listener)


async def _next(inbox: asyncio.Queue[bytes], seconds: float) -> bytes | None:
    """The next frame; None when it is time for a ping, after `seconds` at the latest."""
    with suppress(asyncio.QueueEmpty):
        return inbox.get_nowait()
    try:
        async with asyncio.timeout(min(seconds, PING_SECONDS)):
            return await inbox.get()
    except TimeoutError:
        return None
