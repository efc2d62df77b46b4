"""Decisions about promises: their fields, their states and which step may follow which; pure."""

from enum import StrEnum


class ActionKind(StrEnum):
    ACTION = "action"
    AGREEMENT = "agreement"
    BRIDGE = "bridge"


class Priority(StrEnum):
    HIGH = "high"
    NORMAL = "normal"


class Cause(StrEnum):
    PREVENT = "prevent"
    MITIGATE = "mitigate"
    DETECT = "detect"
    PROCESS = "process"
    AGREEMENT = "agreement"
    BRIDGE = "bridge"


class Scope(StrEnum):
    OURS = "ours"
    JOINT = "joint"
    ABOVE_US = "above_us"


class State(StrEnum):
    """Derived from the history, never stamped."""

    PROPOSED = "proposed"
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    PROMISED = "promised"
    IN_PROGRESS = "in_progress"
    REPORTED_DONE = "reported_done"
    ACCEPTED = "accepted"
    HELD = "held"
    RETURNED = "returned"
    INCONCLUSIVE = "inconclusive"
    COUNTERED = "countered"
    DECLINED = "declined"
    RE_PROMISED = "re_promised"
    BLOCKED = "blocked"
    SENT_BACK = "sent_back"
    NOT_DOING = "not_doing"


PER_RETRO = 5
