"""Decisions about ratings between departments: bands, agreement, which cells may be shown; pure."""
