"""HTML over HTTP of the live screens, a module per audience; nothing here decides, nothing here remembers."""

from app.board.routes import (
    arriving,
    ballot,
    continuation,
    door,
    facilitator,
    reading,
    room,
    screen,
    seat,
    streams,
    writing,
)

SEATED = (seat.router, writing.router, ballot.router, room.router, reading.router, streams.router)
"""What three hundred phones ask for in one second: put first, so that no other route is tried for it."""

ROUTERS = (door.router, arriving.router, continuation.router, facilitator.router, screen.router)
