"""Outcomes and lists as pages and files."""

from fastapi import APIRouter

from app.outcomes.routes import erasing, history, leaving, lists, outcomes

router = APIRouter()
for part in (outcomes, erasing, lists, history, leaving):
    router.include_router(part.router)
