"""Decisions about entries: kinds, dimensions, what text is accepted, the gentle check; pure."""
