"""The words of promises: kinds, priorities, causes, scopes, states and reasons. Knows no decision."""

from enum import StrEnum


class ActionKind(StrEnum):
    ACTION = "action"
    AGREEMENT = "agreement"
    BRIDGE = "bridge"


class Priority(StrEnum):
    HIGH = "high"
    NORMAL = "normal"


class Cause(StrEnum):
    """What the action does about the cause."""

    PREVENT = "prevent"
    MITIGATE = "mitigate"
    DETECT = "detect"
    PROCESS = "process"
    AGREEMENT = "agreement"
    BRIDGE = "bridge"


class ActionScope(StrEnum):
    OURS = "ours"
    JOINT = "joint"
    ABOVE_US = "above_us"


class ActionState(StrEnum):
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
    DONE_BEFORE = "done_before"
    """Done, says the list that it was loaded from: nobody here was asked for it, and nobody accepted it."""


class Party(StrEnum):
    """How somebody stands to an action. `SILENCE` is the calendar, `ROOM` the closing retro, `LIST` the list that an
    action was loaded from with whoever works through it."""

    OWNER = "owner"
    PROVIDING = "providing"
    REQUESTING = "requesting"
    SILENCE = "silence"
    ROOM = "room"
    LIST = "list"


class PromiseStanding(StrEnum):
    """What became of a promise, as the departments read it at the next check-in."""

    KEPT = "kept"
    LATE = "late"
    OPEN = "open"
    LET_GO = "let_go"


class MissReason(StrEnum):
    """Why a day is missed: chosen when a promise is given a new day, is blocked, or will not be done."""

    OTHER_DEPARTMENT = "other_department"
    OTHER_WORK = "other_work"
    TOO_MUCH = "too_much"
    UNCLEAR = "unclear"
    NO_DECISION = "no_decision"
    OUTSIDE = "outside"
    NOT_NEEDED = "not_needed"
    ELSE = "else"


class Notice(StrEnum):
    """What falls due by the calendar while a promise waits for somebody."""

    ACKNOWLEDGE = "acknowledge"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    LATE = "late"
    LATE_TO_LEAD = "late_to_lead"
    LATE_TO_SPONSOR = "late_to_sponsor"
    ANSWER_OFFER = "answer_offer"
    ACCEPT = "accept"
    STILL_BLOCKED = "still_blocked"
    SILENCE_ACCEPTS = "silence_accepts"
