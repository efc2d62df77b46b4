"""The least a live server can do: Starlette, one queue a listener, the same bytes to all. The measure beside ours.

`python -m tests.load.bare PORT`: GET /stream listens; POST /frame hands its body to every listener, numbered in the
order of arrival as ours numbers its frames in the order of commits.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from itertools import count

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_listeners: set[asyncio.Queue[bytes]] = set()
_numbers = count(1)


async def stream(_request: Request) -> StreamingResponse:
    async def frames() -> AsyncIterator[bytes]:
        inbox: asyncio.Queue[bytes] = asyncio.Queue()
        _listeners.add(inbox)
        try:
            yield b": hello\n\n"
            while True:
                yield await inbox.get()
        finally:
            _listeners.discard(inbox)

    return StreamingResponse(frames(), media_type="text/event-stream")


async def frame(request: Request) -> Response:
    body = b"id: %d" % next(_numbers) + await request.body()
    for inbox in tuple(_listeners):
        inbox.put_nowait(body)
    return Response(status_code=204)


app = Starlette(routes=[Route("/stream", stream), Route("/frame", frame, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
