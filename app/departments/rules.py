"""Decisions about departments: names, badges and colour tones; pure."""

NAME_MAX = 80
TONES = 12
