"""Promises over HTTP: one module for each group of pages."""

from app.actions.routes import agreements, bridges, desk, follow_up, room

ROUTERS = (desk.router, follow_up.router, room.router, agreements.router, bridges.router)
from app.actions.routes import completing, desk, loading, room

ROUTERS = (loading.router, completing.router, desk.router, room.router)
"""`loading` first: its addresses would else be read as those of an action."""
