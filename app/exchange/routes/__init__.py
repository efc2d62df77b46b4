"""Outcomes and lists as pages and files."""

from fastapi import APIRouter

from app.exchange.routes import lists, outcomes

router = APIRouter()
for part in (outcomes, lists):
    router.include_router(part.router)
