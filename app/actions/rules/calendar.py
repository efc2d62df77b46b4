"""Days of promises: when they are due, how long wording may be mended, when silence accepts, and what became of them;
pure. Every day is one of the place of the department that asked: a customer's calendar counts."""

from datetime import date

from app.actions.rules.kinds import ActionState, Priority, PromiseStanding
from app.actions.rules.policy import Policy
from app.core.places import Place

FULFILLED = frozenset({ActionState.ACCEPTED, ActionState.HELD, ActionState.RETURNED, ActionState.INCONCLUSIVE})
SETTLED = FULFILLED | {ActionState.DECLINED, ActionState.NOT_DOING, ActionState.DONE_BEFORE}
NOT_LATE = SETTLED | {ActionState.REPORTED_DONE}
"""What waits for nobody, or for the department that asked."""


def default_due(today: date, priority: str, place: Place, policy: Policy) -> date:
    """15 working days for high priority, 30 for normal, unless the organisation decided otherwise."""
    days = policy.due_high if Priority(priority) is Priority.HIGH else policy.due_normal
    return place.add(today, days)


def may_be_mended(closed_on: date, today: date, place: Place, policy: Policy) -> bool:
    """Whether wording may still be mended: until the end of the last working day that there is for it."""
    return policy.mend_within > 0 and today <= place.add(closed_on, policy.mend_within)


def accepts_by_silence_on(reported_on: date, place: Place, policy: Policy) -> date:
    """The day after the fifth working day without an answer to a report of done."""
    return date.fromordinal(place.add(reported_on, policy.silence_after).toordinal() + 1)


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Late is what is neither settled nor reported done after its day."""
    return due_on is not None and due_on < today and state not in NOT_LATE


def standing(state: str, promised_for: date | None, reported_on: date | None, today: date) -> PromiseStanding:
    """Kept: the report that was later accepted came by the original date (product.md, main figure).

    Let go: nobody is held to it any more, or never was.
    """
    if state in SETTLED - FULFILLED:
        return PromiseStanding.LET_GO
    if state in FULFILLED:
        in_time = promised_for is None or (reported_on is not None and reported_on <= promised_for)
        return PromiseStanding.KEPT if in_time else PromiseStanding.LATE
    seen = reported_on if state == ActionState.REPORTED_DONE and reported_on else today  # one sent back says nothing
    if promised_for is not None and promised_for < seen:
        return PromiseStanding.LATE
    return PromiseStanding.OPEN
