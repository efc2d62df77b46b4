"""Decisions about topics inside one retro: sizes, titles, which are put to the vote; pure."""

TITLE_MAX = 120
VOTED_ON_MAX = 12
