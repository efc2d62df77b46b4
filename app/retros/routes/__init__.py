"""The desk's pages around a retro: the list, its preparation, who runs it, and what moves it."""

from fastapi import APIRouter

from app.retros.routes import late_round, lying, moving, people, preparing, room, tickets

router = APIRouter()
for part in (preparing, moving, late_round, lying, room, people, tickets):
    router.include_router(part.router)
