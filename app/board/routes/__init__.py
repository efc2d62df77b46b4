"""HTML over HTTP of the live screens, a module per audience; nothing here decides, nothing here remembers."""

from fastapi import APIRouter

from app.board.routes import arriving, ballot, door, facilitator, home, room, screen, seat, streams, writing

router = APIRouter()
for part in (door, room, arriving, seat, writing, ballot, home, facilitator, screen, streams):
    router.include_router(part.router)
