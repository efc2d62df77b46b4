"""Decisions about stances, dots and what departments agree on: pure; formulas are in evidence.md."""

from enum import StrEnum


class Stance(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"


class Standing(StrEnum):
    """What the votes say about a topic."""

    AGREED = "agreed"
    DIVIDES = "divides"
    REST = "rest"


DOTS_MIN = 3
DOTS_MAX = 7
DOTS_ON_ONE_TOPIC = 2
