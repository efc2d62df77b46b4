"""Decides what somebody who is let in after the reveal may do: only groups that the reveal froze are ever joined."""

from datetime import timedelta
from uuid import UUID

from app.retros.rules.names import Labels

LATE_ROUND_LASTS = timedelta(seconds=90)
EXTENSIONS = (30, 60)
"""Seconds that a running round can be given at once."""


def frozen_label(department_id: UUID, *, pooled: bool) -> UUID | None:
    """The label that a seat let in after the reveal carries: its department's, where the reveal left it one."""
    return None if pooled else department_id


def has_vote(labels: str, label: UUID | None) -> bool:
    """Whether a seat with this label (None: no name) sits in a group that was frozen at the reveal.

    Without a name one is of the pool, or of everyone where no department is named. Where every department kept its
    name there is no pool, and a vote from nowhere would be a group of its own.
    """
    return label is not None or labels != Labels.KEPT
