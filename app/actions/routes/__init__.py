"""Promises over HTTP: one module for each group of pages."""

from app.actions.routes import desk, room

ROUTERS = (desk.router, room.router)
