"""The start page and a lead's list of actions over HTTP."""

from app.desk.routes import actions, bulk, server, start

ROUTERS = (start.router, server.router, bulk.router, actions.router)
"""Tried in this order: what has a word of its own comes before what takes any id."""
