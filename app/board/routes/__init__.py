"""HTML over HTTP of the live screens, a module per audience; nothing here decides, nothing here remembers."""

from fastapi import APIRouter

from app.board.routes import ballot, door, facilitator, home, room, screen, seat, streams, writing

router = APIRouter()
for part in (door, room, seat, writing, ballot, home, facilitator, screen, streams):
    router.include_router(part.router)
