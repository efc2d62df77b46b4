"""Pages of the organisation: its first setup, the links that let people in, its departments and people."""

from fastapi import APIRouter

from app.departments.routes import departments, directory, forgotten, invitations, kinds, places, setup

router = APIRouter()
for part in (setup, invitations, forgotten, departments, places, directory, kinds):
    router.include_router(part.router)
