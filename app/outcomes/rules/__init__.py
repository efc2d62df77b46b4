"""Decisions about outcomes and imports; pure."""
