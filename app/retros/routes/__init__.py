"""The desk's pages around a retro: the list, its preparation, who runs it, and what moves it."""

from fastapi import APIRouter

from app.retros.routes import late_round, open_retros, people, preparation, room, stage_moves, tickets

router = APIRouter()
for part in (preparation, stage_moves, late_round, open_retros, room, people, tickets):
    router.include_router(part.router)
