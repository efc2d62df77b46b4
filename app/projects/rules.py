"""Decisions about joint projects: which dates and departments make one; pure."""

NAME_MAX = 120
