"""Pages of the organisation: its first setup, its departments, and who belongs to which."""

from fastapi import APIRouter

from app.departments.routes import departments, directory, kinds, places, setup

router = APIRouter()
for part in (setup, departments, places, directory, kinds):
    router.include_router(part.router)
