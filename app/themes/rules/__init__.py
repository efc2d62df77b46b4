"""Decisions about themes; pure."""
