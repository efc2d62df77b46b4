"""Promises for programs: JSON over HTTP, by bearer tokens. One module for each kind of thing."""

from app.actions.api import description

ROUTERS = (*description.DESCRIBED, description.router)
