"""The start page and a lead's list of actions over HTTP."""

from app.desk.routes import actions, bulk, start

ROUTERS = (start.router, bulk.router, actions.router)
"""Tried in this order: what has a word of its own comes before what takes any id."""
