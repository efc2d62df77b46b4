"""Promises over HTTP: one module for each group of pages."""

from app.actions.routes import agreements, bridges, completing, desk, follow_up, loading, room, together

ROUTERS = (
    agreements.router,
    bridges.router,
    loading.router,
    completing.router,
    together.router,
    desk.router,
    follow_up.router,
    room.router,
)
"""Tried in this order: what has a word of its own comes before what takes any id."""
