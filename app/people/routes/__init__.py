"""Pages of signing in and of one's own account."""

from fastapi import APIRouter

from app.people.routes import settings, sign_in, tokens

router = APIRouter()
for part in (sign_in, settings, tokens):
    router.include_router(part.router)
