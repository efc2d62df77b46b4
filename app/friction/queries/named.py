"""What is said with a name, on purpose: signed entries and replies. A layer of its own, in no anonymous count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session, col, func

from app.departments.queries import DepartmentView, organisation, spoken_by_name
from app.entries.models import Entry
from app.friction.queries.pairs_counted import Days
from app.people.rules import Visitor
from app.retros.models import Retro
from app.scorecards.rules.periods import Period
from app.topics.models import Reply, TopicEntry

Pair = tuple[UUID, UUID]
"""(provider, consumer)."""


@dataclass(frozen=True, slots=True)
class NamedCounts:
    """`signed`: entries that the consumer signed about the provider; `replies`: topics with an entry of the
    consumer's, by its label or signature, to which the provider replied."""

    signed: int = 0
    replies: int = 0

    def __bool__(self) -> bool:
        return bool(self.signed or self.replies)


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A pair in the list. No promises here: those are for the two of them."""

    provider: DepartmentView
    consumer: DepartmentView
    named: NamedCounts
    promised: None = None


NOTHING_NAMED = NamedCounts()


def named_lines(
    db: Session, period: Period, only: UUID | None = None, *, for_: Visitor | None
) -> tuple[NamedLine, ...]:
    """By name; `only`: the pairs of this department. Of a small department what it signed stands in the outcome and
    on its own people's pages: a list of it here would be about a person or two."""
    known = {one.id: one for one in spoken_by_name(db, for_)}
    lines = [
        NamedLine(known[provider], known[consumer], one)
        for (provider, consumer), one in said_with_a_name(db, period).items()
        if {provider, consumer} <= known.keys() and (only is None or only in (provider, consumer))
    ]
    return tuple(sorted(lines, key=lambda line: (line.provider.name, line.consumer.name)))


def said_with_a_name(db: Session, period: Period) -> Mapping[Pair, NamedCounts]:
    """All pairs that said something so in closed retros of this time. Two statements."""
    held = Days(None if period.has_no_start else period.first).contains(organisation(db).place)
    found: dict[Pair, NamedCounts] = defaultdict(NamedCounts)
    for provider, consumer, number in db.execute(_signed(held)):
        found[provider, consumer] = NamedCounts(signed=number)
    for provider, consumer, number in db.execute(_replies(held)):
        found[provider, consumer] = NamedCounts(found[provider, consumer].signed, number)
    return dict(found)


def _signed(held: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    about, by = col(Entry.about_department_id), col(Entry.signed_department_id)
    return (
        select(about, by, func.count())
        .join(Retro, col(Retro.id) == col(Entry.retro_id))
        .where(held, about.is_not(None), by.is_not(None), about != by, col(Entry.hidden_reason).is_(None))
        .group_by(about, by)
    )


def _replies(held: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    by = func.coalesce(col(Entry.signed_department_id), col(Entry.department_id))
    provider = col(Reply.department_id)
    return (
        select(provider, by, func.count(col(Reply.topic_id).distinct()))
        .join(TopicEntry, col(TopicEntry.topic_id) == col(Reply.topic_id))
        .join(Entry, col(Entry.id) == col(TopicEntry.entry_id))
        .join(Retro, col(Retro.id) == col(Entry.retro_id))
        .where(
            held,
            col(Retro.imported).is_(False),
            or_(col(Entry.signed_department_id).is_not(None), col(Entry.department_id).is_not(None)),
            by != provider,
            col(Entry.hidden_reason).is_(None),
            col(Reply.text) != "",
        )
        .group_by(provider, by)
    )
