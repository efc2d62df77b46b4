"""What departments promised each other last time, as a room or a new project reads it: counted, then grouped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.actions.queries.lists import promises_between
from app.actions.queries.views import PromiseView
from app.actions.rules.kinds import PromiseStanding

READING_ORDER = (PromiseStanding.LATE, PromiseStanding.OPEN, PromiseStanding.KEPT, PromiseStanding.LET_GO)
"""What still asks for something comes first: a wall has room for a few."""


@dataclass(frozen=True, slots=True)
class Promised:
    """The promises of one standing."""

    standing: PromiseStanding
    promises: tuple[PromiseView, ...]


@dataclass(frozen=True, slots=True)
class LastTime:
    """Promises between some departments by their standing, in the order of reading; empty groups are left out."""

    groups: tuple[Promised, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(group.promises) for group in self.groups)

    def count(self, standing: str) -> int:
        return sum(len(group.promises) for group in self.groups if group.standing == standing)

    def first(self, most: int) -> LastTime:
        """As many as fit, each standing in turn in the order of reading, so that each that there is has one."""
        taken = dict.fromkeys((group.standing for group in self.groups), 0)
        while sum(taken.values()) < min(most, self.total):
            for group in self.groups:
                if sum(taken.values()) < most and taken[group.standing] < len(group.promises):
                    taken[group.standing] += 1
        kept = (Promised(group.standing, group.promises[: taken[group.standing]]) for group in self.groups)
        return LastTime(tuple(group for group in kept if group.promises))

    def beyond(self, most: int) -> LastTime:
        """What `first` leaves out."""
        shown = {one.action.id for group in self.first(most).groups for one in group.promises}
        return by_standing(one for group in self.groups for one in group.promises if one.action.id not in shown)

    @property
    def open(self) -> LastTime:
        """Those that somebody still waits for, whether late or not."""
        return by_standing(one for group in self.groups for one in group.promises if not one.action.is_settled)

    @property
    def settled(self) -> LastTime:
        """Those that are over, kept or not."""
        return by_standing(one for group in self.groups for one in group.promises if one.action.is_settled)


def promised_before(db: Session, department_ids: Iterable[UUID], before: datetime) -> LastTime:
    """What these departments promised each other before (see `promises_between`)."""
    return by_standing(promises_between(db, department_ids, before))


def by_standing(promises: Iterable[PromiseView]) -> LastTime:
    found = list(promises)
    groups = (Promised(one, tuple(p for p in found if p.standing == one)) for one in READING_ORDER)
    return LastTime(tuple(group for group in groups if group.promises))
