"""Promises over HTTP: one module for each group of pages."""

from app.actions.routes import bridges, completing, follow_up, loading, room

ROUTERS = (bridges.router, loading.router, completing.router, follow_up.router, room.router)
"""Tried before the lists of the desk: what has a word of its own comes before what takes any id."""
