"""How long a retro can still be open as things stand: what a seat's cookie may outlive by nothing."""

from datetime import datetime, timedelta

from app.retros.rules.stages import ABANDONED_AFTER

LEFT_ALONE_AFTER = timedelta(days=14)
"""What is not revealed may lie this long after its deadline, or after the last step of who runs it."""

PAST_ITS_DAY_MOST = timedelta(days=20)
"""No seat's cookie lives longer past the deadline, or past the day of the present stage where there is none."""

NOT_BEFORE = timedelta(hours=1)
"""A retro that is over as things stand, but still open because nobody closed it yet, loses nobody in between."""


def latest_end(
    now: datetime,
    *,
    is_revealed: bool,
    stage_started_at: datetime | None,
    writing_until: datetime | None = None,
) -> datetime:
    """The latest moment at which an open retro ends if nobody takes a further step.

    Revealed: it closes by itself so long after its last change of stage. Before: after the deadline (or the change of
    stage, whichever is later) it may lie, be revealed at the last moment, and then lie once more.
    """
    started = stage_started_at or now
    if is_revealed:
        return max(started + ABANDONED_AFTER, now + NOT_BEFORE)
    day = max(started, writing_until or started)
    ends = min(day + LEFT_ALONE_AFTER + ABANDONED_AFTER, day + PAST_ITS_DAY_MOST)
    return max(ends, now + NOT_BEFORE)
