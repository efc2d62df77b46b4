"""HTML over HTTP of the live screens, a module per audience; nothing here decides, nothing here remembers."""

from fastapi import APIRouter

from app.board.routes import ballot, desk, door, facilitator, room, screen, seat, streams, writing

router = APIRouter()
for part in (door, room, seat, writing, ballot, desk, facilitator, screen, streams):
    router.include_router(part.router)
