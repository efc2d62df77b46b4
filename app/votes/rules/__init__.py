"""Decisions about stances, dots and what they add up to; pure."""
