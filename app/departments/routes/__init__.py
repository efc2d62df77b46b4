"""Pages of the organisation: its first setup, its departments, and who belongs to which."""

from fastapi import APIRouter

from app.departments.routes import departments, directory, places, setup

router = APIRouter()
for part in (setup, departments, places, directory):
    router.include_router(part.router)
