"""When a step may be told, when a mail that could not be sent is tried again, when an operator must look; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.actions.rules.kinds import ActionState
from app.actions.rules.states import UNDO_WITHIN, StepTaken, still_counting

TOLD_AFTER = UNDO_WITHIN + timedelta(seconds=10)
"""So long after a step others are told of it: somebody who took it back in the last second waited for a lock."""

LEASE = timedelta(minutes=5)
"""A claimed mail whose sender died is free again after this."""

_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
GIVE_UP_AFTER = len(_WAITS) + 1
"""Attempts (about two days) after which a mail waits for an operator."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` (1 or more) attempts; None: give up."""
    if attempts >= GIVE_UP_AFTER:
        return None
    return now + _WAITS[attempts - 1]


KEPT_FOR = timedelta(days=30)
"""How long a mail that will never be sent is shown to admins."""
SENT_FOR = timedelta(days=90)
"""How long it is remembered that a mail was sent, or given up."""


def still_asks(history: Sequence[StepTaken], number: int, now: datetime) -> datetime | None:
    """When a mail that asks for an answer to step `number` may go: now, or once the answer that was given can not be
    taken back any more; None: it is answered, or the step counts no more. Having seen it is no answer."""
    counting = still_counting(history)
    if all(step.number != number for step in counting):
        return None
    answers = [step for step in counting if step.number > number and step.state != ActionState.ACKNOWLEDGED]
    if not answers:
        return now
    stands_from = answers[0].happened_at + TOLD_AFTER
    return stands_from if stands_from > now else None
