"""Imported history that says how many sat where: what it is about narrows there as after a reveal here.

Where a file states no sizes nothing was ever promised, and its departments know the file: all stays as it says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.anonymity.rules.pooling import Room, decide, pool_may_be_named
from app.retros.queries.providers import Providers

NOBODY_IS_HIDDEN = Providers(frozenset(), frozenset(), pool_is_named=True)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`small`: for entries of departments that are too small to be named; `nameless`: for those without a writer."""

    small: Providers
    nameless: Providers

    def about(self, writer: UUID | None, about: UUID | None) -> tuple[UUID | None, bool]:
        """(about, about the pool) as it is stored."""
        return (self.nameless if writer is None else self.small).shown(writer, about)


def narrowing(departments: Collection[UUID], seats: Mapping[UUID, int], k: int) -> Narrowing:
    """By the sizes that the file states; what it does not state is nobody."""
    if not seats:
        return Narrowing(NOBODY_IS_HIDDEN, NOBODY_IS_HIDDEN)
    pooling = decide(Room(seats, {one: seats.get(one) for one in departments}), k)
    everywhere = pooling.hidden_from_all
    nameless = Providers(frozenset(), everywhere, pool_may_be_named(set(seats), everywhere, ()))
    if min(seats.values()) >= k:
        return Narrowing(NOBODY_IS_HIDDEN, nameless)
    labelled = frozenset(departments) - (frozenset(seats) - pooling.labelled)
    named = pool_may_be_named(pooling.pooled, pooling.hidden, ())
    return Narrowing(Providers(labelled, pooling.hidden, named), nameless)
