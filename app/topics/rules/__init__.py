"""Decisions about topics inside one retro; pure."""
