"""Putting themes in order over HTTP: the review queue and the page of one theme's topics."""

from app.themes.routes import editing, reviewing

ROUTERS = (reviewing.router, editing.router)
