"""Decisions about themes: pure."""
