"""The words of a retro: stages, ways in, labels, choices and limits."""

from enum import StrEnum


class Stage(StrEnum):
    """Where the retro is, in order."""

    PREPARE = "prepare"
    CHECK_IN = "check_in"
    WRITE = "write"
    GROUP = "group"
    VOTE = "vote"
    DISCUSS = "discuss"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class WayIn(StrEnum):
    """How people take a seat."""

    CODE = "code"
    TICKET = "ticket"


class Labels(StrEnum):
    """What the reveal decided about department labels (anonymity.md, small groups)."""

    UNDECIDED = "undecided"
    KEPT = "kept"
    POOLED = "pooled"
    DROPPED = "dropped"


class LowSafetyChoice(StrEnum):
    """What the facilitator chose after a low safety check."""

    GO_ON = "go_on"
    LEADS_LEAVE = "leads_leave"
    WRITE_LATER = "write_later"
    DROP_LABELS = "drop_labels"
    STOP = "stop"


class LateRound(StrEnum):
    """Where "one more thing" stands: a short round on every phone between the reveal and the vote."""

    NOT_YET = "not_yet"
    RUNNING = "running"
    HELD = "held"
    SKIPPED = "skipped"


STAGES = tuple(Stage)
K_DEFAULT = 5
K_FLOOR = 3
K_MAX = 20
ENTRY_LIMIT_DEFAULT = 8
ENTRY_LIMIT_MAX = 12
